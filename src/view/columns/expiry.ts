import type { RowRecords } from "./row-records.ts";
import type { RowTable } from "./row-table.ts";

/** Rows looked at in one step at most. */
const stepRows = 8_192;

/**
 * Finds the rows whose records the log has dropped at its start, a little at each step: goes through all rows once for all
 * that became known before it began, and again for what came meanwhile.
 */
export class Expiry {
  readonly #rows: RowTable;
  readonly #records: RowRecords;
  /** By partition: where its log begins. */
  readonly #starts: number[] = [];
  #nextSlot = 1;
  /** A start has moved since the present round began. */
  #isBehind = false;
  #isRunning = false;

  constructor(rows: RowTable) {
    this.#rows = rows;
    this.#records = rows.records;
  }

  get isDue(): boolean {
    return this.#isRunning || this.#isBehind;
  }

  /** The partition's log begins here now. Starts that fall are ignored. */
  note(partition: number, startOffset: number): void {
    if (startOffset <= (this.#starts[partition] ?? 0)) return;
    this.#starts[partition] = startOffset;
    this.#isBehind = true;
  }

  /** Rows of records from this offset on have been written: they may have been fetched before the log's start moved past them. */
  noteRows(partition: number, fromOffset: number): void {
    if (fromOffset < (this.#starts[partition] ?? 0)) this.#isBehind = true;
  }

  /** Looks at some rows; gives the slots of those that have expired, up to `limit`. */
  step(limit: number): number[] {
    if (!this.#isRunning) this.#begin();
    const expired: number[] = [];
    const end = Math.min(this.#rows.end, this.#nextSlot + stepRows);
    for (; this.#nextSlot < end && expired.length < limit; this.#nextSlot += 1) {
      if (this.#hasExpired(this.#nextSlot)) expired.push(this.#nextSlot);
    }
    if (this.#nextSlot === this.#rows.end) this.#isRunning = false;
    return expired;
  }

  #begin(): void {
    this.#isRunning = true;
    this.#isBehind = false;
    this.#nextSlot = 1;
  }

  #hasExpired(slot: number): boolean {
    const records = this.#records;
    return records.flagsOf(slot) !== 0 && records.offsetOf(slot) < (this.#starts[records.partitionOf(slot)] ?? 0);
  }
}
