import type { Pacer } from "../pacer.ts";
import { branchCapacity, entriesAt, leafCapacity, type SlotNodes } from "./slot-nodes.ts";

/** Nodes are filled to seven eighths: room for the changes that follow. */
const leafSlots = leafCapacity - (leafCapacity >>> 3);
const branchChildren = branchCapacity - (branchCapacity >>> 3);
const leavesBetweenLooks = 16;

/** Builds the tree of a sequence from at least one slot in nodes that are empty, giving way in between; gives its root. */
export async function loadSlots(nodes: SlotNodes, slots: Uint32Array, pacer: Pacer): Promise<number> {
  let first = nodes.pool.size;
  let count = Math.ceil(slots.length / leafSlots);
  for (let at = 0; at < count; at += 1) {
    addLeaf(nodes, slots.subarray(share(slots.length, at, count), share(slots.length, at + 1, count)));
    if (at % leavesBetweenLooks === 0) await pacer.giveWay();
  }
  for (let level = 1; count > 1; level += 1) {
    const firstChild = first;
    const children = count;
    first = nodes.pool.size;
    count = Math.ceil(children / branchChildren);
    for (let at = 0; at < count; at += 1) {
      const branch = nodes.add(level);
      const start = share(children, at, count);
      const end = share(children, at + 1, count);
      for (let child = start; child < end; child += 1) nodes.insertChild(branch, child - start, firstChild + child);
      await pacer.giveWay();
    }
  }
  return first;
}

function addLeaf(nodes: SlotNodes, slots: Uint32Array): void {
  const leaf = nodes.add(0);
  const words = nodes.pool.wordsOf(leaf);
  const base = nodes.pool.baseOf(leaf);
  words.set(slots, base + entriesAt);
  words[base] = slots.length;
}

/** Where the part `at` of `parts` equal parts begins. */
function share(total: number, at: number, parts: number): number {
  return Math.floor((total * at) / parts);
}
