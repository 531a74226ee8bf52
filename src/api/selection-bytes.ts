import { type FieldNode, type GraphQLResolveInfo, getNamedType, Kind, type SelectionSetNode } from "graphql";

/** Quotes, colon and comma around a member's name; braces and comma around an object. */
const memberBytes = 4;
const objectFrameBytes = 3;

/** By the list of field nodes, which graphql-js makes once for each place in an operation. */
const known = new WeakMap<readonly FieldNode[], number>();

/**
 * Bytes of JSON that one object of the field being resolved takes, whatever its values are: braces, the names of its
 * members (aliases can be long) and `__typename`, which has no resolver of ours. Fields that `@skip` or `@include`
 * leave out are counted.
 */
export function getObjectBytes(info: GraphQLResolveInfo): number {
  const bytes = known.get(info.fieldNodes);
  if (bytes !== undefined) return bytes;
  const names = new Map<string, string>();
  for (const node of info.fieldNodes) collectNames(node.selectionSet, info, names);
  const computed = sumBytes(names, getNamedType(info.returnType).name);
  known.set(info.fieldNodes, computed);
  return computed;
}

/** Response name → field name; every type of the API is an object type, so every fragment that validates applies. */
function collectNames(
  selectionSet: SelectionSetNode | undefined,
  info: GraphQLResolveInfo,
  names: Map<string, string>,
  spread = new Set<string>(),
): void {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      names.set((selection.alias ?? selection.name).value, selection.name.value);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      collectNames(selection.selectionSet, info, names, spread);
    } else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      collectNames(info.fragments[selection.name.value]?.selectionSet, info, names, spread);
    }
  }
}

function sumBytes(names: ReadonlyMap<string, string>, typeName: string): number {
  let bytes = objectFrameBytes;
  for (const [responseName, fieldName] of names) {
    bytes += responseName.length + memberBytes;
    if (fieldName === "__typename") bytes += typeName.length + 2;
  }
  return bytes;
}
