import { describe, expect, test } from "vitest";
import { createJsonDecoder } from "../../../src/decode/json-decoder.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import { kafkaNeighbours, type Neighbours } from "../../support/shared-buffer.ts";
import { defineView } from "../../support/view-definitions.ts";
import { context, decoderOptions, makeBatch } from "../decode-records.ts";
import { expectSameBothWays, openSameInPlace } from "./both-ways.ts";
import { nastyRecords, nastyValues } from "./nasty-json.ts";

const numbers = defineView({ fields: { a: "Int" } });
const types = ["ID", "String", "Int", "Float", "Boolean", "DateTime", "Decimal", "BigInt", "UUID", "JSON", "Bytes"];
const views: readonly ViewDefinition[] = [
  ...[...types, "[JSON]", "[[Int!]!]", "Part", "Colour"].map((type) =>
    defineView({ embedded: { Part: { a: "JSON" } }, enums: { Colour: ["RED"] }, fields: { a: type } }),
  ),
  defineView({ fields: { b: { type: "JSON", path: ["a", "b"] } } }),
  defineView({ fields: { a: "Int", b: "Int" } }),
  defineView({ fields: { other: "String" } }),
];
const inPlace = views.map(openSameInPlace);

describe("nasty JSON", () => {
  test.each(nastyValues)("in a record is the same scanned and parsed: $name", ({ bytes }) => {
    const values = surround(bytes);
    for (const view of views) {
      expectSameBothWays(view, [
        makeBatch(values.map((value) => ({ value }))),
        makeBatch(values.map((value) => ({ value }))),
      ]);
    }
  });

  test.each(nastyValues)("is the same where it stands among the bytes of other records: $name", ({ bytes }) => {
    const { records } = makeBatch(surround(bytes).map((value) => ({ value })));
    for (const neighbours of nastyNeighbours) for (const expectSame of inPlace) expectSame(records, neighbours);
  });

  test.each(nastyValues.filter(({ must }) => must !== "either"))(
    "beside all that is looked for: a record is to $must $name",
    ({ bytes, must }) => {
      const value = Buffer.concat([Buffer.from('{"before":1,"a":'), bytes, Buffer.from(',"after":[]}')]);
      expect(isTaken(defineView({ fields: { other: "String" } }), value)).toBe(must === "take");
    },
  );

  test.each(nastyRecords)("for a record is to $must, the same scanned and parsed: $name", ({ bytes, must }) => {
    expectSameBothWays(numbers, [makeBatch([{ value: bytes }, { value: '{"a":2}' }, { value: bytes }])]);
    expect(isTaken(numbers, bytes)).toBe(must === "take");
  });
});

/**
 * What may follow a value: a zero, as scanners want it, and then whatever makes more JSON of it; or that at once, without
 * a zero up to the end of the buffer.
 */
const nastyNeighbours: readonly Neighbours[] = ['\0"}]}\0', "\0", "\0,1}", "}\0", "1\0", "x", "\x80", " "].map(
  (text) => ({
    afterKey: kafkaNeighbours.afterKey,
    afterValue: () => Buffer.from(text, "latin1"),
    atEnd: Buffer.alloc(80, "x"),
  }),
);

/** The value as a member: alone, before another one and after, deeper, at the end of a cut record, for the second time. */
function surround(bytes: Uint8Array): readonly Uint8Array[] {
  const sides: ReadonlyArray<readonly [string, string]> = [
    ['{"a":', "}"],
    ['{"a":', ',"other":"x"}'],
    ['{"other" : "x" , "a" : ', " }"],
    ['{"a":[', "]}"],
    ['{"a":{"a":', ',"b":1}}'],
    ['{"a":', ""],
    ['{"a":1,"a":', "}"],
    // And for the record itself.
    ["", ""],
  ];
  return sides.map(([before, after]) => Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]));
}

function isTaken(definition: ViewDefinition, value: Uint8Array): boolean {
  const batch = createJsonDecoder(definition, decoderOptions).decode(makeBatch([{ value }]), context);
  expect(batch.rowCount + batch.badRecords.length).toBe(1);
  return batch.rowCount === 1;
}
