import type { ColumnLayout } from "../../decode/columns/column-layout.ts";
import { operationUpsert } from "../../decode/columns/row-columns.ts";
import { isPlainText } from "../../decode/columns/row-texts.ts";
import { BlockExpander } from "./block-expander.ts";
import { CellTargets } from "./cell-targets.ts";
import { chunkShift } from "./chunked-column.ts";
import { DigestNotes } from "./digest-notes.ts";
import type { OpenBatch } from "./open-batch.ts";
import { haveSameRecordKey, locateText } from "./read-block.ts";
import { rowHasRivals, rowIsLive, rowIsShadow, rowIsTombstone, rowKeyCollides, rowKeyIsPlain } from "./row-flags.ts";
import { scatterCells } from "./scatter-cells.ts";
import { segmentShift, wordMask } from "./slab-segment.ts";
import type { StoredRows } from "./stored-rows.ts";
import { createTextSpan } from "./text-span.ts";
import { tombstoneWords } from "./tombstone-list.ts";

const firstRows = 1_024;
/** Rows whose keys are looked for together: what they lead to stays in the processor's caches until it is used. */
const groupRows = 128;
/** What a new record of the same key and partition does not change. */
const keptFlags = rowIsShadow | rowHasRivals | rowKeyIsPlain | rowKeyCollides;
/** A live row that is shown, and the only one of its key. */
const shownAlone = { flags: rowIsLive, ignored: rowKeyIsPlain | rowKeyCollides };

/**
 * Writes the rows of batches into the rows of a store: first each row's record and block, one row after the other, then all
 * cells, one column after the other. Knows nothing of orders: who keeps some takes rows out before and puts them in after.
 */
export class RowWriter {
  readonly #layout: ColumnLayout;
  readonly #stored: StoredRows;
  readonly #expander: BlockExpander;
  /** By row of the last batch: the slot of its key and partition. */
  slotOfRow = new Uint32Array(firstRows);
  readonly #targets = new CellTargets();
  readonly #digestNotes = new DigestNotes(groupRows);
  readonly #span = createTextSpan();

  constructor(layout: ColumnLayout, stored: StoredRows) {
    this.#layout = layout;
    this.#stored = stored;
    this.#expander = new BlockExpander(layout);
  }

  /** Bytes that writing the batch may take at most. */
  measureGrowth(batch: OpenBatch): number {
    const rows = batch.rowCount - batch.from;
    const { rows: table, slab, keys } = this.#stored;
    return table.measureGrowth(rows) + slab.measureGrowth(this.measureWords(batch)) + keys.measureGrowth(rows);
  }

  /** Words that writing the batch may take in the slab at most. */
  measureWords(batch: OpenBatch): number {
    const { columns, from, rowCount } = batch;
    if (from >= rowCount) return 0;
    const last = columns.blockAt[rowCount - 1] as number; // a row of the batch
    const words = last + (columns.blocks[last] as number) - (columns.blockAt[from] as number);
    return words + tombstoneWords * (rowCount - from) + this.#expander.measure(batch);
  }

  /** Writes the batch's rows from its first on. The batch has been checked, and there is memory. */
  write(batch: OpenBatch, nowMs: number): void {
    const { columns, from, rowCount, dictionary } = batch;
    this.#makeRoom(rowCount);
    this.#stored.rows.reserve(rowCount - from);
    const targets = this.#targets;
    targets.begin(rowCount - from);
    for (let first = from; first < rowCount; first += groupRows) {
      const end = Math.min(first + groupRows, rowCount);
      this.#findKeys(batch, first, end);
      this.#writeRows(batch, first, end, nowMs);
    }
    targets.arrange((this.#stored.rows.end >>> chunkShift) + 1);
    scatterCells(this.#layout, columns, this.#stored.rows, targets, dictionary);
  }

  #findKeys({ columns, blocks }: OpenBatch, from: number, end: number): void {
    const keys = { hashes: columns.keyHashes, blockAt: columns.blockAt, blocks };
    this.#stored.keys.findAll(keys, from, end, this.slotOfRow);
  }

  #writeRows(batch: OpenBatch, from: number, end: number, nowMs: number): void {
    const { operations } = batch.columns;
    const slots = this.slotOfRow;
    for (let row = from; row < end; row += 1) {
      const slot = this.#writeRow(batch, row, nowMs);
      slots[row] = slot;
      if (operations[row] === operationUpsert) this.#targets.add(row, slot);
    }
    this.#digestNotes.count(this.#stored.digests.get(batch.partition));
  }

  #makeRoom(rows: number): void {
    if (rows <= this.slotOfRow.length) return;
    this.slotOfRow = new Uint32Array(2 * rows);
  }

  #writeRow(batch: OpenBatch, row: number, nowMs: number): number {
    const { keys, rows, rivals, tally } = this.#stored;
    const { columns, blocks, partition } = batch;
    // A row of the batch has a place in each of its columns.
    const hash = columns.keyHashes[row] as number;
    const word = columns.blockAt[row] as number;
    const ahead = this.slotOfRow[row] as number;
    const known = ahead === 0 ? keys.find(hash, blocks, word) : ahead;
    const isUpsert = columns.operations[row] === operationUpsert;
    if (known === 0) {
      const slot = this.#addRow(batch, row);
      if (isUpsert) {
        tally.entities += 1;
        this.#digestNotes.noteCome(columns.offsets[row] as number);
      } else {
        this.#stored.show(slot, nowMs);
      }
      return slot;
    }
    if (isUpsert && !this.#layout.hasRecordKey && rows.records.isOf(known, partition, shownAlone)) {
      this.#renewRow(batch, row, known);
      return known;
    }
    const isContested =
      (rows.records.flagsOf(known) & rowHasRivals) !== 0 || rows.records.partitionOf(known) !== partition;
    if (isContested) return this.#contest(batch, row, rivals.rowsOf(hash, blocks, word), nowMs);
    if (this.#layout.hasRecordKey) this.#noteCollision(batch, row, known, [known]);
    this.#stored.hide(known);
    this.#rewriteRow(batch, row, known);
    this.#stored.show(known, nowMs);
    return known;
  }

  /** Writes a row of a key that has, or now gets, rows of several partitions. */
  #contest(batch: OpenBatch, row: number, slots: number[], nowMs: number): number {
    const { rows, rivals, tally } = this.#stored;
    let [own, winner] = [0, 0];
    for (const slot of slots) {
      if (rows.records.partitionOf(slot) === batch.partition) own = slot;
      if ((rows.records.flagsOf(slot) & rowIsShadow) === 0) winner = slot;
    }
    if (this.#layout.hasRecordKey) this.#noteCollision(batch, row, own === 0 ? winner : own, slots);
    this.#stored.hide(winner);
    if (own === 0) {
      own = this.#addRow(batch, row);
      slots.push(own);
      if (slots.length === 2) tally.keysInSeveralPartitions += 1;
    } else {
      this.#rewriteRow(batch, row, own);
    }
    this.#stored.show(rivals.settle(slots), nowMs);
    return own;
  }

  #addRow(batch: OpenBatch, row: number): number {
    const { rows, slab, keys } = this.#stored;
    const { columns, blocks, partition } = batch;
    const slot = rows.allocate();
    // A row of the batch has a place in each of its columns.
    const word = columns.blockAt[row] as number;
    keys.insert(columns.keyHashes[row] as number, slot);
    const isUpsert = columns.operations[row] === operationUpsert;
    const expanded = isUpsert && batch.dictionary.hasExpanded ? this.#expander.expand(batch, row) : undefined;
    const address =
      expanded === undefined
        ? slab.append(blocks.words, word, isUpsert ? 0 : tombstoneWords)
        : slab.append(expanded, 0, 0);
    rows.records.setBlock(slot, address);
    rows.records.setRecord(slot, columns.offsets[row] as number, columns.timestamps[row] as number);
    const plainness = this.#isKeyPlain(blocks.bytes, word) ? rowKeyIsPlain : 0;
    rows.records.setFlagsAndPartition(slot, (isUpsert ? rowIsLive : rowIsTombstone) | plainness, partition);
    if (!isUpsert) this.#stored.tally.tombstones += 1;
    return slot;
  }

  /** The usual: a live row that has no rivals stays that with a newer record. All that its flags say stays true. */
  #renewRow(batch: OpenBatch, row: number, slot: number): void {
    const { records } = this.#stored.rows;
    const { offsets, timestamps } = batch.columns;
    this.#replaceBlock(batch, row, slot, 0);
    const offset = offsets[row] as number; // as in `#addRow`
    this.#digestNotes.noteGone(records.setRecord(slot, offset, timestamps[row] as number));
    this.#digestNotes.noteCome(offset);
  }

  #replaceBlock(batch: OpenBatch, row: number, slot: number, spareWords: number): void {
    const { rows, slab } = this.#stored;
    const { columns, blocks, dictionary } = batch;
    const expanded = spareWords === 0 && dictionary.hasExpanded ? this.#expander.expand(batch, row) : undefined;
    const address = rows.records.blockOf(slot);
    // As in `#addRow`.
    const replaced =
      expanded === undefined
        ? slab.replace(address, blocks.words, columns.blockAt[row] as number, spareWords)
        : slab.replace(address, expanded, 0, 0);
    if (replaced !== address) rows.records.setBlock(slot, replaced);
  }

  #rewriteRow(batch: OpenBatch, row: number, slot: number): void {
    const { rows } = this.#stored;
    const { columns } = batch;
    const isUpsert = columns.operations[row] === operationUpsert;
    this.#replaceBlock(batch, row, slot, isUpsert ? 0 : tombstoneWords);
    // As in `#addRow`.
    rows.records.setRecord(slot, columns.offsets[row] as number, columns.timestamps[row] as number);
    rows.records.setFlags(slot, (rows.records.flagsOf(slot) & keptFlags) | (isUpsert ? rowIsLive : rowIsTombstone));
    if (!isUpsert) this.#stored.tally.tombstones += 1;
  }

  /** Marks one row of a key that two record keys have given: `slot`, if it was made from another one than the batch's row. */
  #noteCollision({ columns, blocks }: OpenBatch, row: number, slot: number, slots: readonly number[]): void {
    const { rows, slab, tally } = this.#stored;
    if (slots.some((known) => (rows.records.flagsOf(known) & rowKeyCollides) !== 0)) return;
    const address = rows.records.blockOf(slot);
    // A row's block is in a segment, a row of the batch has a block.
    const bytes = slab.bytes[address >>> segmentShift] as Uint8Array;
    if (haveSameRecordKey(blocks.bytes, columns.blockAt[row] as number, bytes, address & wordMask)) return;
    rows.records.setFlags(slot, rows.records.flagsOf(slot) | rowKeyCollides);
    tally.collidingKeys += 1;
  }

  #isKeyPlain(bytes: Uint8Array, word: number): boolean {
    locateText(bytes, 4 * word + 4, this.#span);
    return isPlainText(bytes, this.#span.start, this.#span.end);
  }
}
