import type { FieldDefinitionNode, ObjectTypeDefinitionNode } from "graphql";
import type { DirectiveUse } from "./directives.ts";
import { printFieldType } from "./field-types.ts";
import { type Problems, printPlace } from "./problems.ts";
import type { FieldDefinition, FieldType, KeyFormat, ScalarName } from "./view-definition.ts";

/** A field with `@key`. */
export interface KeyUse {
  readonly key: DirectiveUse;
  readonly node: FieldDefinitionNode;
}

/** The view whose keys are checked. */
interface KeyOwner {
  readonly type: ObjectTypeDefinitionNode;
  readonly view: DirectiveUse | undefined;
  /** Stored fields by name. One that is missing holds no value or has no known type, which has been reported. */
  readonly fields: ReadonlyMap<string, FieldDefinition>;
}

const anyText: readonly ScalarName[] = ["ID", "String", "Int", "BigInt", "UUID"];
const integer: readonly ScalarName[] = ["ID", "String", "Int", "BigInt"];

/**
 * What a key field may be: a scalar that each value of has one text, and that the record key's content can be read as.
 * Not Float, Decimal or a time, of which several texts are one value: Kafka would compact each of these by itself.
 */
const keyScalars: Readonly<Record<KeyFormat, readonly ScalarName[]>> = {
  STRING: anyText,
  JSON: anyText,
  INT32: integer,
  INT64: integer,
  UUID: ["ID", "String", "UUID"],
  BYTES: ["ID", "String", "Bytes"],
};

/** Reports a view without `@key`, with several, or with one whose type or path does not go with the view's key format. */
export function checkKeys({ type, view, fields }: KeyOwner, keys: readonly KeyUse[], problems: Problems): void {
  const [first, ...others] = keys;
  if (first === undefined) {
    problems.report(
      type.name,
      `expected one field with @key in the view ${type.name.value}, found none; mark the field that holds the record key, as in id: ID! @key`,
    );
    return;
  }
  for (const { key } of others)
    problems.report(
      key.node,
      `expected one @key in ${type.name.value}, found another (first at ${printPlace(first.key.node)}); keep one`,
    );
  // A key format that is wrong has been reported; what would go with it is not known.
  if (view?.given.has("keyFormat") && !view.values.has("keyFormat")) return;
  const format = (view?.values.get("keyFormat") ?? "STRING") as KeyFormat; // directive-table.ts admits no other text
  for (const { key, node } of keys) {
    if (key.given.has("path") && format !== "JSON")
      problems.report(
        key.node,
        `expected keyFormat: JSON on @view for @key(path: …), found ${format}; add keyFormat: JSON or remove path`,
      );
    const field = fields.get(node.name.value);
    if (field !== undefined) checkKeyType(node, { type: field.type, format }, problems);
  }
}

function checkKeyType(
  node: FieldDefinitionNode,
  { type, format }: { readonly type: FieldType; readonly format: KeyFormat },
  problems: Problems,
): void {
  const found = printFieldType(type);
  const scalars = keyScalars[format];
  if (type.kind !== "scalar" || !scalars.includes(type.scalar)) {
    problems.report(
      node.type,
      `expected ${scalars.map((scalar) => `${scalar}!`).join(", ")} for a @key field with keyFormat ${format}, found ${found}; choose one of these`,
    );
  } else if (type.nullable) {
    problems.report(node.type, `expected a non-null @key field, found ${found}; write ${found}!`);
  }
}
