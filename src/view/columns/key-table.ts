import { InvariantError } from "../../base/errors.ts";
import { type HashPart, homeOf, nextPlace } from "../hash/hash-part.ts";
import { HashParts } from "../hash/hash-parts.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { haveSameKey } from "./read-block.ts";
import type { RowRecords } from "./row-records.ts";
import type { Slab } from "./slab.ts";
import { segmentShift, wordMask } from "./slab-segment.ts";
import { touchBlocks } from "./touch-blocks.ts";

/** Account of a view's key table. */
export const keysAccount = "keys";

/** A key to look for: a block that begins with it. */
export interface KeyBlock {
  readonly words: Uint32Array;
  /** The same memory. */
  readonly bytes: Uint8Array;
}

/** Keys of a batch's rows. */
export interface KeyBatch {
  readonly hashes: Uint32Array;
  /** Where in the blocks each row's begins. */
  readonly blockAt: Uint32Array;
  readonly blocks: KeyBlock;
}

/** Finds rows by key, by its hash. A key that occurs in several partitions has a place for each of its rows. */
export class KeyTable {
  readonly #records: RowRecords;
  readonly #slab: Slab;
  readonly #parts: HashParts;
  /** Where the last search stopped. */
  #part: HashPart;
  #place = 0;
  /** Of `findAll`: where the blocks of the rows found are. */
  #addresses = new Uint32Array(128);

  constructor(records: RowRecords, slab: Slab, allocator: ChunkAllocator) {
    this.#records = records;
    this.#slab = slab;
    this.#parts = new HashParts(allocator, keysAccount);
    this.#part = this.#parts.of(0);
  }

  /** Bytes that so many keys more may take at most. */
  measureGrowth(keys: number): number {
    return this.#parts.measureGrowth(keys);
  }

  /** A row with the key of the block at `word`; 0 if there is none. `findNext` goes on from it. */
  find(hash: number, key: KeyBlock, word: number): number {
    const part = this.#parts.of(hash);
    this.#part = part;
    return this.#search(part, homeOf(hash, part.capacity), hash, key, word);
  }

  /** Another row with the key that was looked for last; 0 if there is no more. Nothing may have changed since. */
  findNext(hash: number, key: KeyBlock, word: number): number {
    return this.#search(this.#part, nextPlace(this.#place, this.#part.capacity), hash, key, word);
  }

  /**
   * Looks for the keys of all blocks from `from` to `to`, as `find` does for one; the slots found stand in `found` at the
   * blocks' places. Each step is taken for all keys before the next, in a small loop of its own: so their ways through
   * memory, each of which waits for the one before, are gone side by side, which is several times as fast (measured, over
   * a million keys: 400 ns a key in loops of one long function, 150 ns so).
   */
  findAll(keys: KeyBatch, from: number, to: number, found: Uint32Array): void {
    const { hashes, blockAt, blocks } = keys;
    if (to - from > this.#addresses.length) this.#addresses = new Uint32Array(2 * (to - from));
    const addresses = this.#addresses;
    this.#parts.touch(hashes, from, to);
    if (!this.#parts.findAll(hashes, from, to, found)) return;
    this.#records.copyBlocks(found, from, to, addresses);
    touchBlocks(this.#slab.segments, addresses, to - from);
    for (let at = from; at < to; at += 1) {
      if (found[at] !== 0 && !this.#isKeyAt(addresses[at - from] as number, blocks, blockAt[at] as number))
        found[at] = this.find(hashes[at] as number, blocks, blockAt[at] as number);
    }
  }

  /** Adds a row. */
  insert(hash: number, slot: number): void {
    this.#part = this.#parts.insert(hash, slot);
  }

  /** Takes a row out. Throws `InvariantError` if it is not in. */
  remove(hash: number, slot: number): void {
    if (!this.#parts.remove(hash, slot)) throw new InvariantError(`row ${slot} is not in the key table`);
  }

  #search(part: HashPart, from: number, hash: number, key: KeyBlock, word: number): number {
    const { words, capacity } = part;
    for (let place = from; ; place = place + 1 === capacity ? 0 : place + 1) {
      const slot = words[2 * place + 1] as number; // below the capacity; there is always a free place
      if (slot === 0) return 0;
      if (words[2 * place] === hash && this.#hasKey(slot, key, word)) {
        this.#place = place;
        return slot;
      }
    }
  }

  #hasKey(slot: number, key: KeyBlock, word: number): boolean {
    return this.#isKeyAt(this.#records.blockOf(slot), key, word);
  }

  /** True if the block at the address has the key. */
  #isKeyAt(address: number, key: KeyBlock, word: number): boolean {
    const segment = address >>> segmentShift; // of a row's block: it is held
    const words = this.#slab.segments[segment] as Uint32Array;
    return haveSameKey(key.words, key.bytes, word, words, this.#slab.bytes[segment] as Uint8Array, address & wordMask);
  }
}
