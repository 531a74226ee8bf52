import { describe, expect, test } from "vitest";
import type { KeyFormat } from "../../../src/mapping/view-definition.ts";
import { defineView } from "../../support/view-definitions.ts";
import { makeBatch, type RecordText, valuesOf } from "../decode-records.ts";
import { countScanned, expectSameBothWays } from "./both-ways.ts";
import { nearValues } from "./near-values.ts";

const scalars = Object.keys(nearValues);
const near = Object.values(nearValues).flat();
const types = ["Colour", "Part", ...scalars].flatMap((type) => [type, `${type}!`, `[${type}]`, `[${type}!]!`]);
const texts = { enums: { Colour: ["RED", "READ"] }, embedded: { Part: { a: "Int", b: "String!" } } };

const usual: readonly string[] = [
  ...[
    "7",
    "-12.5",
    "1700000000000",
    '"RED"',
    '"text"',
    "true",
    "null",
    '"2024-05-31T10:15:30.250Z"',
    '"10:15:30.250Z"',
  ],
  ...['"2024-05-31T10:15:30+02:00"', '"123e4567-e89b-12d3-a456-426614174000"', '"AAE="', '{"a":7,"b":"x"}', "[1,2]"],
];

describe("a value near to a usual form", () => {
  test.each(types)("is of %s or not, the same scanned and parsed", (type) => {
    const view = defineView({ ...texts, fields: { a: type } });
    const values = [...near, ...usual].flatMap((value) => [value, `[${value}]`, `[${value},${value}]`, `[${value} ]`]);
    expectSameBothWays(view, [makeBatch(values.map((value) => ({ value: `{"a":${value}}` })))]);
  });

  test.each(["Colour", "Part", ...scalars])("is of %s or not after any change of one byte", (type) => {
    const view = defineView({ ...texts, fields: { a: type, b: `[${type}]` } });
    const values = usual.flatMap(changeOneByte).flatMap((value) => [`{"a":${value}}`, `{"b":[${value}]}`]);
    expectSameBothWays(view, [makeBatch(values.map((value) => ({ value })))]);
  });
});

describe("a key near to a usual form", () => {
  const formats: readonly KeyFormat[] = ["STRING", "JSON", "INT32", "INT64", "UUID", "BYTES"];
  const keys = [...near, ...usual].flatMap((value) => [value, value.replace(/^"(.*)"$/, "$1"), `{"k":${value}}`]);
  const integers = [0, 1, 127, 128, 255].flatMap((byte) =>
    [3, 4, 7, 8, 9, 16].map((length) => new Uint8Array(length).fill(byte).fill(7, 1, 3)),
  );

  const records = [...keys, ...integers].map((key): RecordText => ({ key }));

  test.each(formats)("in format %s is a key or not, the same scanned and parsed", (keyFormat) => {
    for (const key of ["ID", "Int", "BigInt", "UUID", "DateTime"]) {
      expectSameBothWays(defineView({ keyFormat, key: `${key}!` }), [makeBatch(records)]);
    }
  });

  test("is a key or not, read by a path", () => {
    expectSameBothWays(defineView({ keyFormat: "JSON", keyPath: ["k"] }), [makeBatch(records)]);
  });
});

describe("a value in printed form", () => {
  const view = defineView({ ...texts, fields: { a: "JSON", b: "[Part]", c: "[Float!]" } });

  test("is taken as it stands, also with what looks like the end of it inside", () => {
    const value = { a: { x: ["]", "}", { y: null }], z: 0.5 }, b: [{ a: 1, b: "[" }, null], c: [1, -0.000001, 1e15] };
    expect(countScanned(view, [{ value }])).toBe(1);
    expectSameBothWays(view, [makeBatch([{ value }])]);
  });

  test("is not one whose members have other names in the record than in the API", () => {
    const embedded = { Part: { a: { type: "Int", path: ["b"] }, b: { type: "Int", path: ["a"] } } };
    const crossed = defineView({ embedded, fields: { parts: "[Part!]!" } });
    const value = { parts: [{ a: 1, b: 2 }] };
    expect(valuesOf(crossed, { value })[1]).toStrictEqual([{ values: [2, 1] }]);
    expectSameBothWays(crossed, [makeBatch([{ value }])]);
  });
});

/** The text with each byte left out, doubled, or another one. */
function changeOneByte(text: string): readonly string[] {
  const others = [...'0fgZe-.:,"\\ {}[]\u0000\u007fé'];
  return Array.from(text, (_, at) => {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)];
    return [
      before + after,
      `${before}${text[at]}${text[at]}${after}`,
      ...others.map((other) => before + other + after),
    ];
  }).flat();
}
