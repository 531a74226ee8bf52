import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KeyFormat, ViewDefinition } from "../../src/mapping/view-definition.ts";
import { decodeRecords, utf8 } from "../decode/decode-records.ts";
import { defineView } from "../support/view-definitions.ts";
import { typedJson } from "./decode-arbitraries.ts";

const everything = defineView({
  enums: { Status: ["PLACED", "PAID"] },
  embedded: { Node: { any: "JSON", next: "Node", list: "[Decimal!]" } },
  fields: {
    text: "String",
    int: "Int",
    float: "Float",
    isIt: "Boolean",
    at: "DateTime",
    day: "Date",
    time: "Time",
    big: "BigInt",
    decimal: "Decimal",
    uuid: "UUID",
    any: "JSON",
    bytes: "Bytes",
    status: "Status",
    node: "Node",
    header: { type: "Int", header: "h" },
  },
});
const keyFormats: readonly KeyFormat[] = ["STRING", "JSON", "INT32", "INT64", "UUID", "BYTES"];

/** A value that the mapping can read, with some of its bytes changed. */
const damagedJson = fc
  .tuple(
    fc.record({ text: fc.string(), int: fc.anything(), node: fc.jsonValue(), any: fc.jsonValue(), at: fc.string() }),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
  )
  .map(([value, damages]) => {
    const bytes = utf8(safeJson(value));
    for (const [at, byte] of damages) bytes[at % bytes.length] = byte;
    return bytes;
  });
const bytes = fc.uint8Array({ maxLength: 40 });
const record = fc.record({
  key: fc.option(fc.oneof(bytes, fc.json().map(utf8))),
  value: fc.option(fc.oneof(bytes, damagedJson, fc.json().map(utf8))),
  headers: fc.array(fc.tuple(fc.constant("h"), fc.option(bytes)), { maxLength: 2 }),
});

describe("decoding", () => {
  test("accounts for every record of any bytes exactly once", () => {
    fc.assert(
      fc.property(fc.constantFrom(...keyFormats), fc.array(record), (keyFormat, records) => {
        const { rows, badRecords, skippedNullKeys } = decodeRecords({ ...everything, keyFormat }, records);
        expect(rows.length + badRecords.length + skippedNullKeys).toBe(records.length);
        expect(badRecords.every(({ firstBytes, error }) => firstBytes.isWellFormed() && error.isWellFormed())).toBe(
          true,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test("with policy HALT gives the rows before the first bad record and no others", () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const all = decodeRecords(everything, records);
        const halting = decodeRecords({ ...everything, onBadRecord: "HALT" }, records);
        const end = all.badRecords[0]?.offset ?? all.nextOffset;
        expect(halting.nextOffset).toBe(end);
        expect(halting.rows).toStrictEqual(all.rows.filter(({ offset }) => offset < end));
        expect(halting.halted).toStrictEqual(all.badRecords[0]);
      }),
    );
  });

  test("gives back every value of every mapping, as the mapping says", () => {
    fc.assert(
      fc.property(fc.array(typedJson, { minLength: 1, maxLength: 5 }), (members) => {
        const fields = members.map(({ type }, at) => ({
          name: `f${at}`,
          description: undefined,
          deprecationReason: undefined,
          type,
          source: { from: "value" as const, path: ["in", `f${at}`] },
          isIndexed: false,
        }));
        const base = defineView();
        const definition: ViewDefinition = { ...base, fields: [...base.fields, ...fields] };
        const value = `{"in":{${members.map(({ json }, at) => `"f${at}":${json}`).join(",")}}}`;
        const { rows, badRecords } = decodeRecords(definition, [{ key: utf8("7"), value: utf8(value), headers: [] }]);
        expect(badRecords).toStrictEqual([]);
        expect(rows[0]).toMatchObject({ values: ["7", ...members.map((member) => member.value)] });
      }),
      { numRuns: 1_000 },
    );
  });
});

/** JSON of anything that fast-check thinks of, also where it is none. */
function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? String(member) : member));
  } catch {
    return "{}";
  }
}
