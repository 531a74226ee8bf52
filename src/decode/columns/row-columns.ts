import type { ColumnKind, ColumnLayout } from "./column-layout.ts";

/** The row has an entity's values. */
export const operationUpsert = 0;
/** The row deletes its key. */
export const operationDelete = 1;

/**
 * The rows of one batch as columns over one buffer, which can be transferred between threads. Row `i` of the batch is
 * place `i` of every array; what lies beyond the batch's `rowCount` means nothing. Cells of a deleting row mean nothing.
 *
 * `blocks` holds the rows' texts: row `i` has a block from word `blockAt[i]` on, in just the form in which a store keeps
 * it, so that it is copied word by word. A block is
 *
 *     word 0        length in words, this one included
 *     key           varint byte length, canonical key text in UTF-8
 *     record key    the same, only where the layout has one: whole record key as canonical JSON text
 *     text columns  in the layout's order, only of an upserting row: varint 0 where the cell is not `textInBlock`, else
 *                   ((byteLength << 1) | isPlain) + 1 and the bytes; plain: JSON prints it as it is (no quote, backslash
 *                   or control character)
 *
 * and is filled up with zeros to whole words. Varints are LEB128, unsigned.
 */
export interface RowColumns {
  readonly buffer: ArrayBuffer;
  readonly capacityRows: number;
  readonly offsets: Float64Array;
  readonly timestamps: Float64Array;
  /** Seeded hash of the key text's bytes: `hashView`. */
  readonly keyHashes: Uint32Array;
  readonly blockAt: Uint32Array;
  /** `operationUpsert` or `operationDelete`. */
  readonly operations: Uint8Array;
  /** By `Column.slot`. */
  readonly doubles: readonly Float64Array[];
  readonly int32s: readonly Int32Array[];
  readonly code16s: readonly Uint16Array[];
  readonly code8s: readonly Uint8Array[];
  readonly texts: readonly Uint16Array[];
  /** All of `texts`, one after the other: that of slot `s` begins at `s * capacityRows`. */
  readonly textCells: Uint16Array;
  readonly blocks: Uint32Array;
  /** The same bytes as `blocks`. */
  readonly blockBytes: Uint8Array;
  /** Again the same bytes: for words that are not aligned. */
  readonly blockView: DataView;
}

/** Bytes that a batch needs for rows and blocks. */
export function measureRowColumns(layout: ColumnLayout, rows: number, blockWords: number): number {
  return roundUp(rows) * bytesOfRow(layout) + 4 * blockWords;
}

/**
 * Lays columns for `rows` rows over a buffer; blocks take all the rest of it. The same arguments give the same places on
 * every thread. The buffer must have at least the bytes that `measureRowColumns` says.
 */
export function layRowColumns(layout: ColumnLayout, rows: number, buffer: ArrayBuffer): RowColumns {
  const capacityRows = roundUp(rows);
  let at = 0;
  const take = (width: number): number => {
    const from = at;
    at += width * capacityRows;
    return from;
  };
  const ofKind = (kind: ColumnKind) => layout.columns.filter((column) => column.kind === kind);
  // Widest first: every array is aligned, as the capacity is a multiple of eight.
  const offsets = new Float64Array(buffer, take(8), capacityRows);
  const timestamps = new Float64Array(buffer, take(8), capacityRows);
  const doubles = ofKind("double").map(() => new Float64Array(buffer, take(8), capacityRows));
  const keyHashes = new Uint32Array(buffer, take(4), capacityRows);
  const blockAt = new Uint32Array(buffer, take(4), capacityRows);
  const int32s = ofKind("int32").map(() => new Int32Array(buffer, take(4), capacityRows));
  const code16s = ofKind("code16").map(() => new Uint16Array(buffer, take(2), capacityRows));
  const textsAt = at;
  const texts = ofKind("text").map(() => new Uint16Array(buffer, take(2), capacityRows));
  const textCells = new Uint16Array(buffer, textsAt, capacityRows * texts.length);
  const code8s = ofKind("code8").map(() => new Uint8Array(buffer, take(1), capacityRows));
  const operations = new Uint8Array(buffer, take(1), capacityRows);
  const blocks = new Uint32Array(buffer, at, Math.floor((buffer.byteLength - at) / 4));
  const blockBytes = new Uint8Array(buffer, at, 4 * blocks.length);
  const blockView = new DataView(buffer, at, 4 * blocks.length);
  return {
    buffer,
    capacityRows,
    offsets,
    timestamps,
    keyHashes,
    blockAt,
    operations,
    doubles,
    int32s,
    code16s,
    code8s,
    texts,
    textCells,
    blocks,
    blockBytes,
    blockView,
  };
}

/** Copies all cells and the first `blockWords` words of the blocks to columns of the same layout and capacity. */
export function copyRowColumns(from: RowColumns, to: RowColumns, blockWords: number): void {
  const cellBytes = from.blocks.byteOffset;
  new Uint8Array(to.buffer, 0, cellBytes).set(new Uint8Array(from.buffer, 0, cellBytes));
  to.blocks.set(from.blocks.subarray(0, blockWords));
}

function bytesOfRow({ columns }: ColumnLayout): number {
  const widths: Readonly<Record<ColumnKind, number>> = { double: 8, int32: 4, code16: 2, text: 2, code8: 1 };
  return columns.reduce((sum, { kind }) => sum + widths[kind], 8 + 8 + 4 + 4 + 1);
}

function roundUp(rows: number): number {
  return (rows + 7) & ~7;
}
