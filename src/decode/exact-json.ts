import type { EmbeddedDefinition, FieldType, ScalarName, ViewDefinition } from "../mapping/view-definition.ts";

/** Scalars that must see a number's own text. */
const exactScalars: ReadonlySet<ScalarName> = new Set(["ID", "BigInt", "Decimal", "JSON"]);

/**
 * True if some field's value must be read with `parseJsonText`'s `isExact`: one whose scalar takes numbers that a double
 * cannot hold, or whose nesting the mapping does not bound (JSON, and embedded types that hold themselves).
 */
export function needsExactJson({ fields }: ViewDefinition): boolean {
  return fields.some(({ source, type }) => source.from === "value" && isOpen(type, []));
}

function isOpen(type: FieldType, within: readonly EmbeddedDefinition[]): boolean {
  switch (type.kind) {
    case "scalar":
      return exactScalars.has(type.scalar);
    case "enum":
      return false;
    case "list":
      return isOpen(type.element, within);
    case "embedded": {
      const { definition } = type;
      return (
        within.includes(definition) || definition.fields.some((field) => isOpen(field.type, [...within, definition]))
      );
    }
  }
}
