import { InvariantError } from "../../base/errors.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import {
  capacityFor,
  closeGap,
  countPlaces,
  findHash,
  firstCapacity,
  homeOf,
  isFull,
  type KeyPart,
  maxCapacity,
  movePlaces,
  nextCapacity,
  nextPlace,
  put,
  splitCapacity,
} from "./key-part.ts";
import { haveSameKey } from "./read-block.ts";
import type { RowRecords } from "./row-records.ts";
import type { Slab } from "./slab.ts";
import { segmentShift, wordMask } from "./slab-segment.ts";

/** Account of a view's key table. */
export const keysAccount = "keys";

/** Bits of a hash, from the top, that choose a part at most; the lower 16 choose the place in it. */
const maxDepth = 16;

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

/**
 * Finds rows by key: extendible hashing. The top bits of a key's hash choose a part, in which places are searched one after
 * the other from the one that the lower bits name. A part grows, and when it is large, splits in two: nothing ever moves
 * more than one part's places. A key that occurs in several partitions has a place for each of its rows.
 */
export class KeyTable {
  readonly #records: RowRecords;
  readonly #slab: Slab;
  readonly #allocator: ChunkAllocator;
  /** By the top `#depth` bits. */
  #directory: KeyPart[];
  #depth = 0;
  /** Where the last search stopped. */
  #part: KeyPart;
  #place = 0;
  /** Of `findAll`: where the blocks of the rows found are. */
  #addresses = new Uint32Array(128);

  constructor(records: RowRecords, slab: Slab, allocator: ChunkAllocator) {
    this.#records = records;
    this.#slab = slab;
    this.#allocator = allocator;
    this.#part = this.#open(firstCapacity, 0);
    this.#directory = [this.#part];
  }

  /** Bytes that so many keys more may take at most. */
  measureGrowth(keys: number): number {
    const parts = Math.min(keys, this.#directory.length);
    return 8 * (2 * keys + parts * splitCapacity + firstCapacity);
  }

  /** A row with the key of the block at `word`; 0 if there is none. `findNext` goes on from it. */
  find(hash: number, key: KeyBlock, word: number): number {
    const part = this.#partOf(hash);
    this.#part = part;
    return this.#search(part, homeOf(hash, part.capacity), hash, key, word);
  }

  /** Another row with the key that was looked for last; 0 if there is no more. Nothing may have changed since. */
  findNext(hash: number, key: KeyBlock, word: number): number {
    return this.#search(this.#part, nextPlace(this.#place, this.#part.capacity), hash, key, word);
  }

  /**
   * Looks for the keys of all blocks from `from` to `to`, as `find` does for one; the slots found stand in `found` at the
   * blocks' places. Each step is taken for all keys before the next: so their ways through memory, each of which waits for
   * the one before, are gone side by side, which is several times as fast.
   */
  findAll(keys: KeyBatch, from: number, to: number, found: Uint32Array): void {
    const { hashes, blockAt, blocks } = keys;
    if (to - from > this.#addresses.length) this.#addresses = new Uint32Array(2 * (to - from));
    touchHomes(this.#directory, 32 - this.#depth, hashes, from, to);
    if (!findHashes(this.#directory, 32 - this.#depth, hashes, from, to, found)) return;
    this.#records.copyBlocks(found, from, to, this.#addresses);
    this.#slab.touch(this.#addresses, to - from);
    const addresses = this.#addresses;
    for (let at = from; at < to; at += 1) {
      if (found[at] !== 0 && !this.#isKeyAt(addresses[at - from] as number, blocks, blockAt[at] as number))
        found[at] = this.find(hashes[at] as number, blocks, blockAt[at] as number);
    }
  }

  /** Adds a row. */
  insert(hash: number, slot: number): void {
    let part = this.#partOf(hash);
    while (isFull(part)) {
      this.#makeRoom(part, hash);
      part = this.#partOf(hash);
    }
    put(part, hash, slot);
  }

  /** Takes a row out. Throws `InvariantError` if it is not in. */
  remove(hash: number, slot: number): void {
    const part = this.#partOf(hash);
    const { words, capacity } = part;
    let place = homeOf(hash, capacity);
    while (words[2 * place + 1] !== slot) {
      if (words[2 * place + 1] === 0) throw new InvariantError(`row ${slot} is not in the key table`);
      place = nextPlace(place, capacity);
    }
    closeGap(part, place);
    part.used -= 1;
  }

  #partOf(hash: number): KeyPart {
    return partAt(this.#directory, hash, 32 - this.#depth);
  }

  #search(part: KeyPart, from: number, hash: number, key: KeyBlock, word: number): number {
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

  #makeRoom(part: KeyPart, hash: number): void {
    if (part.capacity < splitCapacity || part.depth === maxDepth) this.#grow(part, hash);
    else this.#split(part, hash);
  }

  #grow(part: KeyPart, hash: number): void {
    const { capacity, depth } = part;
    if (capacity >= maxCapacity) throw new InvariantError("too many keys of one hash");
    const grown = this.#open(nextCapacity(capacity), depth);
    movePlaces(part, () => grown);
    this.#replace(part, hash, grown, grown);
  }

  #split(part: KeyPart, hash: number): void {
    if (part.depth === this.#depth) {
      this.#directory = this.#directory.flatMap((known) => [known, known]);
      this.#depth += 1;
    }
    const depth = part.depth + 1;
    const isHigh = (moved: number): boolean => ((moved >>> (32 - depth)) & 1) === 1;
    const highKeys = countPlaces(part, isHigh);
    const low = this.#open(capacityFor(part.used - highKeys), depth);
    const high = this.#open(capacityFor(highKeys), depth);
    movePlaces(part, (moved) => (isHigh(moved) ? high : low));
    this.#replace(part, hash, low, high);
  }

  /** Puts two parts, or one, where one was in the directory. */
  #replace(part: KeyPart, hash: number, low: KeyPart, high: KeyPart): void {
    const count = 1 << (this.#depth - part.depth);
    const first = ((hash >>> 16) >>> (16 - part.depth)) * count;
    for (let at = 0; at < count; at += 1) this.#directory[first + at] = at < count / 2 ? low : high;
    this.#allocator.free(part.chunk, keysAccount);
    this.#part = low;
  }

  #open(capacity: number, depth: number): KeyPart {
    const chunk = this.#allocator.allocate(8 * capacity, keysAccount);
    const words = new Uint32Array(chunk.buffer, chunk.byteOffset, 2 * capacity);
    return { words, chunk, capacity, depth, used: 0 };
  }
}

/** What is read ahead goes here, lest it is optimized away. */
const readAhead = new Uint32Array(1);

// Loops of `findAll`, each a function of its own: small ones that do one thing keep several times as many reads under way
// (measured: 400 ns a key as loops of one function, and 150 ns so, over a million keys).

/** Reads the place where each search begins. */
function touchHomes(directory: readonly KeyPart[], shift: number, hashes: Uint32Array, from: number, to: number): void {
  let touched = 0;
  for (let at = from; at < to; at += 1) {
    const hash = hashes[at] as number; // as all places below
    const { words, capacity } = partAt(directory, hash, shift);
    touched ^= words[2 * homeOf(hash, capacity)] as number;
  }
  readAhead[0] = touched;
}

/** Finds for each hash a slot that has it, or 0; false if there is none at all. */
function findHashes(
  directory: readonly KeyPart[],
  shift: number,
  hashes: Uint32Array,
  from: number,
  to: number,
  found: Uint32Array,
): boolean {
  let any = 0;
  for (let at = from; at < to; at += 1) {
    const hash = hashes[at] as number;
    const slot = findHash(partAt(directory, hash, shift), hash);
    found[at] = slot;
    any |= slot;
  }
  return any !== 0;
}

/** By the upper bits of a hash: all but `shift`, which is 32 for none of them. */
function partAt(directory: readonly KeyPart[], hash: number, shift: number): KeyPart {
  return directory[(hash >>> 16) >>> (shift - 16)] as KeyPart; // the directory has 2^(32 - shift) elements
}
