import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import type { ApiLimits } from "../limits.ts";
import { makeSelectionMeasure } from "../selection-measure.ts";
import type { Variables } from "./collect-fields.ts";

export interface EstimateFacts {
  /** Has the operation's fragments; valid. */
  readonly document: DocumentNode;
  /** Coerced. */
  readonly variables: Variables;
  readonly limits: Pick<ApiLimits, "defaultPageSize" | "maxPageSize">;
}

/**
 * About how many objects an operation puts out if every list is as long as it may be: what it would cost graphql-js. By its
 * text and variables alone, so it may be far too much for small views; too little only where nothing is cheaper. Takes time
 * with the text, however often its fragments are spread. Never throws.
 */
export function estimateObjects(
  { selectionSet }: OperationDefinitionNode,
  { document, variables, limits }: EstimateFacts,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const lengthOf = (field: FieldNode): number => {
    const ids = findArgument(field, "ids");
    if (ids !== undefined) return countValues(ids, variables);
    const length = findArgument(field, "first") ?? findArgument(field, "last");
    if (length === undefined) return isConnection(field) ? limits.defaultPageSize : 1;
    const value: unknown = valueFromASTUntyped(length, variables);
    return typeof value === "number" && value >= 0 ? Math.min(value, limits.maxPageSize) : limits.defaultPageSize;
  };
  const measure = makeSelectionMeasure(
    { getFragment: (name) => fragments.get(name) },
    {
      ofField: (field, inner) => (field.selectionSet === undefined ? 0 : lengthOf(field) * (1 + inner())),
      add: (left, right) => left + right,
    },
  );
  return measure(selectionSet);
}

function findArgument({ arguments: given = [] }: FieldNode, wanted: string): ValueNode | undefined {
  return given.find(({ name }) => name.value === wanted)?.value;
}

function countValues(node: ValueNode, variables: Variables): number {
  if (node.kind === Kind.LIST) return node.values.length;
  const value: unknown = valueFromASTUntyped(node, variables);
  return Array.isArray(value) ? value.length : 1;
}

/** By what is selected of it. A list that is selected through fragments only counts as one object: an estimate will do. */
function isConnection({ selectionSet }: FieldNode): boolean {
  return selectionSet?.selections.some((one) => one.kind === Kind.FIELD && pageFields.has(one.name.value)) === true;
}

const pageFields: ReadonlySet<string> = new Set(["nodes", "edges"]);
