import { type FieldDefinitionNode, Kind, type NamedTypeNode, type ObjectTypeDefinitionNode } from "graphql";
import { type DirectiveUses, getDeprecationReason, readDirectives } from "./directives.ts";
import { getNamedType, readFieldType, type TypeContext } from "./field-types.ts";
import { readPath } from "./member-path.ts";
import { readFieldNodes } from "./object-fields.ts";
import type { Problems } from "./problems.ts";
import type { SdlDocument } from "./sdl-document.ts";
import type { EmbeddedDefinition, FieldDefinition } from "./view-definition.ts";

/** Reads all embedded types, used or not, each once. Gives what reads the types of fields; reports what is wrong in them. */
export function readEmbeddedTypes(document: SdlDocument, problems: Problems): TypeContext {
  const done = new Map<string, EmbeddedDefinition>();
  const open: string[] = [];

  const readEmbedded = (name: string, usedAt: NamedTypeNode): EmbeddedDefinition | undefined => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const node = document.embedded.get(name);
    if (node === undefined) return undefined;
    if (open.includes(name)) {
      const circle = [...open.slice(open.indexOf(name)), name].join(" → ");
      problems.report(
        usedAt,
        `expected embedded types that end somewhere, found ${circle}; break the circle, with a JSON field for instance`,
      );
      return undefined;
    }
    open.push(name);
    const definition = readEmbeddedType(node, context);
    open.pop();
    done.set(name, definition);
    return definition;
  };

  const context: TypeContext = { document, problems, readEmbedded };
  for (const [name, node] of document.embedded) readEmbedded(name, { kind: Kind.NAMED_TYPE, name: node.name });
  return context;
}

function readEmbeddedType(type: ObjectTypeDefinitionNode, context: TypeContext): EmbeddedDefinition {
  readDirectives(type, "a type", context.problems);
  const fields = [...readFieldNodes(type, context.problems).values()].flatMap(
    (node) => readEmbeddedField(type.name.value, node, context) ?? [],
  );
  return { name: type.name.value, description: type.description?.value, fields };
}

function readEmbeddedField(
  typeName: string,
  node: FieldDefinitionNode,
  context: TypeContext,
): FieldDefinition | undefined {
  const { document, problems } = context;
  const name = node.name.value;
  const uses = readDirectives(node, "a field", problems);
  for (const forbidden of ["key", "join", "index"]) {
    const use = uses.get(forbidden);
    if (use !== undefined)
      problems.report(
        use.node,
        `expected @source and @deprecated only in ${typeName}, which has no @view, found @${forbidden}; remove it, or make ${typeName} a view with @view(topic: …)`,
      );
  }
  const path = readEmbeddedPath(uses, name, problems);
  const target = getNamedType(node.type);
  if (document.views.has(target.name.value)) {
    problems.report(
      target,
      `expected a value in the embedded type ${typeName}, found ${target.name.value}, which is a @view; join it in a @view type`,
    );
    return undefined;
  }
  const type = readFieldType(node.type, context);
  return (
    type && {
      name,
      description: node.description?.value,
      deprecationReason: getDeprecationReason(uses),
      type,
      source: { from: "value", path },
      isIndexed: false,
    }
  );
}

function readEmbeddedPath(uses: DirectiveUses, name: string, problems: Problems): readonly string[] {
  const use = uses.get("source");
  if (use === undefined) return [name];
  if (use.given.size !== 1 || !use.given.has("path"))
    problems.report(
      use.node,
      `expected @source(path: …) in an embedded type, found ${[...use.given.keys()].join(", ") || "no argument"}; write a path from the embedded value`,
    );
  return readPath(use, problems) ?? [name];
}
