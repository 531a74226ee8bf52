import { InvariantError } from "../../base/errors.ts";
import { hashView } from "../../base/hash-bytes.ts";
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
import { isPlain, lengthOf, noText, RowTexts } from "./row-texts.ts";
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

/** What a row has of its record. */
export interface RecordPlace {
  readonly offset: number;
  readonly timestamp: number;
}

/** What a row is, beside its values. */
export interface RowHead extends RecordPlace {
  /** Canonical key text. */
  readonly key: string;
  /** The whole record key as canonical JSON text if the layout has it, else undefined. */
  readonly recordKey?: string | undefined;
}

/** What the writer of a batch knows of it. */
export type RowBatchParts = Pick<
  RowBatch,
  "rowCount" | "buffer" | "capacityRows" | "blockWords" | "dictionary" | "newTexts"
>;

/** Beside its content, a block has its length, those of two keys, and what a copy by words may overwrite. */
const blockOverheadBytes = 4 + 2 * maxVarintBytes + 4;

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
  readonly dictionaries: readonly TextDictionary[];
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
    this.dictionaries = layout.textColumns.map(({ index }) => new TextDictionary(index, hashSeed));
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
    texts.clear();
    this.#writeCells(this.columns, this.#rowCount, values, texts);
    texts.putKey(head.key, head.recordKey);
    this.commitUpsert(head);
  }

  /** Writes a row that deletes its key. */
  deleteRow(head: RowHead): void {
    this.texts.clear();
    this.texts.putKey(head.key, head.recordKey);
    this.commitDelete(head);
  }

  /** Ends the row whose cells stand in `columns` and `texts`, its keys last in the texts. */
  commitUpsert(place: RecordPlace): void {
    const columns = this.#reserve(true);
    this.#endRow(columns, this.#putTexts(columns, this.#putKeys(columns)), operationUpsert, place);
  }

  /** Ends a row that deletes its key, with the keys in the texts. */
  commitDelete(place: RecordPlace): void {
    const columns = this.#reserve(false);
    this.#endRow(columns, this.#putKeys(columns), operationDelete, place);
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

  /** Makes room for one more row, with the texts or without; gives the columns that have it. */
  #reserve(hasTexts: boolean): RowColumns {
    const { columns } = this;
    if (this.#rowCount === columns.capacityRows) {
      throw new InvariantError("a row batch gets more rows than it was begun for");
    }
    const { texts } = this;
    const freeBytes = 4 * (columns.blocks.length - this.#blockWords);
    const keyBytes = texts.end - texts.keyStart + blockOverheadBytes;
    // Enough to know for nearly all rows.
    const textBytes = hasTexts ? texts.starts.length * (texts.maxTextBytes + maxVarintBytes) : 0;
    if (keyBytes + textBytes <= freeBytes) return columns;
    return this.#growTo(keyBytes + (hasTexts ? this.#measureTexts() : 0));
  }

  /** Bytes that the row's texts take in its block, at most. */
  #measureTexts(): number {
    return this.texts.heads.reduce((bytes, head) => bytes + maxVarintBytes + lengthOf(head), 0);
  }

  /** Columns with so many bytes free for blocks: those at hand if they have them. */
  #growTo(freeBytes: number): RowColumns {
    const { columns } = this;
    const words = this.#blockWords + Math.ceil(freeBytes / 4);
    if (words <= columns.blocks.length) return columns;
    const grown = this.#layColumns(columns.capacityRows, Math.max(words, 2 * columns.blocks.length));
    copyRowColumns(columns, grown, this.#blockWords);
    this.#columns = grown;
    this.#buffers.returnBuffer(columns.buffer);
    return grown;
  }

  #layColumns(rows: number, blockWords: number): RowColumns {
    const bytes = measureRowColumns(this.layout, rows, blockWords);
    return layRowColumns(this.layout, rows, this.#buffers.takeBuffer(bytes));
  }

  /** Writes the keys to the block, and their hash; says where they end. */
  #putKeys({ blockBytes, blockView, keyHashes }: RowColumns): number {
    const { view, end, keyStart, keyEnd } = this.texts;
    const hasRecordKey = keyEnd < end;
    if (hasRecordKey !== this.layout.hasRecordKey) {
      throw new InvariantError(`a row ${hasRecordKey ? "with" : "without"} a record key is none of its view's`);
    }
    keyHashes[this.#rowCount] = hashView(view, keyStart, keyEnd, this.#hashSeed);
    const key = putVarint(blockBytes, 4 * this.#blockWords + 4, keyEnd - keyStart);
    const next = putBytes(blockView, key, view, keyStart, keyEnd);
    if (!hasRecordKey) return next;
    return putBytes(blockView, putVarint(blockBytes, next, end - keyEnd), view, keyEnd, end);
  }

  /** Writes the texts' cells, and to the block those that are not in a dictionary; says where they end. */
  #putTexts({ blockBytes, blockView, textCells, capacityRows }: RowColumns, at: number): number {
    const { view, starts, heads } = this.texts;
    const dictionaries = this.dictionaries;
    const newTexts = this.#newTexts;
    const row = this.#rowCount;
    let next = at;
    for (let slot = 0; slot < heads.length; slot += 1) {
      // All of these have one entry for each text column.
      const head = heads[slot] as number;
      const start = starts[slot] as number;
      let cell: number = textNull;
      if (head !== noText) {
        const dictionary = dictionaries[slot] as TextDictionary;
        if (start < 0) {
          cell = ~start;
          dictionary.countGuessed();
        } else {
          const end = start + lengthOf(head);
          cell = dictionary.cellOf(view, start, end, newTexts);
          if (cell === textInBlock) {
            next = putBytes(blockView, putVarint(blockBytes, next, head), view, start, end);
          } else if (isPlain(head)) {
            dictionary.noteGuess(view, start, end, cell);
          }
        }
      }
      textCells[slot * capacityRows + row] = cell;
      if (cell !== textInBlock) {
        blockBytes[next] = 0;
        next += 1;
      }
    }
    return next;
  }

  #endRow(columns: RowColumns, end: number, operation: number, { offset, timestamp }: RecordPlace): void {
    const { blockBytes, blocks, blockAt, operations, offsets, timestamps } = columns;
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
