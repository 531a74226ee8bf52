import { operationUpsert } from "../../decode/columns/row-columns.ts";
import { type HasSameValue, makeHasSameValue } from "../columns/compare-cells.ts";
import type { OpenBatch } from "../columns/open-batch.ts";
import { rowHasRivals, rowIsLive, rowIsShadow } from "../columns/row-flags.ts";
import type { RowWriter } from "../columns/row-writer.ts";
import type { CellSources } from "../columns/slot-columns.ts";
import type { StoredRows } from "../columns/stored-rows.ts";
import { TouchedKeys } from "../columns/touched-keys.ts";
import { type ChangeDetail, type KeyChange, wantsImage } from "../key-change.ts";
import type { Row } from "../view-reader.ts";
import type { ColumnReader } from "./column-reader.ts";
import type { FieldIndex } from "./field-index.ts";
import type { StoreOrders } from "./store-orders.ts";

export interface LiveWriterParts {
  readonly sources: CellSources;
  readonly stored: StoredRows;
  readonly writer: RowWriter;
  readonly orders: StoreOrders;
  readonly reader: ColumnReader;
}

/** One key of the batch, as it was before and as it was foreseen. */
interface Foreseen {
  /** The row that was shown, if it was live; else 0. */
  readonly shown: number;
  /** Of the record that it was made from. */
  readonly offset: number;
  /** The key has, or gets, rows of several partitions: which is shown is known only afterwards. */
  readonly isContested: boolean;
  readonly before: Row | undefined;
}

/** Which rows go into which indexes once they are written. */
interface Insertion {
  readonly slot: number;
  readonly index: FieldIndex;
}

/**
 * Writes batches into a store that has orders, and says what they change. Rows leave an order while they, and all others in
 * it, have the cells by which they stand there; then everything is written; then they are put in by their new cells. A row
 * leaves only the orders in which it would not stand as it is.
 */
export class LiveWriter {
  readonly #parts: LiveWriterParts;
  readonly #touched = new TouchedKeys();
  /** By row of the batch: some row of its key, or 0. */
  #rowOf = new Uint32Array(1_024);
  /** By place in `StoreOrders.byField`. */
  readonly #hasSameValue: readonly HasSameValue[];

  constructor(parts: LiveWriterParts) {
    this.#parts = parts;
    const { sources, orders } = parts;
    this.#hasSameValue = orders.byField.map(
      ({ at }) => makeHasSameValue(sources.layout.places[at] as (typeof sources.layout.places)[0], sources), // one for each field
    );
  }

  /** As `RowWriter.write`. Gives at most one change for each key, in the order of their first rows; none if no detail is wanted. */
  write(batch: OpenBatch, { nowMs, detail }: { readonly nowMs: number; readonly detail: ChangeDetail }): KeyChange[] {
    this.#touched.gather(batch);
    this.#findRows(batch);
    const insertions: Insertion[] = [];
    const foreseen: Foreseen[] = [];
    for (let key = 0; key < this.#touched.count; key += 1) {
      foreseen.push(this.#foresee(batch, this.#lastRowOf(key), { insertions, detail }));
    }
    this.#parts.writer.write(batch, nowMs);
    for (const { slot, index } of insertions) index.insert(slot);
    const changes: KeyChange[] = [];
    for (const [key, before] of foreseen.entries()) {
      const change = this.#follow(key, before, detail);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  /** Looks for rows of all keys at once: one after the other would cost several times as much. */
  #findRows({ columns, blocks, from, rowCount }: OpenBatch): void {
    if (this.#rowOf.length < rowCount) this.#rowOf = new Uint32Array(2 * rowCount);
    const keys = { hashes: columns.keyHashes, blockAt: columns.blockAt, blocks };
    this.#parts.stored.keys.findAll(keys, from, rowCount, this.#rowOf);
  }

  /** Takes the row that the key shows out of the orders in which it will not stand any more. */
  #foresee(
    batch: OpenBatch,
    row: number,
    { insertions, detail }: { readonly insertions: Insertion[]; readonly detail: ChangeDetail },
  ): Foreseen {
    const { columns, partition } = batch;
    const { stored, orders, reader } = this.#parts;
    const { records } = stored.rows;
    const found = this.#rowOf[row] as number; // a row of the batch
    const slot = found === 0 ? 0 : this.#winnerOf(found);
    if (slot === 0) return { shown: 0, offset: 0, isContested: false, before: undefined };
    const isContested = (records.flagsOf(slot) & rowHasRivals) !== 0 || records.partitionOf(slot) !== partition;
    if ((records.flagsOf(slot) & rowIsLive) === 0) return { shown: 0, offset: 0, isContested, before: undefined };
    const before = wantsImage(detail, () => reader.keyOfSlot(slot)) ? reader.takeImage(slot) : undefined;
    if (isContested || columns.operations[row] !== operationUpsert) orders.remove(slot);
    else this.#leaveIndexes(slot, { batch, row, insertions });
    return { shown: slot, offset: records.offsetOf(slot), isContested, before };
  }

  /** A live row that stays live leaves the indexes of the values that change, to be put in again. */
  #leaveIndexes(
    slot: number,
    { batch, row, insertions }: { readonly batch: OpenBatch; readonly row: number; readonly insertions: Insertion[] },
  ): void {
    for (const [at, index] of this.#parts.orders.byField.entries()) {
      if (this.#hasSameValue[at]?.(slot, batch, row) === true) continue;
      index.remove(slot);
      insertions.push({ slot, index });
    }
  }

  /** Puts the row that the key shows now into the orders, unless it stands there, and says what has changed. */
  #follow(key: number, was: Foreseen, detail: ChangeDetail): KeyChange | undefined {
    const { stored, orders, reader, writer } = this.#parts;
    const { records } = stored.rows;
    const row = this.#lastRowOf(key);
    const own = writer.slotOfRow[row] as number; // written
    const slot = was.isContested ? this.#winnerOf(own) : own;
    const existsNow = (records.flagsOf(slot) & rowIsLive) !== 0;
    const existedBefore = was.shown !== 0;
    if (existsNow && (!existedBefore || was.isContested)) orders.insert(slot);
    if (detail === "NONE" || (!existedBefore && !existsNow)) return undefined;
    if (existedBefore && existsNow && slot === was.shown && records.offsetOf(slot) === was.offset) return undefined;
    const mergedRecords = this.#touched.rows[key] as number; // a key of the batch
    return { key: reader.keyOfSlot(slot), existedBefore, existsNow, before: was.before, records: mergedRecords };
  }

  /** The row that is shown of the key that a row has. */
  #winnerOf(slot: number): number {
    const { stored } = this.#parts;
    const isShadow = (other: number): boolean => (stored.rows.records.flagsOf(other) & rowIsShadow) !== 0;
    return isShadow(slot) ? (stored.rowsOfKey(slot).find((other) => !isShadow(other)) ?? slot) : slot;
  }

  #lastRowOf(key: number): number {
    return this.#touched.lastRow[key] as number; // a key of the batch
  }
}
