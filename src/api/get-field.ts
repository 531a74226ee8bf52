import { InvariantError } from "../base/errors.ts";
import type { FieldDefinition, ViewDefinition } from "../mapping/view-definition.ts";

/** A stored field by its name. Throws `InvariantError` if the view has none: the mapping has checked every name. */
export function getField(definition: ViewDefinition, name: string): FieldDefinition {
  const field = definition.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new InvariantError(`view ${definition.name} stores no field ${name}`);
  return field;
}
