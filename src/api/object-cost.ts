import { type FieldNode, type GraphQLResolveInfo, getNamedType, Kind, type SelectionSetNode } from "graphql";

/** What one object costs whatever its values are. */
export interface ObjectCost {
  /** Fields that are resolved for it, those inside its own objects left out. */
  readonly fields: number;
  /** Bytes of JSON: braces, the names of its members (aliases can be long) and `__typename`, which has no resolver of ours. */
  readonly bytes: number;
}

type Fragments = GraphQLResolveInfo["fragments"];

/** Quotes, colon and comma around a member's name; braces and comma around an object. */
const memberBytes = 4;
const objectFrameBytes = 3;

/** By the list of field nodes, which graphql-js makes once for each place in an operation. */
const known = new WeakMap<readonly FieldNode[], ObjectCost>();

/** Cost of one object of the field being resolved. Fields that `@skip` or `@include` leave out are counted. */
export function getObjectCost({ fieldNodes, fragments, returnType }: GraphQLResolveInfo): ObjectCost {
  const cost = known.get(fieldNodes);
  if (cost !== undefined) return cost;
  const computed = makeObjectCost(fieldNodes, fragments, getNamedType(returnType).name);
  known.set(fieldNodes, computed);
  return computed;
}

/** Cost of one object of the type that these field nodes, which have one response name, lead to. */
export function makeObjectCost(fieldNodes: readonly FieldNode[], fragments: Fragments, typeName: string): ObjectCost {
  const names = new Map<string, string>();
  for (const node of fieldNodes) collectNames(node.selectionSet, fragments, names);
  return { fields: names.size, bytes: sumBytes(names, typeName) };
}

/** Response name → field name; every type of the API is an object type, so every fragment that validates applies. */
function collectNames(
  selectionSet: SelectionSetNode | undefined,
  fragments: Fragments,
  names: Map<string, string>,
  spread = new Set<string>(),
): void {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      names.set((selection.alias ?? selection.name).value, selection.name.value);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      collectNames(selection.selectionSet, fragments, names, spread);
    } else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      collectNames(fragments[selection.name.value]?.selectionSet, fragments, names, spread);
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
