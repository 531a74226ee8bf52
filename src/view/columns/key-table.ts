import { InvariantError } from "../../base/errors.ts";
import type { Chunk, ChunkAllocator } from "../memory/chunk-allocator.ts";
import { haveSameKey } from "./read-block.ts";
import type { RowRecords } from "./row-records.ts";
import { type Slab, segmentShift, wordMask } from "./slab.ts";

/** Account of a view's key table. */
export const keysAccount = "keys";

const firstCapacity = 16;
/** From here on a part grows by a step before it is split, so that a view's parts, which all grow at the same time, are never half empty. */
const fullCapacity = 16_384;
/** A part that has this many places is split. */
const splitCapacity = (11 * fullCapacity) / 8;
/** More places have no homes of their own. */
const maxCapacity = 65_536;
/** Bits of a hash, from the top, that choose a part at most; the lower 16 choose the place in it. */
const maxDepth = 16;

/** Places of one part, two words each: hash and slot; slot 0 is a free place. */
interface Part {
  readonly words: Uint32Array;
  readonly chunk: Chunk;
  readonly capacity: number;
  /** How many top bits of their hashes all keys of the part have in common. */
  readonly depth: number;
  used: number;
}

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
  #directory: Part[];
  #depth = 0;
  /** Where the last search stopped. */
  #part: Part;
  #place = 0;

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
    return 8 * (2 * keys + parts * fullCapacity + firstCapacity);
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
    const records = this.#records;
    const { segments } = this.#slab;
    let touched = 0;
    // Places are below the capacity, slots are of rows, addresses are of blocks: all casts are true by that.
    for (let at = from; at < to; at += 1) {
      const hash = hashes[at] as number;
      const { words, capacity } = this.#partOf(hash);
      touched ^= words[2 * homeOf(hash, capacity)] as number;
    }
    for (let at = from; at < to; at += 1) {
      const hash = hashes[at] as number;
      const slot = findHash(this.#partOf(hash), hash);
      found[at] = slot;
      if (slot !== 0) touched ^= records.blockOf(slot);
    }
    for (let at = from; at < to; at += 1) {
      const slot = found[at] as number;
      if (slot === 0) continue;
      const address = records.blockOf(slot);
      const words = segments[address >>> segmentShift] as Uint32Array;
      const word = address & wordMask;
      touched ^= (words[word] as number) ^ (words[word + 15] ?? 0);
    }
    readAhead[0] = touched;
    for (let at = from; at < to; at += 1) {
      const slot = found[at] as number;
      if (slot !== 0 && !this.#hasKey(slot, blocks, blockAt[at] as number))
        found[at] = this.find(hashes[at] as number, blocks, blockAt[at] as number);
    }
  }

  /** Adds a row. */
  insert(hash: number, slot: number): void {
    let part = this.#partOf(hash);
    while (part.used >= limitOf(part.capacity)) {
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

  #partOf(hash: number): Part {
    return this.#directory[(hash >>> 16) >>> (16 - this.#depth)] as Part; // the directory has 2^depth elements
  }

  #search(part: Part, from: number, hash: number, key: KeyBlock, word: number): number {
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
    const address = this.#records.blockOf(slot);
    const segment = address >>> segmentShift; // of a row's block: it is held
    const words = this.#slab.segments[segment] as Uint32Array;
    return haveSameKey(key.words, key.bytes, word, words, this.#slab.bytes[segment] as Uint8Array, address & wordMask);
  }

  #makeRoom(part: Part, hash: number): void {
    if (part.capacity < splitCapacity || part.depth === maxDepth) this.#grow(part, hash);
    else this.#split(part, hash);
  }

  #grow(part: Part, hash: number): void {
    const { capacity, depth } = part;
    if (capacity >= maxCapacity) throw new InvariantError("too many keys of one hash");
    const grown = this.#open(nextCapacity(capacity), depth);
    movePlaces(part, () => grown);
    this.#replace(part, hash, grown, grown);
  }

  #split(part: Part, hash: number): void {
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
  #replace(part: Part, hash: number, low: Part, high: Part): void {
    const count = 1 << (this.#depth - part.depth);
    const first = ((hash >>> 16) >>> (16 - part.depth)) * count;
    for (let at = 0; at < count; at += 1) this.#directory[first + at] = at < count / 2 ? low : high;
    this.#allocator.free(part.chunk, keysAccount);
    this.#part = low;
  }

  #open(capacity: number, depth: number): Part {
    const chunk = this.#allocator.allocate(8 * capacity, keysAccount);
    const words = new Uint32Array(chunk.buffer, chunk.byteOffset, 2 * capacity);
    return { words, chunk, capacity, depth, used: 0 };
  }
}

/** What `findAll` reads ahead goes here, lest it is optimized away. */
const readAhead = new Uint32Array(1);

/** Slot at the first place that has the hash; 0 if none has. */
function findHash({ words, capacity }: Part, hash: number): number {
  for (let place = homeOf(hash, capacity); ; place = nextPlace(place, capacity)) {
    const slot = words[2 * place + 1] as number; // below the capacity; there is always a free place
    if (slot === 0 || words[2 * place] === hash) return slot;
  }
}

/** The place where the search for a hash begins: by its lower 16 bits. */
function homeOf(hash: number, capacity: number): number {
  return Math.imul(hash & 0xffff, capacity) >>> 16;
}

function nextPlace(place: number, capacity: number): number {
  return place + 1 === capacity ? 0 : place + 1;
}

/** Places of a part that may be in use: seven eighths. */
function limitOf(capacity: number): number {
  return capacity - (capacity >>> 3);
}

function nextCapacity(capacity: number): number {
  return capacity < fullCapacity ? 2 * capacity : capacity + (3 * fullCapacity) / 8;
}

/** Of half a part that is split: hashes are spread, but those of one key's rows are all the same. */
function capacityFor(keys: number): number {
  let capacity = fullCapacity;
  while (keys >= limitOf(capacity)) capacity = nextCapacity(capacity);
  return capacity;
}

function put(part: Part, hash: number, slot: number): void {
  const { words, capacity } = part;
  let place = homeOf(hash, capacity);
  while (words[2 * place + 1] !== 0) place = nextPlace(place, capacity);
  words[2 * place] = hash;
  words[2 * place + 1] = slot;
  part.used += 1;
}

function countPlaces({ words, capacity }: Part, isCounted: (hash: number) => boolean): number {
  let count = 0;
  for (let place = 0; place < capacity; place += 1) {
    if (words[2 * place + 1] !== 0 && isCounted(words[2 * place] as number)) count += 1; // below the capacity
  }
  return count;
}

function movePlaces({ words, capacity }: Part, partOf: (hash: number) => Part): void {
  for (let place = 0; place < capacity; place += 1) {
    const slot = words[2 * place + 1] as number; // below the capacity
    const hash = words[2 * place] as number;
    if (slot !== 0) put(partOf(hash), hash, slot);
  }
}

/** Frees a place: what was put behind it only because it was taken moves up. */
function closeGap({ words, capacity }: Part, freed: number): void {
  let gap = freed;
  for (let place = nextPlace(gap, capacity); words[2 * place + 1] !== 0; place = nextPlace(place, capacity)) {
    const home = homeOf(words[2 * place] as number, capacity); // below the capacity
    const isBehindGap = gap <= place ? home <= gap || home > place : home <= gap && home > place;
    if (!isBehindGap) continue;
    words[2 * gap] = words[2 * place] as number;
    words[2 * gap + 1] = words[2 * place + 1] as number;
    gap = place;
  }
  words[2 * gap + 1] = 0;
}
