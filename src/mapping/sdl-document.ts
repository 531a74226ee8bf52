import {
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  GraphQLError,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  Source,
} from "graphql";
import { readEnum } from "./enum-mapping.ts";
import { type Problems, printPlace } from "./problems.ts";
import { isScalarName, scalarNames } from "./scalar-names.ts";
import type { EnumDefinition } from "./view-definition.ts";

/** One file of a schema. */
export interface SdlSource {
  /** As problems name it. */
  readonly name: string;
  readonly text: string;
}

/** What the author declared, by type name, in declaration order. Of a name declared twice it has the first. */
export interface SdlDocument {
  readonly views: ReadonlyMap<string, ObjectTypeDefinitionNode>;
  /** Object types without `@view`. */
  readonly embedded: ReadonlyMap<string, ObjectTypeDefinitionNode>;
  readonly enums: ReadonlyMap<string, EnumDefinition>;
  /** Every type above, by name. */
  readonly declared: ReadonlyMap<string, ObjectTypeDefinitionNode | EnumTypeDefinitionNode>;
  /** Names of types that are missing because their declarations could not be taken, which has been reported. */
  readonly refused: ReadonlySet<string>;
  /** False if a text did not parse. */
  readonly isComplete: boolean;
}

const operationTypes: ReadonlySet<string> = new Set(["Query", "Mutation", "Subscription"]);

/** Parses all sources and sorts their declarations; reports syntax errors, duplicates and declarations that are not supported. */
export function readDocument(sources: readonly SdlSource[], problems: Problems): SdlDocument {
  const refused = new Set<string>();
  const documents = sources.map((source) => {
    const document = parseSource(source, problems);
    if (document === undefined) for (const name of findTypeNames(source.text)) refused.add(name);
    return document;
  });
  const views = new Map<string, ObjectTypeDefinitionNode>();
  const embedded = new Map<string, ObjectTypeDefinitionNode>();
  const enums = new Map<string, EnumDefinition>();
  const declared = new Map<string, ObjectTypeDefinitionNode | EnumTypeDefinitionNode>();
  for (const node of documents.flatMap((document) => document?.definitions ?? [])) {
    if (!isSupported(node, problems)) {
      if (isTypeDefinitionNode(node)) refused.add(node.name.value);
      continue;
    }
    const name = node.name.value;
    const earlier = declared.get(name);
    if (earlier !== undefined) {
      problems.report(
        node.name,
        `expected one type ${name}, found a second (first at ${printPlace(earlier.name)}); rename or remove one`,
      );
      continue;
    }
    declared.set(name, node);
    if (node.kind === Kind.ENUM_TYPE_DEFINITION) enums.set(name, readEnum(node, problems));
    else if (node.directives?.some((directive) => directive.name.value === "view")) views.set(name, node);
    else embedded.set(name, node);
  }
  return { views, embedded, enums, declared, refused, isComplete: !documents.includes(undefined) };
}

function parseSource({ name, text }: SdlSource, problems: Problems): DocumentNode | undefined {
  try {
    return parse(new Source(text, name));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
    const found = error.message.replace(/^Syntax Error: /, "").replace(/\.$/, "");
    problems.add({ file: name, line, column, message: `expected GraphQL SDL: ${found}; correct the text here` });
    return undefined;
  }
}

/** Names that a text which does not parse seems to declare; one too many only keeps a problem for the next time. */
function findTypeNames(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:type|enum|scalar|interface|union|input)\s+(\w+)/g)].flatMap(([, name]) => name ?? []);
}

function isSupported(
  node: DefinitionNode,
  problems: Problems,
): node is ObjectTypeDefinitionNode | EnumTypeDefinitionNode {
  switch (node.kind) {
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_DEFINITION:
      return isNameFree(node, problems);
    case Kind.SCALAR_TYPE_DEFINITION:
      if (!isScalarName(node.name.value))
        problems.report(
          node,
          `expected one of the scalars ${scalarNames.join(" ")}, found scalar ${node.name.value}; use one of these`,
        );
      return false;
    default:
      problems.report(
        node,
        `expected object types and enums, found ${kindWord(node.kind)}, which a schema cannot have; remove it`,
      );
      return false;
  }
}

function isNameFree(node: ObjectTypeDefinitionNode | EnumTypeDefinitionNode, problems: Problems): boolean {
  const name = node.name.value;
  if (operationTypes.has(name)) {
    problems.report(
      node.name,
      `expected types of your own, found ${name}, which Tailwater makes out of the views; remove it`,
    );
    return false;
  }
  if (isScalarName(name)) {
    problems.report(node.name, `expected a name that is free, found ${name}, which is a scalar; rename the type`);
    return false;
  }
  return true;
}

/** `InputObjectTypeDefinition` → `an input object type definition`. */
function kindWord(kind: string): string {
  const words = kind.replace(/(?!^)([A-Z])/g, " $1").toLowerCase();
  return /^(?!uni)[aeiou]/.test(words) ? `an ${words}` : `a ${words}`;
}
