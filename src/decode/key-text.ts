import { InvariantError } from "../base/errors.ts";
import type { FieldType } from "../mapping/view-definition.ts";
import type { FieldValue } from "./row-batch.ts";
import { scalarCodecs } from "./scalars/scalar-codecs.ts";

/**
 * Makes the function from a value of this type to canonical key text, as the keys of entities are made: so a join finds
 * the entity whose key a field holds. Only for scalars and enums, else `InvariantError`; the value must not be null.
 */
export function makeKeyText(type: FieldType): (value: FieldValue) => string {
  switch (type.kind) {
    case "scalar":
      return scalarCodecs[type.scalar].formatText;
    case "enum":
      return String;
    default:
      throw new InvariantError(`a value of kind ${type.kind} is no key`);
  }
}
