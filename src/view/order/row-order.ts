import { InvariantError } from "../../base/errors.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import type { Pacer } from "../pacer.ts";
import { loadSlots } from "./load-slots.ts";
import type { OrderBound, RowComparator } from "./row-comparators.ts";
import { SlotSequence } from "./slot-sequence.ts";

export interface RowOrderOptions {
  readonly comparator: RowComparator;
  readonly allocator: ChunkAllocator;
  /** What the order's memory is counted under. */
  readonly account: string;
}

/** Rows of one view in one order, as slots: found by rank, by bound and by row in O(log n). Synchronous but for `bulkLoad`. */
export class RowOrder {
  readonly #comparator: RowComparator;
  readonly #slots: SlotSequence;
  #isLoading = false;

  constructor({ comparator, allocator, account }: RowOrderOptions) {
    this.#comparator = comparator;
    this.#slots = new SlotSequence(allocator, account);
  }

  /** Rows in the order; those that have no place in it are not. */
  get size(): number {
    return this.#slots.size;
  }

  /** Puts a row in by the cells that it has now; nothing if it has no place. Throws `InvariantError` if one equal to it is in. */
  insert(slot: number): void {
    this.#requireNotLoading();
    if (!this.#comparator.hasPlace(slot)) return;
    const probe = this.#comparator.aimAt(slot);
    const rank = this.#slots.countBefore(probe, 1);
    if (rank > 0 && probe.compare(this.#slots.slotAt(rank - 1)) === 0) {
      throw new InvariantError(`row ${slot} is put into an order that has one equal to it`);
    }
    this.#slots.insertAt(rank, slot);
  }

  /**
   * Takes a row out; gives the rank that it had. Nothing, and -1, if it has no place. Its cells must still be those that it
   * was put in with. Throws `InvariantError` if it is not in.
   */
  remove(slot: number): number {
    this.#requireNotLoading();
    if (!this.#comparator.hasPlace(slot)) return -1;
    const rank = this.rankOf(slot);
    this.#slots.removeAt(rank);
    return rank;
  }

  /** Number of rows before this one. Throws `InvariantError` if it is not in. */
  rankOf(slot: number): number {
    const rank = this.#slots.countBefore(this.#comparator.aimAt(slot), 1) - 1;
    if (rank < 0 || this.#slots.slotAt(rank) !== slot) {
      throw new InvariantError(`row ${slot} is not where its cells say in an order of its view`);
    }
    return rank;
  }

  /** The row of a rank from 0 to `size` - 1; `InvariantError` for others. */
  slotAt(rank: number): number {
    return this.#slots.slotAt(rank);
  }

  /** Rank of the first row that is not before the bound; `size` if there is none. */
  lowerBound(bound: OrderBound): number {
    return this.#slots.countBefore(this.#comparator.probe(bound), 0);
  }

  /** Rank of the first row that is after the bound; `size` if there is none. */
  upperBound(bound: OrderBound): number {
    return this.#slots.countBefore(this.#comparator.probe(bound), 1);
  }

  /** Copies the rows from a rank on, as many as the target takes; there must be so many. */
  copyTo(target: Uint32Array, fromRank: number): void {
    this.#slots.copyTo(target, fromRank);
  }

  /**
   * Fills the empty order with rows that are in its order already and all have a place in it, giving way in between; they
   * are in it when it is done, none before. If it fails, the order is empty.
   */
  async bulkLoad(slots: Uint32Array, pacer: Pacer): Promise<void> {
    this.#requireNotLoading();
    if (this.size > 0) throw new InvariantError("an order that has rows is loaded");
    this.#slots.clear();
    if (slots.length === 0) return;
    this.#isLoading = true;
    try {
      this.#slots.adopt(await loadSlots(this.#slots.nodes, slots, pacer), slots.length);
    } finally {
      this.#isLoading = false;
      if (this.size === 0) this.#slots.clear();
    }
  }

  /** Takes all rows out and gives all memory back. */
  clear(): void {
    this.#requireNotLoading();
    this.#slots.clear();
  }

  #requireNotLoading(): void {
    if (this.#isLoading) throw new InvariantError("an order changes while it is loaded");
  }
}
