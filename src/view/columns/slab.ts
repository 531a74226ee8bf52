import { InvariantError } from "../../base/errors.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { copyWords } from "./copy-words.ts";
import { SegmentNumbers } from "./segment-numbers.ts";
import { isMuchLess, lengthOfNext, type Segment, segmentShift, segmentWords, wordMask } from "./slab-segment.ts";

/** Numbers of segments: addresses have 32 bits. */
const maxSegments = 1 << (32 - segmentShift);
/** Larger blocks stand alone, in a run of segments of their own. */
const maxSharedWords = segmentWords / 2;

/** Account of a view's blocks. */
export const slabAccount = "texts";

const noWords = new Uint32Array(0);
const noBytes = new Uint8Array(0);

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
  readonly #numbers = new SegmentNumbers(maxSegments);
  /** Segment that is appended to; -1 before the first. */
  #current = -1;
  #usedWords = 0;
  #deadWords = 0;
  #evacuated = 0;

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

  /** Numbers of the segments of which at least such a share is dead, the most dead first. Without those of large blocks. */
  listSparse(minDeadShare: number): number[] {
    const sparse: { readonly number: number; readonly deadWords: number }[] = [];
    for (const [number, segment] of this.#held.entries()) {
      if (segment?.numbers !== 1) continue;
      const { deadWords, usedWords } = segment;
      if (deadWords >= minDeadShare * usedWords) sparse.push({ number, deadWords });
    }
    return sparse.sort((left, right) => right.deadWords - left.deadWords).map(({ number }) => number);
  }

  /** All blocks are to leave these segments: `mustMove` says which. */
  evacuate(numbers: readonly number[]): void {
    for (const number of numbers) {
      const segment = this.#held[number];
      if (segment === undefined) throw new InvariantError(`segment ${number}, which is not held, is evacuated`);
      if (number === this.#current) this.#current = -1;
      segment.isEvacuated = true;
      this.#evacuated += 1;
      if (segment.deadWords === segment.usedWords) this.#release(number, segment);
    }
  }

  /** Segments that are to be evacuated and still hold blocks. */
  get evacuated(): number {
    return this.#evacuated;
  }

  mustMove(address: number): boolean {
    return this.#held[address >>> segmentShift]?.isEvacuated === true;
  }

  /** Bytes that appending blocks of so many words in all may take at most. */
  measureGrowth(words: number): number {
    if (words <= maxSharedWords) {
      const used = this.#held[this.#current]?.usedWords ?? 0;
      const length = this.segments[this.#current]?.length ?? 0;
      if (used + words <= length) return 0;
      const grownWords = lengthOfNext(this.#usedWords - this.#deadWords) + 2 * (used + words);
      if (used + words <= segmentWords) return 4 * Math.min(segmentWords, grownWords);
    }
    return 4 * segmentWords * Math.ceil((2 * words) / segmentWords); // a segment is left at least half full
  }

  /** True if blocks of so many words find addresses. */
  hasRoom(words: number): boolean {
    return words < (this.#numbers.left * segmentWords) / 2;
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

  /** Words of a block. */
  lengthOf(address: number): number {
    return this.#wordsAt(address >>> segmentShift)[address & wordMask] as number; // a block begins there
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

  /** Forgets all segments; the allocator has, or gets, their memory back. */
  close(): void {
    this.segments.length = 0;
    this.bytes.length = 0;
    this.#held.length = 0;
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
      segment = this.#hold(this.#current, lengthOfNext(this.#usedWords - this.#deadWords), 1);
    }
    const at = segment.usedWords;
    if (at + words > this.#wordsAt(this.#current).length) segment = this.#grow(segment, at + words);
    segment.usedWords = at + words;
    this.#usedWords += words;
    return ((this.#current << segmentShift) | at) >>> 0;
  }

  /** The segment appended to has not its full length yet: gets more words. */
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
    const segment = { chunk, usedWords: 0, deadWords: 0, numbers, isEvacuated: false };
    this.#held[number] = segment;
    this.segments[number] = new Uint32Array(chunk.buffer, chunk.byteOffset, words);
    this.bytes[number] = new Uint8Array(chunk.buffer, chunk.byteOffset, 4 * words);
    return segment;
  }

  #release(number: number, segment: Segment): void {
    this.#allocator.free(segment.chunk, slabAccount);
    this.#usedWords -= segment.usedWords;
    this.#deadWords -= segment.deadWords;
    if (segment.isEvacuated) this.#evacuated -= 1;
    this.#held[number] = undefined;
    this.segments[number] = noWords;
    this.bytes[number] = noBytes;
    this.#numbers.giveBack(number, segment.numbers);
  }

  #takeNumbers(count: number): number {
    const first = this.#numbers.take(count);
    while (this.segments.length < first + count) {
      this.segments.push(noWords);
      this.bytes.push(noBytes);
    }
    return first;
  }

  #wordsAt(number: number): Uint32Array {
    return this.segments[number] as Uint32Array; // numbers are taken before they are used
  }
}
