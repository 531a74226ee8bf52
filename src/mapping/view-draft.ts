import type { FieldDefinitionNode, ObjectTypeDefinitionNode } from "graphql";
import { type DirectiveUse, type DirectiveUses, readDirectives } from "./directives.ts";
import { getNamedType, type TypeContext } from "./field-types.ts";
import { checkKeys, type KeyUse } from "./key-field.ts";
import { readFieldNodes } from "./object-fields.ts";
import type { Problems } from "./problems.ts";
import { readStoredField } from "./stored-field.ts";
import type { FieldDefinition } from "./view-definition.ts";

/** A field with `@join` before its target is looked at. */
export interface JoinDraft {
  readonly node: FieldDefinitionNode;
  readonly uses: DirectiveUses;
  readonly join: DirectiveUse;
}

/** A view of which everything but the joins is read: these need the other views. */
export interface ViewDraft {
  readonly node: ObjectTypeDefinitionNode;
  readonly view: DirectiveUse | undefined;
  readonly fieldNodes: ReadonlyMap<string, FieldDefinitionNode>;
  /** Stored fields whose type could be read, in declaration order. */
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly joins: ReadonlyMap<string, JoinDraft>;
  /** Name of the first field with `@key`. */
  readonly keyField: string | undefined;
}

/** Reads a `@view` type up to its joins; reports what is wrong. */
export function readViewDraft(node: ObjectTypeDefinitionNode, context: TypeContext): ViewDraft {
  const { problems } = context;
  const view = readDirectives(node, "a type", problems).get("view");
  const fieldNodes = readFieldNodes(node, problems);
  const fields = new Map<string, FieldDefinition>();
  const joins = new Map<string, JoinDraft>();
  const keys: KeyUse[] = [];
  for (const [name, fieldNode] of fieldNodes) {
    const uses = readDirectives(fieldNode, "a field", problems);
    const key = uses.get("key");
    if (key !== undefined) keys.push({ key, node: fieldNode });
    const join = uses.get("join");
    if (join !== undefined) {
      reportBesideJoin(uses, problems);
      joins.set(name, { node: fieldNode, uses, join });
      continue;
    }
    const target = getNamedType(fieldNode.type);
    if (context.document.views.has(target.name.value)) {
      problems.report(
        target,
        `expected @join on ${node.name.value}.${name}, since ${target.name.value} is a @view; add @join(local: …) or @join(foreign: …)`,
      );
      continue;
    }
    const field = readStoredField(fieldNode, uses, context);
    if (field !== undefined) fields.set(name, field);
  }
  checkKeys({ type: node, view, fields }, keys, problems);
  return { node, view, fieldNodes, fields, joins, keyField: keys[0]?.node.name.value };
}

function reportBesideJoin(uses: DirectiveUses, problems: Problems): void {
  for (const name of ["key", "source", "index"]) {
    const use = uses.get(name);
    if (use !== undefined)
      problems.report(
        use.node,
        `expected no @${name} on a joined field, which holds no value of its own, found it beside @join; remove it`,
      );
  }
}
