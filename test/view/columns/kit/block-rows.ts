import { makeColumnLayout } from "../../../../src/decode/columns/column-layout.ts";
import { rowIsLive } from "../../../../src/view/columns/row-flags.ts";
import { RowTable } from "../../../../src/view/columns/row-table.ts";
import { Slab } from "../../../../src/view/columns/slab.ts";
import { segmentShift, wordMask } from "../../../../src/view/columns/slab-segment.ts";
import { ChunkAllocator } from "../../../../src/view/memory/chunk-allocator.ts";
import { defineView } from "../../../support/view-definitions.ts";

/** A block of so many words, which all say `mark` but the first. */
export function makeBlock(words: number, mark: number): Uint32Array {
  const block = new Uint32Array(words).fill(mark);
  block[0] = words;
  return block;
}

/** What the block at an address holds after its first word: the one mark, or undefined if it is not the same all through. */
export function markAt(slab: Slab, address: number, words: number): number | undefined {
  const segment = slab.segments[address >>> segmentShift] ?? new Uint32Array();
  const from = (address & wordMask) + 1;
  const block = segment.subarray(from, from + words - 1);
  const [mark] = block;
  return block.length === words - 1 && block.every((word) => word === mark) ? mark : undefined;
}

/** Rows of a store with nothing but their blocks. */
export class BlockRows {
  readonly allocator = new ChunkAllocator();
  readonly rows = new RowTable(definition, makeColumnLayout(definition), this.allocator);
  readonly slab = new Slab(this.allocator);

  /** Adds a row with a block of so many words that say its slot; gives the slot. */
  add(words: number, { spareWords = 0, partition = 0, offset = 0 } = {}): number {
    this.rows.reserve(1);
    const slot = this.rows.allocate();
    const { records } = this.rows;
    records.setRecord(slot, offset, 0);
    records.setFlagsAndPartition(slot, rowIsLive, partition);
    records.setBlock(slot, this.slab.append(makeBlock(words, slot), 0, spareWords));
    return slot;
  }

  erase(slot: number): void {
    this.slab.free(this.rows.records.blockOf(slot));
    this.rows.free(slot);
  }

  /** What the row's block says. */
  markOf(slot: number, words: number): number | undefined {
    return markAt(this.slab, this.rows.records.blockOf(slot), words);
  }
}

const definition = defineView();
