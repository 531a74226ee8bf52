import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { NodePool } from "../order/node-pool.ts";

/** Words of one group: a row's slot and the number of rows. A node of the pool holds 256 groups. */
const groupShift = 8;
const groupMask = (1 << groupShift) - 1;

/**
 * Values that several rows have, as groups: how many rows, and one of them. Eight bytes a group; groups are numbered from
 * 0, and the number of one that is gone is given again.
 */
export class ValueGroups {
  readonly #pool: NodePool;
  /** Groups that were ever in use since the pool was empty. */
  #end = 0;
  /** The last one that went + 1, which holds the one before it; 0 if there is none. */
  #firstFree = 0;
  #size = 0;

  constructor(allocator: ChunkAllocator, account: string) {
    this.#pool = new NodePool(allocator, account);
  }

  /** Bytes that so many groups more may take at most. */
  static measureGrowth(groups: number): number {
    return 8 * groups + 2 * 65_536; // the pool's chunks
  }

  /** Adds a group; gives its number. */
  add(slot: number, rows: number): number {
    const group = this.#takeNumber();
    this.#size += 1;
    this.#set(group, slot, rows);
    return group;
  }

  /** Takes a group away; with the last one all memory goes. */
  remove(group: number): void {
    this.#size -= 1;
    if (this.#size === 0) {
      this.clear();
      return;
    }
    this.#set(group, this.#firstFree, 0);
    this.#firstFree = group + 1;
  }

  rowsOf(group: number): number {
    return this.#word(group, 1);
  }

  setRows(group: number, rows: number): void {
    this.#set(group, this.slotOf(group), rows);
  }

  slotOf(group: number): number {
    return this.#word(group, 0);
  }

  setSlot(group: number, slot: number): void {
    this.#set(group, slot, this.rowsOf(group));
  }

  /** Takes all groups away and gives all memory back. */
  clear(): void {
    this.#pool.clear();
    this.#end = 0;
    this.#firstFree = 0;
    this.#size = 0;
  }

  #takeNumber(): number {
    if (this.#firstFree > 0) {
      const group = this.#firstFree - 1;
      this.#firstFree = this.slotOf(group);
      return group;
    }
    const group = this.#end;
    if (group >>> groupShift === this.#pool.size) this.#pool.add();
    this.#end += 1;
    return group;
  }

  #word(group: number, at: number): number {
    const node = group >>> groupShift;
    return this.#pool.wordsOf(node)[this.#pool.baseOf(node) + 2 * (group & groupMask) + at] as number; // in the node
  }

  #set(group: number, slot: number, rows: number): void {
    const node = group >>> groupShift;
    const words = this.#pool.wordsOf(node);
    const at = this.#pool.baseOf(node) + 2 * (group & groupMask);
    words[at] = slot;
    words[at + 1] = rows;
  }
}
