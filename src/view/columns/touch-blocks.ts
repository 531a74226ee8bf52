import { segmentShift, wordMask } from "./slab-segment.ts";

/** One line of the processor's cache on. */
const furtherWords = 15;
/** What is read goes here, lest it is optimized away. */
const readAhead = new Uint32Array(1);

/** Reads where the first so many blocks of a slab's segments begin, and a little further, so that they are in the processor's caches afterwards. */
export function touchBlocks(segments: readonly Uint32Array[], addresses: Uint32Array, count: number): void {
  let touched = 0;
  for (let at = 0; at < count; at += 1) {
    // Addresses are of segments that are held, and of words in them.
    const address = addresses[at] as number;
    const words = segments[address >>> segmentShift] as Uint32Array;
    const word = address & wordMask;
    touched ^= (words[word] as number) ^ (words[Math.min(word + furtherWords, words.length - 1)] as number);
  }
  readAhead[0] = touched;
}
