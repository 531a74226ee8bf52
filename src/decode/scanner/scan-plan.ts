import type { FieldDefinition, FieldType, ViewDefinition } from "../../mapping/view-definition.ts";
import type { Column, ColumnLayout, FieldPlace } from "../columns/column-layout.ts";

/** One use of a JSON value. A value that is missing is as one that is null. */
export type ScanUse =
  /** Its value goes to a column. */
  | { readonly kind: "column"; readonly column: Column }
  /** A step of paths: an object that is only looked into. */
  | { readonly kind: "step"; readonly node: ScanNode }
  /** A flattened embedded value. `presence` only where it may be null. */
  | { readonly kind: "embedded"; readonly node: ScanNode; readonly presence: Column | undefined };

/** A member that is looked for, with all that is made of it. */
export interface ScanMember {
  readonly name: string;
  readonly uses: readonly ScanUse[];
}

/** An object of the record, with the members that somebody wants. */
export interface ScanNode {
  /** Its place among the plan's nodes. */
  readonly index: number;
  readonly members: readonly ScanMember[];
}

/** What a scanner of a view's record values has to do. */
export interface ScanPlan {
  /** Of the record's value. */
  readonly root: ScanNode;
  /** All of them, each after those below it. */
  readonly nodes: readonly ScanNode[];
}

/** Objects within objects; deeper mappings are not scanned, so that what is scanned stays far from the bound of depth. */
const maxPlanDepth = 100;

/**
 * Makes the plan of a view. Undefined if the mapping is nothing for a scanner: nested too deep, or with a name that has
 * no UTF-8 (it could be confused with another one).
 */
export function makeScanPlan(definition: ViewDefinition, layout: ColumnLayout): ScanPlan | undefined {
  const nodes: ScanNode[] = [];
  const root = makeNode(wantedOf(definition.fields, layout.places), nodes, 0);
  return root === undefined ? undefined : { root, nodes };
}

/** A place in an object, and what comes there. */
interface Wanted {
  readonly path: readonly string[];
  readonly type: FieldType;
  readonly place: Exclude<FieldPlace, { readonly kind: "key" }>;
}

/** Header and record fields are not the scanner's. */
function wantedOf(fields: readonly FieldDefinition[], places: readonly FieldPlace[]): Wanted[] {
  return fields.flatMap(({ source, type }, at) => {
    const place = places[at];
    return source.from !== "value" || place === undefined || place.kind === "key"
      ? []
      : [{ path: source.path, type, place }];
  });
}

/** Undefined if it is too deep, or if a name in it has no UTF-8. */
function makeNode(wanted: readonly Wanted[], nodes: ScanNode[], depth: number): ScanNode | undefined {
  if (depth > maxPlanDepth) return undefined;
  const members: ScanMember[] = [];
  for (const [name, same] of Map.groupBy(wanted, ({ path }) => path[0] ?? "")) {
    if (!name.isWellFormed()) return undefined;
    const uses = makeUses(same, nodes, depth);
    if (uses === undefined) return undefined;
    members.push({ name, uses });
  }
  const node = { index: nodes.length, members };
  nodes.push(node);
  return node;
}

/** Uses of one member: all longer paths share one step. */
function makeUses(wanted: readonly Wanted[], nodes: ScanNode[], depth: number): readonly ScanUse[] | undefined {
  const uses: ScanUse[] = [];
  const below: Wanted[] = [];
  for (const { path, type, place } of wanted) {
    if (path.length > 1) {
      below.push({ path: path.slice(1), type, place });
    } else if (place.kind === "column") {
      uses.push({ kind: "column", column: place.column });
    } else {
      const node = makeNode(wantedOf(place.definition.fields, place.members), nodes, depth + 1);
      if (node === undefined) return undefined;
      uses.push({ kind: "embedded", node, presence: place.presence });
    }
  }
  if (below.length > 0) {
    const node = makeNode(below, nodes, depth + 1);
    if (node === undefined) return undefined;
    uses.push({ kind: "step", node });
  }
  return uses;
}
