import { InvariantError } from "../../base/errors.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import type { Pacer } from "../pacer.ts";
import {
  capacityFor,
  countPlacesWith,
  findHash,
  firstCapacity,
  freePlace,
  type HashPart,
  homeOf,
  isFull,
  maxCapacity,
  movePlaces,
  nextCapacity,
  nextPlace,
  put,
  splitCapacity,
} from "./hash-part.ts";

/** Bits of a hash, from the top, that choose a part at most; the lower 16 choose the place in it. */
const maxDepth = 16;
/** How full parts are after `reserve`: most will not have to grow for what was announced, and few places stay free. */
const reservedLoad = 0.55;

/** What is read ahead goes here, lest it is optimized away. */
const readAhead = new Uint32Array(1);

/**
 * A table by hash that grows by steps: extendible hashing. The top bits of a hash choose a part, in which places are
 * searched one after the other from the one that the lower bits name. A part grows, and when it is large, splits in two:
 * nothing ever moves more than one part's places. What a place holds is a word other than 0, whose meaning is the caller's.
 */
export class HashParts {
  readonly #allocator: ChunkAllocator;
  readonly #account: string;
  /** By the top `#depth` bits. */
  #directory: HashPart[];
  #depth = 0;

  constructor(allocator: ChunkAllocator, account: string) {
    this.#allocator = allocator;
    this.#account = account;
    this.#directory = [this.#open(firstCapacity, 0)];
  }

  /** Bytes that so many words more may take at most. */
  measureGrowth(words: number): number {
    const parts = Math.min(words, this.#directory.length);
    return 8 * (2 * words + parts * splitCapacity + firstCapacity);
  }

  /** The part in which a hash is searched. Another one after `insert`. */
  of(hash: number): HashPart {
    return this.#directory[(hash >>> 16) >>> (16 - this.#depth)] as HashPart; // the directory has 2^depth elements
  }

  /** Reads where the searches for these hashes begin, so that it is in the processor's caches afterwards. */
  touch(hashes: Uint32Array, from: number, to: number): void {
    const directory = this.#directory;
    const shift = 16 - this.#depth;
    let touched = 0;
    // Hashes are of the caller's range, parts of the directory, homes below the capacity: the casts are true by that.
    for (let at = from; at < to; at += 1) {
      const hash = hashes[at] as number;
      const { words, capacity } = directory[(hash >>> 16) >>> shift] as HashPart;
      touched ^= words[2 * homeOf(hash, capacity)] as number;
    }
    readAhead[0] = touched;
  }

  /** For each of these hashes, in its place of `found`: the first word under it, or 0. False if there is none at all. */
  findAll(hashes: Uint32Array, from: number, to: number, found: Uint32Array): boolean {
    const directory = this.#directory;
    const shift = 16 - this.#depth;
    let all = 0;
    for (let at = from; at < to; at += 1) {
      const hash = hashes[at] as number; // as above
      const word = findHash(directory[(hash >>> 16) >>> shift] as HashPart, hash);
      found[at] = word;
      all |= word;
    }
    return all !== 0;
  }

  /** Adds a word under a hash that may have others; gives the part that it is in. */
  insert(hash: number, word: number): HashPart {
    let part = this.of(hash);
    while (isFull(part)) {
      this.#makeRoom(part, hash);
      part = this.of(hash);
    }
    put(part, hash, word);
    return part;
  }

  /** Takes a word out; false if it is not in under this hash. */
  remove(hash: number, word: number): boolean {
    const part = this.of(hash);
    const { words, capacity } = part;
    let place = homeOf(hash, capacity);
    while (words[2 * place + 1] !== word) {
      if (words[2 * place + 1] === 0) return false;
      place = nextPlace(place, capacity);
    }
    freePlace(part, place);
    return true;
  }

  /** Makes room for about so many words in a table that has none, giving way in between. */
  async reserve(words: number, pacer: Pacer): Promise<void> {
    const depthOf = (depth: number): number =>
      words > 2 ** depth * splitCapacity * reservedLoad && depth < maxDepth ? depthOf(depth + 1) : depth;
    const depth = depthOf(0);
    const capacity = Math.max(firstCapacity, Math.ceil(words / 2 ** depth / reservedLoad));
    this.#freeAll();
    this.#directory = [];
    this.#depth = depth;
    while (this.#directory.length < 2 ** depth) {
      this.#directory.push(this.#open(Math.min(capacity, maxCapacity), depth));
      await pacer.giveWay();
    }
  }

  /** Takes all words out; the table takes as much memory as a new one then. */
  clear(): void {
    this.#freeAll();
    this.#depth = 0;
    this.#directory = [this.#open(firstCapacity, 0)];
  }

  #freeAll(): void {
    for (const { chunk } of new Set(this.#directory)) this.#allocator.free(chunk, this.#account);
  }

  #makeRoom(part: HashPart, hash: number): void {
    if (part.capacity < splitCapacity || part.depth === maxDepth) this.#grow(part, hash);
    else this.#split(part, hash);
  }

  #grow(part: HashPart, hash: number): void {
    const { capacity, depth } = part;
    if (capacity >= maxCapacity) throw new InvariantError("too many words of one hash");
    const grown = this.#open(nextCapacity(capacity), depth);
    movePlaces(part, grown, grown, 0);
    this.#replace(part, hash, grown, grown);
  }

  #split(part: HashPart, hash: number): void {
    if (part.depth === this.#depth) {
      this.#directory = this.#directory.flatMap((known) => [known, known]);
      this.#depth += 1;
    }
    const depth = part.depth + 1;
    const bit = 32 - depth; // of those that chose the part, the next one divides it
    const highWords = countPlacesWith(part, bit);
    const low = this.#open(capacityFor(part.used - highWords), depth);
    const high = this.#open(capacityFor(highWords), depth);
    movePlaces(part, low, high, bit);
    this.#replace(part, hash, low, high);
  }

  /** Puts two parts, or one, where one was in the directory. */
  #replace(part: HashPart, hash: number, low: HashPart, high: HashPart): void {
    const count = 1 << (this.#depth - part.depth);
    const first = ((hash >>> 16) >>> (16 - part.depth)) * count;
    for (let at = 0; at < count; at += 1) this.#directory[first + at] = at < count / 2 ? low : high;
    this.#allocator.free(part.chunk, this.#account);
  }

  #open(capacity: number, depth: number): HashPart {
    const chunk = this.#allocator.allocate(8 * capacity, this.#account);
    const words = new Uint32Array(chunk.buffer, chunk.byteOffset, 2 * capacity);
    return { words, chunk, capacity, depth, used: 0 };
  }
}
