import type { ScanNode, ScanPlan } from "./scan-plan.ts";

/** Members of one object beyond this are compared by a loop, so that the function stays small enough to be optimised. */
export const maxUnrolledMembers = 64;
/** So are longer names. */
export const maxUnrolledBytes = 40;

/** By a wanted member of an object (its place + 1; 0: none yet) the wanted one that came next last time (its place + 1; 0: none). */
export type Followers = Uint16Array;

/** By `ScanNode.index`: places of members in the order in which they usually begin an object; may be none. */
export type MemberOrders = ReadonlyArray<readonly number[]>;

/**
 * Reads the usual orders from what a scanner has seen last: each as far as members are wanted ones whose names can be
 * compared without a loop.
 */
export function readMemberOrders({ nodes }: ScanPlan, followers: readonly Followers[]): MemberOrders {
  return nodes.map((node) => readOrder(node, followers[node.index] ?? new Uint16Array(0)));
}

function readOrder({ members }: ScanNode, followers: Followers): readonly number[] {
  const order: number[] = [];
  if (members.length > maxUnrolledMembers) return order;
  for (let next = followers[0] ?? 0; next !== 0; next = followers[next] ?? 0) {
    const name = members[next - 1]?.name;
    if (name === undefined || order.includes(next - 1) || !isUnrolled(name)) break;
    order.push(next - 1);
  }
  return order;
}

/** Names with other characters are written with escapes, which are not scanned. */
function isUnrolled(name: string): boolean {
  const bytes = new TextEncoder().encode(name);
  return bytes.length <= maxUnrolledBytes && !bytes.some((byte) => byte < 0x20 || byte === 0x22 || byte === 0x5c);
}
