import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** Fragments by name, as graphql-js has them. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** Coerced variables by name. */
export type Variables = Readonly<Record<string, unknown>>;

/** One member of an object of the response. */
export interface CollectedField {
  readonly responseName: string;
  readonly fieldName: string;
  /** All nodes that ask for it, the first one first; their selections are merged. */
  readonly nodes: readonly FieldNode[];
}

/** What a selection is read with. */
export interface SelectionFacts {
  readonly fragments: Fragments;
  /** At least those that `@skip` and `@include` ask for. */
  readonly variables: Variables;
}

/**
 * The members of an object of `typeName` that these nodes select, just as graphql-js collects them: in the order in
 * which their names occur first, fragments expanded, each fragment once, without what is skipped. Throws `GraphQLError`
 * if a directive's variable is null.
 */
export function collectFields(
  parents: ReadonlyArray<{ readonly selectionSet?: SelectionSetNode | undefined }>,
  typeName: string,
  { fragments, variables }: SelectionFacts,
): readonly CollectedField[] {
  const nodesByName = new Map<string, FieldNode[]>();
  const spread = new Set<string>();

  const collect = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        if (isIncluded(selection, variables)) add(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (isIncluded(selection, variables) && isOfType(selection)) collect(selection.selectionSet);
      } else if (!spread.has(selection.name.value) && isIncluded(selection, variables)) {
        spread.add(selection.name.value);
        const fragment = fragments[selection.name.value];
        if (fragment !== undefined && isOfType(fragment)) collect(fragment.selectionSet);
      }
    }
  };
  const add = (node: FieldNode): void => {
    const name = (node.alias ?? node.name).value;
    const nodes = nodesByName.get(name);
    if (nodes === undefined) nodesByName.set(name, [node]);
    else nodes.push(node);
  };
  /** All types of the API are object types: a condition names this type, or never holds. */
  const isOfType = ({ typeCondition }: Pick<Partial<FragmentDefinitionNode>, "typeCondition">): boolean =>
    typeCondition === undefined || typeCondition.name.value === typeName;

  for (const { selectionSet } of parents) if (selectionSet !== undefined) collect(selectionSet);
  return [...nodesByName].map(([responseName, nodes]) => ({
    responseName,
    fieldName: nodes[0]?.name.value ?? responseName, // there is a first one
    nodes,
  }));
}

function isIncluded(selection: SelectionNode, variables: Variables): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.["if"] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.["if"] !== false;
}
