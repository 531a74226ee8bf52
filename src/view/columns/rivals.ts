import type { KeyBlock, KeyTable } from "./key-table.ts";
import { rowHasRivals, rowIsShadow } from "./row-flags.ts";
import type { RowRecords } from "./row-records.ts";

/**
 * Rows of one key in several partitions: the one with the greatest (timestamp, partition) wins and is shown, all others
 * are its shadows, so that the outcome does not depend on the order of arrival.
 */
export class Rivals {
  readonly #records: RowRecords;
  readonly #keys: KeyTable;

  constructor(records: RowRecords, keys: KeyTable) {
    this.#records = records;
    this.#keys = keys;
  }

  /** All rows of the key of the block at `word`. */
  rowsOf(hash: number, key: KeyBlock, word: number): number[] {
    const slots: number[] = [];
    let slot = this.#keys.find(hash, key, word);
    for (; slot !== 0; slot = this.#keys.findNext(hash, key, word)) slots.push(slot);
    return slots;
  }

  /** The row of a key that is no shadow; 0 if the key is not known. */
  winnerOf(hash: number, key: KeyBlock, word: number): number {
    let slot = this.#keys.find(hash, key, word);
    while (slot !== 0 && (this.#records.flagsOf(slot) & rowIsShadow) !== 0) slot = this.#keys.findNext(hash, key, word);
    return slot;
  }

  /** The row of a key's rows that wins; 0 if there are none. */
  greatest(slots: readonly number[]): number {
    let winner = 0;
    for (const slot of slots) if (winner === 0 || this.#beats(slot, winner)) winner = slot;
    return winner;
  }

  /** Marks the winner of a key's rows, and the others as its shadows; gives the winner. At least one row. */
  settle(slots: readonly number[]): number {
    const winner = this.greatest(slots);
    const rivalry = slots.length > 1 ? rowHasRivals : 0;
    for (const slot of slots) {
      const flags = this.#records.flagsOf(slot) & ~(rowHasRivals | rowIsShadow);
      this.#records.setFlags(slot, flags | rivalry | (slot === winner ? 0 : rowIsShadow));
    }
    return winner;
  }

  #beats(slot: number, other: number): boolean {
    const difference = this.#records.timestampOf(slot) - this.#records.timestampOf(other);
    return difference > 0 || (difference === 0 && this.#records.partitionOf(slot) > this.#records.partitionOf(other));
  }
}
