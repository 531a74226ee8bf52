import type { ScalarName } from "./view-definition.ts";

/** All scalars that a schema may use; none needs declaring. */
export const scalarNames: readonly ScalarName[] = [
  "ID",
  "String",
  "Int",
  "Float",
  "Boolean",
  "DateTime",
  "Date",
  "Time",
  "BigInt",
  "Decimal",
  "UUID",
  "JSON",
  "Bytes",
];

/** True if `name` is one of the scalars. */
export function isScalarName(name: string): name is ScalarName {
  return (scalarNames as readonly string[]).includes(name);
}
