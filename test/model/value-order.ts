import { InvariantError } from "../../src/base/errors.ts";
import { compareText } from "../../src/base/text-order.ts";
import { canonicalJson } from "../../src/decode/canonical-json.ts";
import type { FieldValue, JsonValue } from "../../src/decode/row-batch.ts";
import type { EnumDefinition, FieldType, ScalarName } from "../../src/mapping/view-definition.ts";
import { compareDecimals } from "./compare-decimals.ts";

/** What a Map can tell apart by value: equal values of one type have equal keys. */
export type ValueKey = string | number | bigint | boolean;

/** Negative, zero or positive; zero means equal. */
export type CompareValues = (left: FieldValue, right: FieldValue) => number;

/**
 * Makes the order of a type's values: text by code point, enums in declaration order, false before true, numbers and
 * times by size, exactly. Only scalars and enums, else `InvariantError`; nulls are the caller's.
 */
export function compareValues(type: FieldType): CompareValues {
  switch (type.kind) {
    case "scalar":
      return compareScalars(type.scalar);
    case "enum":
      return compareByDeclaration(type.definition);
    default:
      throw new InvariantError(`values of kind ${type.kind} have no order`);
  }
}

/** Makes the Map key of a type's values: equal values, equal keys. Types and nulls as for `compareValues`. */
export function valueKey(type: FieldType): (value: FieldValue) => ValueKey {
  if (type.kind !== "scalar" && type.kind !== "enum")
    throw new InvariantError(`values of kind ${type.kind} have no key`);
  if (type.kind === "scalar" && type.scalar === "JSON") return (value) => canonicalOf(value);
  return (value) => value as ValueKey; // no other scalar is an object
}

function compareScalars(scalar: ScalarName): CompareValues {
  switch (scalar) {
    case "Int":
    case "Float":
    case "DateTime":
    case "BigInt":
    case "Boolean":
      return (left, right) => compareNumbers(left as number, right as number); // or what compares like numbers
    case "Decimal":
      return (left, right) => compareDecimals(left as string, right as string);
    case "Bytes":
      return (left, right) => Buffer.compare(bytesOf(left), bytesOf(right));
    case "JSON":
      return (left, right) => compareText(canonicalOf(left), canonicalOf(right));
    default:
      return (left, right) => compareText(left as string, right as string);
  }
}

function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function bytesOf(value: FieldValue): Buffer {
  return Buffer.from(value as string, "base64");
}

function canonicalOf(value: FieldValue): string {
  return canonicalJson((value as JsonValue).json);
}

function compareByDeclaration({ values }: EnumDefinition): CompareValues {
  const ranks = new Map<FieldValue, number>(values.map(({ name }, rank) => [name, rank]));
  return (left, right) => (ranks.get(left) ?? -1) - (ranks.get(right) ?? -1);
}
