import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutputTally } from "../../src/api/compiled/output-tally.ts";
import { boundLeaf, boundList, boundNullable, type RawBound, takeRaw } from "../../src/api/compiled/raw-bound.ts";
import { defaultApiLimits } from "../../src/api/limits.ts";
import { makeBytesOf } from "../../src/api/value-bytes.ts";
import { makeCellText } from "../../src/decode/output-text.ts";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import type { FieldType } from "../../src/mapping/view-definition.ts";
import { plainType, valuesOf } from "./compiled-world.ts";

function boundOf(type: FieldType): RawBound {
  if (type.kind === "list") return boundNullable(type, boundList(boundOf(type.element)));
  if (type.kind === "embedded") throw new Error("not plain");
  return boundLeaf(type);
}

/** Values of JSON that count for much and take few bytes. */
const dense: fc.Arbitrary<FieldValue> = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, depthSize: "small" },
      fc.constantFrom<unknown>(1, null, true, "", {}, []),
      fc.array(tie("value"), { maxLength: 12, size: "max" }),
      fc.dictionary(fc.constantFrom("", "a", "é", '"'), tie("value")),
    ),
  }))
  .value.filter((value) => value !== null)
  .map((json) => ({ json }));

const json: FieldType = { kind: "scalar", scalar: "JSON", nullable: false };

const typed = fc.oneof(
  plainType.chain((type) => valuesOf({ ...type, nullable: false }).map((value) => ({ type, value }))),
  dense.map((value) => ({ type: json, value })),
  fc.array(dense).map((value): { type: FieldType; value: FieldValue } => ({
    type: { kind: "list", element: json, nullable: false },
    value,
  })),
);

describe("a bound by the length of a text", () => {
  test("is never below what the value counts for", () => {
    fc.assert(
      fc.property(typed, ({ type, value }) => {
        const counted = makeBytesOf(type)(value);
        const bytes = Buffer.from(printCell(type, value));
        const tally = new OutputTally({ ...defaultApiLimits, maxOutputBytes: counted - 1 });
        expect(() => takeRaw(tally, boundOf(type), bytes, 0, bytes.length)).toThrow(/maxOutputBytes/);
      }),
      { numRuns: 800 },
    );
  });
});

/** As the value stands in the text of a list. */
function printCell(type: FieldType, value: FieldValue): string {
  return makeCellText({ kind: "list", element: type, nullable: false })([value]).slice(1, -1);
}
