import type { TextSpan } from "../columns/text-span.ts";

/**
 * Compares two texts by their bytes: for UTF-8, by code point. Negative, zero or positive, an integer. Texts are mostly
 * short or differ early: a loop is faster here than a call out of JavaScript.
 */
export function compareBytes(left: TextSpan, right: TextSpan): number {
  const leftBytes = left.bytes;
  const rightBytes = right.bytes;
  const leftStart = left.start;
  const rightStart = right.start;
  const leftLength = left.end - leftStart;
  const rightLength = right.end - rightStart;
  const length = leftLength < rightLength ? leftLength : rightLength;
  for (let at = 0; at < length; at += 1) {
    const difference = (leftBytes[leftStart + at] as number) - (rightBytes[rightStart + at] as number); // below both ends
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}
