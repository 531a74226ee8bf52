import { InvariantError } from "../base/errors.ts";
import type { EnumDefinition, FieldType } from "../mapping/view-definition.ts";
import type { FieldValue } from "./row-batch.ts";
import type { ValueKey } from "./scalars/scalar-codec.ts";
import { scalarCodecs } from "./scalars/scalar-codecs.ts";

export type { ValueKey } from "./scalars/scalar-codec.ts";

/**
 * Makes the order of a type's values: text by code point, enums in declaration order, false before true, numbers and
 * times by size, exactly. Negative, zero or positive; zero means equal. Only scalars and enums, else `InvariantError`;
 * nulls are the caller's.
 */
export function compareValues(type: FieldType): (left: FieldValue, right: FieldValue) => number {
  switch (type.kind) {
    case "scalar":
      return scalarCodecs[type.scalar].compare;
    case "enum":
      return compareByDeclaration(type.definition);
    default:
      throw new InvariantError(`values of kind ${type.kind} have no order`);
  }
}

/** Makes the Map key of a type's values: equal values, equal keys. Types and nulls as for `compareValues`. */
export function valueKey(type: FieldType): (value: FieldValue) => ValueKey {
  switch (type.kind) {
    case "scalar":
      return scalarCodecs[type.scalar].keyOf;
    case "enum":
      return String;
    default:
      throw new InvariantError(`values of kind ${type.kind} have no key`);
  }
}

function compareByDeclaration({ values }: EnumDefinition): (left: FieldValue, right: FieldValue) => number {
  const ranks = new Map<FieldValue, number>(values.map(({ name }, rank) => [name, rank]));
  return (left, right) => (ranks.get(left) ?? -1) - (ranks.get(right) ?? -1);
}
