import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from "graphql";

type Fragments = GraphQLResolveInfo["fragments"];

/**
 * Whether the field being resolved may be asked for a field below it, by names from field to field. Fields that `@skip` or
 * `@include` may leave out count: what they depend on can differ from event to event.
 */
export function maySelect(
  { fieldNodes, fragments }: Pick<GraphQLResolveInfo, "fieldNodes" | "fragments">,
  path: readonly string[],
): boolean {
  let nodes: readonly FieldNode[] = fieldNodes;
  for (const name of path) {
    nodes = nodes.flatMap(({ selectionSet }) => collectFields(selectionSet, fragments)).filter(isNamed(name));
  }
  return nodes.length > 0;
}

function isNamed(name: string): (node: FieldNode) => boolean {
  return (node) => node.name.value === name;
}

/** Every type of the API is an object type, so every fragment that validates applies. */
function collectFields(
  selectionSet: SelectionSetNode | undefined,
  fragments: Fragments,
  spread = new Set<string>(),
): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return collectFields(selection.selectionSet, fragments, spread);
    if (spread.has(selection.name.value)) return [];
    spread.add(selection.name.value);
    return collectFields(fragments[selection.name.value]?.selectionSet, fragments, spread);
  });
}
