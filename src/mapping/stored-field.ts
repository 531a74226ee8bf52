import type { FieldDefinitionNode } from "graphql";
import { type DirectiveUses, getDeprecationReason } from "./directives.ts";
import { printFieldType, readFieldType, type TypeContext } from "./field-types.ts";
import { readPath } from "./member-path.ts";
import type { Problems } from "./problems.ts";
import type { FieldDefinition, FieldSource, FieldType, RecordPart, ScalarName } from "./view-definition.ts";

const partScalars: Readonly<Record<RecordPart, ScalarName>> = {
  TIMESTAMP: "DateTime",
  OFFSET: "BigInt",
  PARTITION: "Int",
};

/** Reads a field of a view that holds a value. Undefined if its type cannot be had, which has then been reported. */
export function readStoredField(
  node: FieldDefinitionNode,
  uses: DirectiveUses,
  context: TypeContext,
): FieldDefinition | undefined {
  const { problems } = context;
  const type = readFieldType(node.type, context);
  if (type === undefined) return undefined;
  checkIndex(uses, type, problems);
  return {
    name: node.name.value,
    description: node.description?.value,
    deprecationReason: getDeprecationReason(uses),
    type,
    source: readFieldSource(node, uses, type, problems),
    isIndexed: uses.has("index"),
  };
}

function checkIndex(uses: DirectiveUses, type: FieldType, problems: Problems): void {
  const use = uses.get("index");
  if (use === undefined) return;
  const isOrdered = type.kind === "enum" || (type.kind === "scalar" && type.scalar !== "JSON");
  if (!isOrdered)
    problems.report(
      use.node,
      `expected @index on an enum or a scalar other than JSON, found it on ${printFieldType(type)}; remove it`,
    );
}

function readFieldSource(
  node: FieldDefinitionNode,
  uses: DirectiveUses,
  type: FieldType,
  problems: Problems,
): FieldSource {
  const ownMember: FieldSource = { from: "value", path: [node.name.value] };
  const key = uses.get("key");
  const use = uses.get("source");
  if (key !== undefined) {
    if (use !== undefined)
      problems.report(
        use.node,
        "expected a @key field, whose value is the record key, to have no @source, found both; remove one of them",
      );
    return { from: "key", path: readPath(key, problems) };
  }
  if (use === undefined) return ownMember;
  if (use.given.size !== 1) {
    const found = use.given.size === 0 ? "none" : [...use.given.keys()].join(" and ");
    problems.report(use.node, `expected exactly one of path, header, record for @source, found ${found}; give one`);
    return ownMember;
  }
  const header = use.values.get("header");
  if (header !== undefined) {
    if (type.kind === "embedded" || type.kind === "list")
      problems.report(
        use.node,
        `expected a scalar or an enum out of a header, found ${printFieldType(type)}; use a scalar, JSON for instance`,
      );
    return { from: "header", header };
  }
  const part = use.values.get("record");
  if (part === "TIMESTAMP" || part === "OFFSET" || part === "PARTITION") {
    const scalar = partScalars[part];
    if (type.kind !== "scalar" || type.scalar !== scalar)
      problems.report(
        node.type,
        `expected ${scalar} for a record's ${part}, found ${printFieldType(type)}; make the field's type ${scalar}`,
      );
    return { from: "record", part };
  }
  const path = readPath(use, problems);
  return path === undefined ? ownMember : { from: "value", path };
}
