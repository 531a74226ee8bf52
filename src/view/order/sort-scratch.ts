import type { Chunk, ChunkAllocator } from "../memory/chunk-allocator.ts";

/** Bits of a digit at most. Wider ones are fewer passes, but their places leave the processor's nearest cache. */
export const maxDigitBits = 10;

/**
 * Memory for sorting rows, allocated for the time of a build: 12 bytes a row and 8 bytes a slot. `slots` are the rows;
 * the rest means nothing between two sorts.
 */
export class SortScratch {
  readonly slots: Uint32Array;
  readonly codes: Uint32Array;
  readonly spareSlots: Uint32Array;
  /** As long as there are slots. */
  readonly spareCodes: Uint32Array;
  /** Second words of codes, by slot. */
  readonly lows: Uint32Array;
  /** For counting the digits of codes of 32 bits. */
  readonly counts = new Uint32Array(4 << maxDigitBits);
  readonly #allocator: ChunkAllocator;
  readonly #account: string;
  readonly #chunk: Chunk;

  /** For at most so many rows, all with slots below `slotCapacity`. */
  constructor(
    allocator: ChunkAllocator,
    account: string,
    { rows, slotCapacity }: { readonly rows: number; readonly slotCapacity: number },
  ) {
    this.#allocator = allocator;
    this.#account = account;
    this.#chunk = allocator.allocate(4 * Math.max(1, 3 * rows + 2 * slotCapacity), account);
    let at = this.#chunk.byteOffset;
    const take = (words: number): Uint32Array => {
      const column = new Uint32Array(this.#chunk.buffer, at, words);
      at += column.byteLength;
      return column;
    };
    this.slots = take(rows);
    this.codes = take(rows);
    this.spareSlots = take(rows);
    this.spareCodes = take(slotCapacity);
    this.lows = take(slotCapacity);
  }

  /** Gives the memory back; nothing of it may be used afterwards. */
  close(): void {
    this.#allocator.free(this.#chunk, this.#account);
  }
}
