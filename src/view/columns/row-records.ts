import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { ChunkedColumn, chunkMask, chunkShift } from "./chunked-column.ts";

/** Account of what every row has, whatever its fields. */
export const recordsAccount = "records";

/** Numbers of one row: offset, timestamp, and a pair of words: the block's address, flags and partition. */
const rowNumbers = 3;
const timestampAt = 1;
const blockAt = 4;
const flagsAt = 5;
const flagsMask = 0xffff;
const partitionShift = 16;
/** Greatest number of a partition. */
export const maxPartition = 0xffff;

/**
 * What every row has: which record it is made from, where its block is, what it holds (`row-flags.ts`). Unlike fields,
 * which are read one at a time of many rows, all of it is used whenever a record of the row's key comes: so it stands
 * together, in 24 bytes of one line of the processor's cache, where five columns would be five ways to memory.
 */
export class RowRecords {
  readonly #column: ChunkedColumn<Float64Array>;
  readonly #numbers: readonly Float64Array[];
  /** The same memory. */
  readonly #words: Uint32Array[] = [];

  constructor(allocator: ChunkAllocator) {
    this.#column = new ChunkedColumn(Float64Array, { allocator, account: recordsAccount, rowCells: rowNumbers });
    this.#numbers = this.#column.chunks;
  }

  get rowBytes(): number {
    return this.#column.rowBytes;
  }

  /** As `ChunkedColumn.grow`. */
  grow(capacityRows: number): void {
    this.#column.grow(capacityRows);
    for (const [at, { buffer, byteOffset, length }] of this.#numbers.entries()) {
      if (this.#words[at]?.length !== 2 * length) this.#words[at] = new Uint32Array(buffer, byteOffset, 2 * length);
    }
  }

  /** As `ChunkedColumn.close`. */
  close(): void {
    this.#column.close();
    this.#words.length = 0;
  }

  /** All slots given below are below the capacity: the casts are true by that. */
  offsetOf(slot: number): number {
    return (this.#numbers[slot >>> chunkShift] as Float64Array)[rowNumbers * (slot & chunkMask)] as number;
  }

  timestampOf(slot: number): number {
    return (this.#numbers[slot >>> chunkShift] as Float64Array)[
      rowNumbers * (slot & chunkMask) + timestampAt
    ] as number;
  }

  /** Address of the row's block in the slab. */
  blockOf(slot: number): number {
    return (this.#words[slot >>> chunkShift] as Uint32Array)[2 * rowNumbers * (slot & chunkMask) + blockAt] as number;
  }

  /** Addresses of the blocks of the rows whose slots stand in `slots` from `from` to `to`; of slot 0, anything. */
  copyBlocks(slots: Uint32Array, from: number, to: number, target: Uint32Array): void {
    const chunks = this.#words;
    for (let at = from; at < to; at += 1) {
      const slot = slots[at] as number;
      target[at - from] = (chunks[slot >>> chunkShift] as Uint32Array)[
        2 * rowNumbers * (slot & chunkMask) + blockAt
      ] as number;
    }
  }

  /**
   * Appends the slots from `from` to `end` whose flags, of those in the mask, are these to the first `found` of the target;
   * gives how many it has then.
   */
  listWith(
    { flags, mask }: { readonly flags: number; readonly mask: number },
    from: number,
    end: number,
    { target, found }: { readonly target: Uint32Array; readonly found: number },
  ): number {
    let next = found;
    for (let start = from; start < end; ) {
      const words = this.#words[start >>> chunkShift] as Uint32Array;
      const stop = Math.min(end, (start | chunkMask) + 1);
      for (let slot = start; slot < stop; slot += 1) {
        const word = words[2 * rowNumbers * (slot & chunkMask) + flagsAt] as number;
        if ((word & mask) !== flags) continue;
        target[next] = slot;
        next += 1;
      }
      start = stop;
    }
    return next;
  }

  flagsOf(slot: number): number {
    return this.#lastWordOf(slot) & flagsMask;
  }

  partitionOf(slot: number): number {
    return this.#lastWordOf(slot) >>> partitionShift;
  }

  /** True if the row is of this partition, has these flags, and no others but those that are ignored. */
  isOf(
    slot: number,
    partition: number,
    { flags, ignored }: { readonly flags: number; readonly ignored: number },
  ): boolean {
    return (this.#lastWordOf(slot) & ~ignored) === (flags | (partition << partitionShift));
  }

  /** Sets which record the row is made from; its partition only once. Gives the offset of the record that it was made from before. */
  setRecord(slot: number, offset: number, timestamp: number): number {
    const numbers = this.#numbers[slot >>> chunkShift] as Float64Array;
    const at = rowNumbers * (slot & chunkMask);
    const before = numbers[at] as number;
    numbers[at] = offset;
    numbers[at + timestampAt] = timestamp;
    return before;
  }

  setBlock(slot: number, address: number): void {
    (this.#words[slot >>> chunkShift] as Uint32Array)[2 * rowNumbers * (slot & chunkMask) + blockAt] = address;
  }

  setFlags(slot: number, flags: number): void {
    this.setFlagsAndPartition(slot, flags, this.partitionOf(slot));
  }

  setFlagsAndPartition(slot: number, flags: number, partition: number): void {
    const words = this.#words[slot >>> chunkShift] as Uint32Array;
    words[2 * rowNumbers * (slot & chunkMask) + flagsAt] = flags | (partition << partitionShift);
  }

  #lastWordOf(slot: number): number {
    return (this.#words[slot >>> chunkShift] as Uint32Array)[2 * rowNumbers * (slot & chunkMask) + flagsAt] as number;
  }
}
