import { InvariantError } from "../../base/errors.ts";
import type { Chunk, ChunkAllocator } from "../memory/chunk-allocator.ts";

/** A block's address: number of a segment, then the word in it. */
export const segmentShift = 18;
/** Words of one segment: 1 MiB. */
export const segmentWords = 1 << segmentShift;
export const wordMask = segmentWords - 1;
/** Numbers of segments: addresses have 32 bits. */
const maxSegments = 1 << (32 - segmentShift);
/** The first segment begins with so many words and doubles. */
const firstWords = 256;
/** Larger blocks stand alone, in a run of segments of their own. */
const maxSharedWords = segmentWords / 2;
/** What is copied word by word: for more, a call out of JavaScript is quicker. */
const fewWords = 48;

/** Account of a view's blocks. */
export const slabAccount = "texts";

const noWords = new Uint32Array(0);
const noBytes = new Uint8Array(0);

interface Segment {
  readonly chunk: Chunk;
  /** Words in use by blocks, dead or not. */
  usedWords: number;
  deadWords: number;
  /** How many numbers the segment has: 1 unless it is the run of one large block. */
  readonly numbers: number;
}

/**
 * Blocks of whole words, whose first word is the number of words that the block has; a block of rows' texts may fill only
 * the beginning of its own. Blocks are appended; what is given up is counted as dead, and becomes free when a segment has
 * nothing else. Nothing leads from a block to whoever has its address.
 */
export class Slab {
  /** By number, as words; nothing where there is no segment. A number's element changes when a segment grows or is freed. */
  readonly segments: Uint32Array[] = [];
  /** The same as bytes. */
  readonly bytes: Uint8Array[] = [];
  readonly #allocator: ChunkAllocator;
  readonly #held: (Segment | undefined)[] = [];
  readonly #freeNumbers = new Set<number>();
  /** Segment that is appended to; -1 before the first. */
  #current = -1;
  #usedWords = 0;
  #deadWords = 0;

  constructor(allocator: ChunkAllocator) {
    this.#allocator = allocator;
  }

  /** Words of all blocks, dead ones too. */
  get usedWords(): number {
    return this.#usedWords;
  }

  get deadWords(): number {
    return this.#deadWords;
  }

  /** Dead and used words of a segment that could be evacuated; undefined for others: of one large block, appended to, or none. */
  wordsOf(number: number): { readonly usedWords: number; readonly deadWords: number } | undefined {
    const segment = this.#held[number];
    return number === this.#current || segment?.numbers !== 1 ? undefined : segment;
  }

  /** Bytes that appending blocks of so many words in all may take at most. */
  measureGrowth(words: number): number {
    const used = this.#held[this.#current]?.usedWords ?? 0;
    const length = this.segments[this.#current]?.length ?? 0;
    if (used + words <= length) return 0;
    if (this.segments.length <= 1 && used + words <= segmentWords) return 4 * (2 * (used + words) + firstWords);
    return 4 * segmentWords * Math.ceil((2 * words) / segmentWords); // a segment is left at least half full
  }

  /** True if blocks of so many words find addresses. */
  hasRoom(words: number): boolean {
    const numbers = maxSegments - this.segments.length + this.#freeNumbers.size;
    return words < (numbers * segmentWords) / 2;
  }

  /** Appends a block, copied from words that begin with their number, with some words more at its end; gives its address. */
  append(source: Uint32Array, from: number, spareWords: number): number {
    const words = source[from] as number; // a block begins there
    const address = this.#reserve(words + spareWords);
    const segment = this.segments[address >>> segmentShift] as Uint32Array; // just reserved
    const at = address & wordMask;
    copyWords(source, from + 1, segment, at + 1, words - 1);
    segment[at] = words + spareWords;
    return address;
  }

  /** Puts a block in the place of another: into its words if it fits and does not leave many of them, else at the end. */
  replace(address: number, source: Uint32Array, from: number, spareWords: number): number {
    const words = source[from] as number; // a block begins there
    const needed = words + spareWords;
    const segment = this.segments[address >>> segmentShift] as Uint32Array; // addresses are of segments that are held
    const at = address & wordMask;
    const held = segment[at] as number; // of the block that stands there
    if (needed > held || isMuchLess(needed, held)) {
      if (needed > held || this.#isAlone(address)) {
        this.free(address);
        return this.append(source, from, spareWords);
      }
      segment[at] = needed;
      this.#noteDead(address >>> segmentShift, held - needed);
    }
    copyWords(source, from + 1, segment, at + 1, words - 1);
    return address;
  }

  /** Moves a block to the end; gives its new address. */
  move(address: number): number {
    const segment = this.segments[address >>> segmentShift] as Uint32Array; // as in `replace`
    const moved = this.append(segment, address & wordMask, 0);
    this.free(address);
    return moved;
  }

  /** Gives a block up. */
  free(address: number): void {
    const number = address >>> segmentShift;
    const segment = this.segments[number] as Uint32Array; // as in `replace`
    this.#noteDead(number, segment[address & wordMask] as number);
  }

  #isAlone(address: number): boolean {
    return this.#held[address >>> segmentShift]?.numbers !== 1;
  }

  #noteDead(number: number, words: number): void {
    const segment = this.#held[number];
    if (segment === undefined) throw new InvariantError(`a block is given up in segment ${number}, which is not held`);
    segment.deadWords += words;
    this.#deadWords += words;
    if (segment.deadWords === segment.usedWords && number !== this.#current) this.#release(number, segment);
  }

  #reserve(words: number): number {
    if (words > maxSharedWords) return this.#openRun(words) << segmentShift;
    let segment = this.#held[this.#current];
    if (segment === undefined || segment.usedWords + words > segmentWords) {
      const left = this.#current;
      this.#current = this.#takeNumbers(1);
      if (segment !== undefined && segment.deadWords === segment.usedWords) this.#release(left, segment);
      segment = this.#hold(this.#current, this.segments.length === 1 ? firstWords : segmentWords, 1);
    }
    const at = segment.usedWords;
    if (at + words > this.#wordsAt(this.#current).length) segment = this.#grow(segment, at + words);
    segment.usedWords = at + words;
    this.#usedWords += words;
    return ((this.#current << segmentShift) | at) >>> 0;
  }

  /** The first segment has not its full length yet: gets more words. */
  #grow(segment: Segment, words: number): Segment {
    let length = this.#wordsAt(this.#current).length;
    while (length < words) length *= 2;
    const known = this.#wordsAt(this.#current);
    const grown = this.#hold(this.#current, length, 1);
    this.#wordsAt(this.#current).set(known);
    grown.usedWords = segment.usedWords;
    grown.deadWords = segment.deadWords;
    this.#allocator.free(segment.chunk, slabAccount);
    return grown;
  }

  #openRun(words: number): number {
    const numbers = Math.ceil(words / segmentWords);
    const number = this.#takeNumbers(numbers);
    const segment = this.#hold(number, words, numbers);
    segment.usedWords = words;
    this.#usedWords += words;
    return number;
  }

  #hold(number: number, words: number, numbers: number): Segment {
    const chunk = this.#allocator.allocate(4 * words, slabAccount);
    const segment = { chunk, usedWords: 0, deadWords: 0, numbers };
    this.#held[number] = segment;
    this.segments[number] = new Uint32Array(chunk.buffer, chunk.byteOffset, words);
    this.bytes[number] = new Uint8Array(chunk.buffer, chunk.byteOffset, 4 * words);
    return segment;
  }

  #release(number: number, segment: Segment): void {
    this.#allocator.free(segment.chunk, slabAccount);
    this.#usedWords -= segment.usedWords;
    this.#deadWords -= segment.deadWords;
    this.#held[number] = undefined;
    for (let at = number; at < number + segment.numbers; at += 1) {
      this.segments[at] = noWords;
      this.bytes[at] = noBytes;
      this.#freeNumbers.add(at);
    }
  }

  /** Numbers that follow one another: free ones, or new ones. */
  #takeNumbers(count: number): number {
    for (const first of this.#freeNumbers) {
      if (!this.#areFree(first, count)) continue;
      for (let at = first; at < first + count; at += 1) this.#freeNumbers.delete(at);
      return first;
    }
    const first = this.segments.length;
    if (first + count > maxSegments) throw new InvariantError("the texts of a view take more than 16 GiB");
    for (let at = 0; at < count; at += 1) {
      this.segments.push(noWords);
      this.bytes.push(noBytes);
    }
    return first;
  }

  #areFree(first: number, count: number): boolean {
    for (let at = first; at < first + count; at += 1) if (!this.#freeNumbers.has(at)) return false;
    return true;
  }

  #wordsAt(number: number): Uint32Array {
    return this.segments[number] as Uint32Array; // numbers are taken before they are used
  }
}

function isMuchLess(needed: number, held: number): boolean {
  return held - needed > (held >>> 2) + 1;
}

function copyWords(source: Uint32Array, from: number, target: Uint32Array, to: number, words: number): void {
  if (words > fewWords) target.set(source.subarray(from, from + words), to);
  else for (let at = 0; at < words; at += 1) target[to + at] = source[from + at] as number; // both have so many
}
