import { describe, expect, test } from "vitest";
import type { FieldValue } from "../../../src/decode/row-batch.ts";
import type { FieldType } from "../../../src/mapping/view-definition.ts";
import { compareValues, valueKey } from "../../model/value-order.ts";
import { defineView, scalarType } from "../../support/view-definitions.ts";

const status = typeOf("Status!", { Status: ["SHIPPED", "PAID", "DELIVERED"] });

/** Values in ascending order, all different. */
const ascending: ReadonlyArray<readonly [name: string, type: FieldType, values: readonly FieldValue[]]> = [
  ["ID", scalarType("ID"), ["", "10", "9", "a", "a0", "é", "\uff5e", "😀"]],
  ["String", scalarType("String"), ["", "A", "a", "\ud7ff", "\ue000", "\uffff", "😀", "😁"]],
  ["Int", scalarType("Int"), [-2147483648, -1, 0, 2147483647]],
  ["Float", scalarType("Float"), [-1e308, -0.5, 0, 5e-324, 0.1, 1e308]],
  ["Boolean", scalarType("Boolean"), [false, true]],
  ["DateTime", scalarType("DateTime"), [-62167219200000, -1, 0, 253402300799999]],
  ["Date", scalarType("Date"), ["0000-01-01", "1999-12-31", "2000-01-01"]],
  ["Time", scalarType("Time"), ["00:00:00.000Z", "09:59:59.999Z", "10:00:00.000Z"]],
  [
    "BigInt",
    scalarType("BigInt"),
    [-9223372036854775809n, -9223372036854775808n, 0n, 9007199254740992n, 9007199254740993n],
  ],
  [
    "Decimal",
    scalarType("Decimal"),
    [
      "-10",
      "-9.5",
      "-9.25",
      "-9",
      "-0.1",
      "0",
      "0.01",
      "0.1",
      "0.11",
      "1",
      "9",
      "9.5",
      "10",
      "10000000000000000000001",
    ],
  ],
  ["UUID", scalarType("UUID"), ["00000000-0000-0000-0000-000000000000", "123e4567-e89b-12d3-a456-426614174000"]],
  [
    "Bytes",
    scalarType("Bytes"),
    ["", "AA==", "AAA=", "AQ==", "AQAA", "AQE=", "Zg==", "fw==", "0A==", "+A==", "/w==", "/wA="],
  ],
  ["an enum", status, ["SHIPPED", "PAID", "DELIVERED"]],
];

describe("the model's order of values", () => {
  test.each(ascending)("of %s is total", (_name, type, values) => {
    const compare = compareValues(type);
    const signs = values.map((left) => values.map((right) => Math.sign(compare(left, right))));
    const byPlace = values.map((_, left) => values.map((_, right) => Math.sign(left - right)));
    expect(signs).toStrictEqual(byPlace);
  });

  test("is none for lists and embedded values", () => {
    expect(() => compareValues(scalarType("[Int]"))).toThrow("values of kind list have no order");
  });
});

describe("the model's key of a value", () => {
  test.each(ascending)("of %s tells different values apart", (_name, type, values) => {
    expect(new Set(values.map(valueKey(type))).size).toBe(values.length);
  });

  test("of JSON is the same for equal values however they were written", () => {
    const key = valueKey(scalarType("JSON"));
    expect(key({ json: { a: 1, b: [2] } })).toBe(key({ json: { b: [2], a: 1 } }));
  });

  test("is none for lists and embedded values", () => {
    expect(() => valueKey(scalarType("[Int]"))).toThrow("values of kind list have no key");
  });
});

function typeOf(type: string, enums: Readonly<Record<string, readonly string[]>>): FieldType {
  const field = defineView({ enums, fields: { field: type } }).fields[1];
  if (field === undefined) throw new Error("the view has no second field");
  return field.type;
}
