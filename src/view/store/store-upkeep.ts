import { Expiry } from "../columns/expiry.ts";
import { RowEraser } from "../columns/row-eraser.ts";
import { type CompactionLimits, SlabCompactor } from "../columns/slab-compactor.ts";
import type { StoredRows } from "../columns/stored-rows.ts";
import { type ChangeDetail, type KeyChange, wantsImage } from "../key-change.ts";
import { mergeByKey } from "../merge-changes.ts";
import type { ColumnReader } from "./column-reader.ts";
import type { StoreOrders } from "./store-orders.ts";

/** Keys forgotten, or rows expired, in one step at most. */
const stepKeys = 64;

export interface StoreUpkeepParts {
  readonly stored: StoredRows;
  readonly orders: StoreOrders;
  readonly reader: ColumnReader;
  /** Default: `compactionLimits`. */
  readonly compaction?: CompactionLimits | undefined;
}

/** What a store does between batches: lets rows expire, forgets old tombstones, compacts the slab. */
export class StoreUpkeep {
  readonly #parts: StoreUpkeepParts;
  readonly #expiry: Expiry;
  readonly #eraser: RowEraser;
  readonly #compactor: SlabCompactor;

  constructor(parts: StoreUpkeepParts) {
    const { stored } = parts;
    this.#parts = parts;
    this.#expiry = new Expiry(stored.rows);
    this.#eraser = new RowEraser(stored);
    this.#compactor = new SlabCompactor(stored.rows, stored.slab, parts.compaction);
  }

  /** As `ViewStore.expireBelow`. */
  expireBelow(partition: number, startOffset: number): void {
    this.#expiry.note(partition, startOffset);
  }

  /** Rows of records from this offset on have been written. */
  noteRows(partition: number, fromOffset: number): void {
    this.#expiry.noteRows(partition, fromOffset);
  }

  /** `forgetsUntilMs`: tombstones as old as this are forgotten; -Infinity: none. */
  isDue(forgetsUntilMs: number): boolean {
    return this.#expiry.isDue || this.#compactor.isDue || this.#parts.stored.tombstones.oldest(forgetsUntilMs) !== 0;
  }

  /** Does a little of one thing that is due. `hasOrders`: rows are in orders, and changes are told. */
  step({
    nowMs,
    forgetsUntilMs,
    hasOrders,
    detail,
  }: {
    readonly nowMs: number;
    readonly forgetsUntilMs: number;
    readonly hasOrders: boolean;
    readonly detail: ChangeDetail;
  }): readonly KeyChange[] {
    if (this.#expiry.isDue) {
      const expired = this.#expiry.step(stepKeys);
      if (hasOrders) return mergeByKey(expired.flatMap((slot) => this.#expire(slot, nowMs, detail) ?? []));
      for (const slot of expired) this.#eraser.eraseRow(slot, nowMs);
      return [];
    }
    if (this.#parts.stored.tombstones.oldest(forgetsUntilMs) !== 0) {
      for (let keys = 0; keys < stepKeys && this.#eraser.forgetOldest(forgetsUntilMs); keys += 1);
    } else if (this.#compactor.isDue) {
      this.#compactor.step();
    }
    return [];
  }

  #expire(slot: number, nowMs: number, detail: ChangeDetail): KeyChange | undefined {
    const { orders, reader } = this.#parts;
    const { before, after } = this.#eraser.foresee(slot);
    if (before === after) {
      this.#eraser.eraseRow(slot, nowMs);
      return undefined;
    }
    const key = detail === "NONE" ? "" : reader.keyOfSlot(slot);
    const image = before !== 0 && wantsImage(detail, () => key) ? reader.takeImage(before) : undefined;
    if (before !== 0) orders.remove(before);
    this.#eraser.eraseRow(slot, nowMs);
    if (after !== 0) orders.insert(after);
    if (detail === "NONE") return undefined;
    return { key, existedBefore: before !== 0, existsNow: after !== 0, before: image, records: 1 };
  }
}
