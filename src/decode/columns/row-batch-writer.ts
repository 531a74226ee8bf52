import { InvariantError } from "../../base/errors.ts";
import { hashBytes } from "../../base/hash-bytes.ts";
import type { DictionaryEntry, FieldValue, RowBatch } from "../row-batch.ts";
import { maxVarintBytes, putBytes, putVarint } from "./block-bytes.ts";
import { type BufferSource, plainBuffers } from "./buffer-source.ts";
import { makeCellWriter, type WriteCells } from "./cell-writer.ts";
import { type ColumnLayout, textInBlock, textNull } from "./column-layout.ts";
import {
  copyRowColumns,
  layRowColumns,
  measureRowColumns,
  operationDelete,
  operationUpsert,
  type RowColumns,
} from "./row-columns.ts";
import { noText, RowTexts, textInScratch, textIsPlain } from "./row-texts.ts";
import { TextDictionary } from "./text-dictionary.ts";

export interface RowBatchWriterOptions {
  readonly layout: ColumnLayout;
  /** Of key hashes; the same wherever rows of the view are looked up. */
  readonly hashSeed: number;
  /** Names this writer's dictionary: no two writers of one view have the same. */
  readonly dictionary: string;
  /** Default: `plainBuffers`. */
  readonly buffers?: BufferSource | undefined;
}

/** What a row is, beside its values. */
export interface RowHead {
  /** Canonical key text. */
  readonly key: string;
  /** The whole record key as canonical JSON text if the layout has it, else undefined. */
  readonly recordKey?: string | undefined;
  readonly offset: number;
  readonly timestamp: number;
}

/** What the writer of a batch knows of it. */
export type RowBatchParts = Pick<
  RowBatch,
  "rowCount" | "buffer" | "capacityRows" | "blockWords" | "dictionary" | "newTexts"
>;

/**
 * Writes rows into the columns of row batches, one batch after the other: `begin`, rows, `finish`. One for each decoder
 * (so for each view and read), as its dictionaries go on from batch to batch. Synchronous.
 *
 * A scanner writes the cells of a row itself: those of texts as spans to `texts`, all others to `columns` at place
 * `rowCount`; then `commitUpsert`. Until then the row does not exist: one that is given up is simply overwritten.
 */
export class RowBatchWriter {
  readonly layout: ColumnLayout;
  /** Of the row being written. */
  readonly texts: RowTexts;
  readonly #hashSeed: number;
  readonly #dictionary: string;
  readonly #buffers: BufferSource;
  readonly #writeCells: WriteCells;
  /** By `Column.slot`. */
  readonly #dictionaries: readonly TextDictionary[];
  #columns: RowColumns | undefined;
  #rowCount = 0;
  #blockWords = 0;
  #newTexts: DictionaryEntry[] = [];

  constructor({ layout, hashSeed, dictionary, buffers = plainBuffers }: RowBatchWriterOptions) {
    this.layout = layout;
    this.texts = new RowTexts(layout.textColumns.length);
    this.#hashSeed = hashSeed;
    this.#dictionary = dictionary;
    this.#buffers = buffers;
    this.#writeCells = makeCellWriter(layout);
    this.#dictionaries = layout.textColumns.map(({ index }) => new TextDictionary(index, hashSeed));
  }

  /** Columns of the batch being written. Others after `begin`, and after each row, as blocks may have grown. */
  get columns(): RowColumns {
    if (this.#columns === undefined) throw new InvariantError("a row is written outside of a batch");
    return this.#columns;
  }

  /** Rows of the batch so far. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Begins a batch of at most `maxRows` rows. The estimate is of all blocks together; their area grows where needed. */
  begin(maxRows: number, estimatedBlockBytes: number): void {
    if (this.#columns !== undefined) throw new InvariantError("a row batch begins while another is being written");
    this.#columns = this.#layColumns(maxRows, Math.ceil(estimatedBlockBytes / 4));
    this.#rowCount = 0;
    this.#blockWords = 0;
    this.#newTexts = [];
  }

  /** Writes a row of decoded values, in the order of `ViewDefinition.fields`. */
  upsert(head: RowHead, values: readonly FieldValue[]): void {
    const { texts } = this;
    texts.clearScratch();
    this.#writeCells(this.columns, this.#rowCount, values, texts);
    const key = texts.encode(head.key);
    const keyEnd = texts.scratchEnd;
    if (head.recordKey !== undefined) texts.encode(head.recordKey);
    this.commitUpsert(texts.scratch, key, keyEnd, keyEnd, texts.scratch, head.offset, head.timestamp);
  }

  /** Writes a row that deletes its key. */
  deleteRow(head: RowHead): void {
    const { texts } = this;
    texts.clearScratch();
    const key = texts.encode(head.key);
    const keyEnd = texts.scratchEnd;
    if (head.recordKey !== undefined) texts.encode(head.recordKey);
    this.commitDelete(texts.scratch, key, keyEnd, keyEnd, head.offset, head.timestamp);
  }

  /**
   * Ends the row whose cells stand in `columns` and `texts`, with key text `key[keyStart..keyEnd)`. A record key, if the
   * layout has it, takes the scratch from `recordKeyStart` to its end; spans that are not in the scratch are of `bytes`.
   * Many parameters, as an object for each row would be the dearest part of it.
   */
  commitUpsert(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    recordKeyStart: number,
    bytes: Uint8Array,
    offset: number,
    timestamp: number,
  ): void {
    this.#reserve(keyEnd - keyStart + this.#measureTexts());
    const end = this.#putHead(key, keyStart, keyEnd, recordKeyStart);
    this.#endRow(this.#putTexts(bytes, end), operationUpsert, offset, timestamp);
  }

  /** Ends a row that deletes its key; key and record key as for `commitUpsert`. */
  commitDelete(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    recordKeyStart: number,
    offset: number,
    timestamp: number,
  ): void {
    this.#reserve(keyEnd - keyStart);
    const end = this.#putHead(key, keyStart, keyEnd, recordKeyStart);
    this.#endRow(end, operationDelete, offset, timestamp);
  }

  /** Ends the batch. Its buffer is the caller's, and the writer ready to begin the next. */
  finish(): RowBatchParts {
    const { buffer, capacityRows } = this.columns;
    this.#columns = undefined;
    return {
      rowCount: this.#rowCount,
      buffer,
      capacityRows,
      blockWords: this.#blockWords,
      dictionary: this.#dictionary,
      newTexts: this.#newTexts,
    };
  }

  /** Bytes that the row's texts may take in its block. */
  #measureTexts(): number {
    const { starts, ends } = this.texts;
    let bytes = 0;
    for (let slot = 0; slot < starts.length; slot += 1) {
      const start = starts[slot] as number; // below the length
      bytes += maxVarintBytes + (start === noText ? 0 : (ends[slot] as number) - start);
    }
    return bytes;
  }

  /** Makes room for one more row with such a key and texts; the scratch is counted in full for the record key. */
  #reserve(contentBytes: number): void {
    const { columns } = this;
    if (this.#rowCount === columns.capacityRows)
      throw new InvariantError("a row batch gets more rows than it was begun for");
    const words = this.#blockWords + Math.ceil((4 + 2 * maxVarintBytes + contentBytes + this.texts.scratchEnd) / 4);
    if (words <= columns.blocks.length) return;
    const grown = this.#layColumns(columns.capacityRows, Math.max(words, 2 * columns.blocks.length));
    copyRowColumns(columns, grown, this.#blockWords);
    this.#columns = grown;
    this.#buffers.returnBuffer(columns.buffer);
  }

  #layColumns(rows: number, blockWords: number): RowColumns {
    const bytes = measureRowColumns(this.layout, rows, blockWords);
    return layRowColumns(this.layout, rows, this.#buffers.takeBuffer(bytes));
  }

  /** Writes the keys to the block, and their hash; says where they end. */
  #putHead(key: Uint8Array, keyStart: number, keyEnd: number, recordKeyStart: number): number {
    const { blockBytes, keyHashes } = this.columns;
    const { scratch, scratchEnd } = this.texts;
    const hasRecordKey = recordKeyStart < scratchEnd;
    if (hasRecordKey !== this.layout.hasRecordKey) {
      throw new InvariantError(`a row ${hasRecordKey ? "with" : "without"} a record key is none of its view's`);
    }
    keyHashes[this.#rowCount] = hashBytes(key, keyStart, keyEnd, this.#hashSeed);
    const start = putVarint(blockBytes, 4 * this.#blockWords + 4, keyEnd - keyStart);
    const end = putBytes(blockBytes, start, key, keyStart, keyEnd);
    if (!hasRecordKey) return end;
    const recordStart = putVarint(blockBytes, end, scratchEnd - recordKeyStart);
    return putBytes(blockBytes, recordStart, scratch, recordKeyStart, scratchEnd);
  }

  /** Writes the texts' cells, and to the block those that are not in a dictionary; says where they end. */
  #putTexts(bytes: Uint8Array, at: number): number {
    const { blockBytes, texts: cells } = this.columns;
    const { starts, ends, flags, scratch } = this.texts;
    const row = this.#rowCount;
    let next = at;
    for (let slot = 0; slot < starts.length; slot += 1) {
      // `starts`, `ends`, `flags`, `cells` and `#dictionaries` have one entry for each text column.
      const column = cells[slot] as Uint16Array;
      const start = starts[slot] as number;
      if (start === noText) {
        column[row] = textNull;
        blockBytes[next] = 0;
        next += 1;
        continue;
      }
      const end = ends[slot] as number;
      const flag = flags[slot] as number;
      const source = (flag & textInScratch) === 0 ? bytes : scratch;
      const cell = (this.#dictionaries[slot] as TextDictionary).cellOf(source, start, end, this.#newTexts);
      column[row] = cell;
      if (cell === textInBlock) {
        next = putVarint(blockBytes, next, (((end - start) << 1) | (flag & textIsPlain)) + 1);
        next = putBytes(blockBytes, next, source, start, end);
      } else {
        blockBytes[next] = 0;
        next += 1;
      }
    }
    return next;
  }

  #endRow(end: number, operation: number, offset: number, timestamp: number): void {
    const { blockBytes, blocks, blockAt, operations, offsets, timestamps } = this.columns;
    const row = this.#rowCount;
    const word = this.#blockWords;
    let filled = end;
    for (; (filled & 3) !== 0; filled += 1) blockBytes[filled] = 0;
    const endWord = filled >>> 2;
    blocks[word] = endWord - word;
    blockAt[row] = word;
    operations[row] = operation;
    offsets[row] = offset;
    timestamps[row] = timestamp;
    this.#rowCount = row + 1;
    this.#blockWords = endWord;
  }
}
