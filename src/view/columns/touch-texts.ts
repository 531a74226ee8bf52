import { textInBlock } from "../../decode/columns/column-layout.ts";
import { chunkMask, chunkShift } from "./chunked-column.ts";
import type { RowRecords } from "./row-records.ts";
import type { Slab } from "./slab.ts";
import { touchBlocks } from "./touch-blocks.ts";

/**
 * Reads where texts of the rows `from` to `to` of the slots begin, so that they are in the processor's caches afterwards.
 * In a small loop of its own many of these reads are under way at once: rows lie in the order of their first records, but
 * blocks that have grown lie elsewhere. For about `touchedRows` rows at a time: as many as the caches hold.
 */
export type TouchTexts = (slots: Uint32Array, from: number, to: number) => void;

/** Rows to touch before their texts are read. */
export const touchedRows = 128;

/** For texts in blocks, and so for keys. */
export function makeTouchBlocks(records: RowRecords, slab: Slab): TouchTexts {
  let addresses = new Uint32Array(touchedRows);
  return (slots, from, to) => {
    if (to - from > addresses.length) addresses = new Uint32Array(2 * (to - from));
    records.copyBlocks(slots, from, to, addresses);
    touchBlocks(slab.segments, addresses, to - from);
  };
}

/** For a text column's cells, of which some are in blocks: others, which are few texts, are near. */
export function makeTouchCells(chunks: readonly Uint16Array[], touchBlocksOf: TouchTexts): TouchTexts {
  let inBlocks = new Uint32Array(touchedRows);
  return (slots, from, to) => {
    if (to - from > inBlocks.length) inBlocks = new Uint32Array(2 * (to - from));
    let count = 0;
    for (let at = from; at < to; at += 1) {
      const slot = slots[at] as number; // of the caller's range, and of a row, which has a cell
      inBlocks[count] = slot;
      if ((chunks[slot >>> chunkShift] as Uint16Array)[slot & chunkMask] === textInBlock) count += 1;
    }
    touchBlocksOf(inBlocks, 0, count);
  };
}
