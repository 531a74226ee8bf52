import { rowHasRivals, rowIsLive, rowIsShadow, rowKeyCollides } from "./row-flags.ts";
import type { StoredRows } from "./stored-rows.ts";

/** What erasing a row did to what its key shows: slots that were and are shown and live, else 0. */
export interface Erasure {
  readonly before: number;
  readonly after: number;
}

/** Erases rows that nobody needs any more: tombstones that have waited long enough, records that the log has dropped. */
export class RowEraser {
  readonly #stored: StoredRows;

  constructor(stored: StoredRows) {
    this.#stored = stored;
  }

  /**
   * Forgets the key that has been deleted longest, if it was at or before `untilMs`; says whether there was one. A key
   * that lives on in another partition's older record is not forgotten: that record must not show again.
   */
  forgetOldest(untilMs: number): boolean {
    const { rows, tombstones, tally } = this.#stored;
    const oldest = tombstones.oldest(untilMs);
    if (oldest === 0) return false;
    tombstones.remove(oldest);
    const slots = this.#rowsOfKey(oldest);
    if (slots.some((slot) => (rows.records.flagsOf(slot) & rowIsLive) !== 0)) return true;
    if (slots.length > 1) tally.keysInSeveralPartitions -= 1;
    for (const slot of slots) this.#erase(slot);
    return true;
  }

  /** What erasing the row would do; as if it were done. */
  foresee(slot: number): Erasure {
    const slots = this.#rowsOfKey(slot);
    const rest = slots.filter((other) => other !== slot);
    const winner = slots.find((other) => (this.#stored.rows.records.flagsOf(other) & rowIsShadow) === 0) ?? 0;
    return { before: this.#liveOr0(winner), after: this.#liveOr0(this.#stored.rivals.greatest(rest)) };
  }

  /** Erases one row; of its key's other rows another one may be shown then. */
  eraseRow(slot: number, nowMs: number): void {
    const { rows, rivals, tally } = this.#stored;
    const slots = this.#rowsOfKey(slot);
    const winner = slots.find((other) => (rows.records.flagsOf(other) & rowIsShadow) === 0) ?? slot;
    const rest = slots.filter((other) => other !== slot);
    const [first] = rest;
    if (slot === winner) this.#stored.hide(winner); // else it stays, and if it is a tombstone it has waited as long as before
    if (first !== undefined && (rows.records.flagsOf(slot) & rowKeyCollides) !== 0) {
      rows.records.setFlags(slot, rows.records.flagsOf(slot) & ~rowKeyCollides);
      rows.records.setFlags(first, rows.records.flagsOf(first) | rowKeyCollides);
    }
    this.#erase(slot);
    if (first === undefined) return;
    if (rest.length === 1) tally.keysInSeveralPartitions -= 1;
    const settled = rivals.settle(rest);
    if (slot === winner) this.#stored.show(settled, nowMs);
  }

  #rowsOfKey(slot: number): number[] {
    return (this.#stored.rows.records.flagsOf(slot) & rowHasRivals) === 0 ? [slot] : this.#stored.rowsOfKey(slot);
  }

  #erase(slot: number): void {
    if ((this.#stored.rows.records.flagsOf(slot) & rowKeyCollides) !== 0) this.#stored.tally.collidingKeys -= 1;
    this.#stored.erase(slot);
  }

  #liveOr0(slot: number): number {
    return slot !== 0 && (this.#stored.rows.records.flagsOf(slot) & rowIsLive) !== 0 ? slot : 0;
  }
}
