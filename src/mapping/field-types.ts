import { Kind, type NamedTypeNode, type TypeNode } from "graphql";
import type { Problems } from "./problems.ts";
import { isScalarName, scalarNames } from "./scalar-names.ts";
import type { SdlDocument } from "./sdl-document.ts";
import { makeSuggestion } from "./suggestion.ts";
import type { EmbeddedDefinition, FieldType } from "./view-definition.ts";

/** What the type of a stored field is made out of. */
export interface TypeContext {
  readonly document: SdlDocument;
  readonly problems: Problems;
  /** The embedded type of that name, or undefined if it cannot be had, which has then been reported. */
  readonly readEmbedded: (name: string, usedAt: NamedTypeNode) => EmbeddedDefinition | undefined;
}

/** Reads the type of a stored field. Reports an unknown name; then undefined. */
export function readFieldType(node: TypeNode, context: TypeContext): FieldType | undefined {
  if (node.kind === Kind.NON_NULL_TYPE) return readNullableType(node.type, context, { nullable: false });
  return readNullableType(node, context, { nullable: true });
}

/** Name of the type inside all lists and non-nulls. */
export function getNamedType(node: TypeNode): NamedTypeNode {
  return node.kind === Kind.NAMED_TYPE ? node : getNamedType(node.type);
}

/** A type as SDL. */
export function printFieldType(type: FieldType): string {
  const end = type.nullable ? "" : "!";
  switch (type.kind) {
    case "scalar":
      return `${type.scalar}${end}`;
    case "enum":
    case "embedded":
      return `${type.definition.name}${end}`;
    case "list":
      return `[${printFieldType(type.element)}]${end}`;
  }
}

function readNullableType(
  node: Exclude<TypeNode, { kind: Kind.NON_NULL_TYPE }>,
  context: TypeContext,
  { nullable }: { readonly nullable: boolean },
): FieldType | undefined {
  if (node.kind === Kind.LIST_TYPE) {
    const element = readFieldType(node.type, context);
    return element && { kind: "list", element, nullable };
  }
  const { document, problems } = context;
  const name = node.name.value;
  if (isScalarName(name)) return { kind: "scalar", scalar: name, nullable };
  const enumDefinition = document.enums.get(name);
  if (enumDefinition !== undefined) return { kind: "enum", definition: enumDefinition, nullable };
  if (document.embedded.has(name)) {
    const definition = context.readEmbedded(name, node);
    return definition && { kind: "embedded", definition, nullable };
  }
  if (!document.refused.has(name)) {
    const known = [...scalarNames, ...document.enums.keys(), ...document.embedded.keys(), ...document.views.keys()];
    problems.report(
      node,
      `expected a scalar or a declared type, found ${name}; declare it or correct the name${makeSuggestion(name, known)}`,
    );
  }
  return undefined;
}
