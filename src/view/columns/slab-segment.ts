import type { Chunk } from "../memory/chunk-allocator.ts";

/** A block's address: number of a segment, then the word in it. */
export const segmentShift = 18;
/** Words of one segment: 1 MiB. */
export const segmentWords = 1 << segmentShift;
/** Of an address: the word in its segment. */
export const wordMask = segmentWords - 1;
/** Segments of a small slab begin with so many words, or as many as all others have in use, and double. */
export const firstWords = 256;

/** One segment of a slab, as it is held. */
export interface Segment {
  readonly chunk: Chunk;
  /** Words in use by blocks, dead or not. */
  usedWords: number;
  deadWords: number;
  /** How many numbers the segment has: 1 unless it is the run of one large block. */
  readonly numbers: number;
  /** All blocks are to leave it. */
  isEvacuated: boolean;
}

/** Words that the next segment of a slab with so many in use begins with. */
export function lengthOfNext(liveWords: number): number {
  let length = firstWords;
  while (length < liveWords && length < segmentWords) length *= 2;
  return length;
}

/** True if a block would leave too much of the words that are held for it. */
export function isMuchLess(neededWords: number, heldWords: number): boolean {
  return heldWords - neededWords > (heldWords >>> 2) + 1;
}
