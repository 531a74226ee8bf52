import type { TextSpan } from "./text-span.ts";

/**
 * Reads the blocks of `RowColumns`: of a row batch or of the slab, given as bytes and the first byte behind the block's
 * length. Every block holds what its layout says, so nothing here looks at a block's end.
 */

/** Bytes of a varint, by its first byte's being below 0x80 or not: most are one. */
function endOfVarint(bytes: Uint8Array, at: number): number {
  let end = at;
  while ((bytes[end] as number) >= 0x80) end += 1; // a varint ends within its block
  return end + 1;
}

/** Value of the varint that ends before `end`. */
function valueOfVarint(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let byte = end - 1; byte >= at; byte -= 1) value = (value << 7) | ((bytes[byte] as number) & 0x7f); // as above
  return value >>> 0;
}

/** Where a text with its length before it ends: the key, or the record key. */
export function endOfText(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number; // a block has its key
  if (first < 0x80) return at + 1 + first;
  const start = endOfVarint(bytes, at);
  return start + valueOfVarint(bytes, at, start);
}

/** Points the span at a text with its length before it; says nothing of its being plain. */
export function locateText(bytes: Uint8Array, at: number, span: TextSpan): void {
  const first = bytes[at] as number; // as in `endOfText`
  const start = first < 0x80 ? at + 1 : endOfVarint(bytes, at);
  span.bytes = bytes;
  span.start = start;
  span.end = start + (first < 0x80 ? first : valueOfVarint(bytes, at, start));
}

/** Where the entry of a text cell ends. */
export function endOfCell(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number; // an upserted row has an entry for each text column
  if (first === 0) return at + 1;
  if (first < 0x80) return at + 1 + ((first - 1) >>> 1);
  const start = endOfVarint(bytes, at);
  return start + ((valueOfVarint(bytes, at, start) - 1) >>> 1);
}

/** Points the span at the text of a cell that is in the block. */
export function locateCell(bytes: Uint8Array, at: number, span: TextSpan): void {
  const start = endOfVarint(bytes, at);
  const head = valueOfVarint(bytes, at, start) - 1;
  span.bytes = bytes;
  span.start = start;
  span.end = start + (head >>> 1);
  span.isPlain = (head & 1) === 1;
}

/**
 * True if two blocks have the same key: the same bytes from their second word on, for as long as the key and its length
 * are. The words and bytes of each are the same memory.
 */
export function haveSameKey(
  words: Uint32Array,
  bytes: Uint8Array,
  word: number,
  otherWords: Uint32Array,
  otherBytes: Uint8Array,
  otherWord: number,
): boolean {
  // Where the keys' lengths differ, their first bytes do: nothing is compared beyond the end of the shorter one.
  const start = 4 * word + 4;
  const length = endOfText(bytes, start) - start;
  const whole = length >>> 2;
  for (let at = 1; at <= whole; at += 1) if (words[word + at] !== otherWords[otherWord + at]) return false;
  const otherStart = 4 * otherWord + 4;
  for (let at = whole << 2; at < length; at += 1) if (bytes[start + at] !== otherBytes[otherStart + at]) return false;
  return true;
}

/** True if two blocks have the same record key; both have one. */
export function haveSameRecordKey(bytes: Uint8Array, word: number, otherBytes: Uint8Array, otherWord: number): boolean {
  const start = endOfText(bytes, 4 * word + 4);
  const otherStart = endOfText(otherBytes, 4 * otherWord + 4);
  const length = endOfText(bytes, start) - start;
  for (let at = 0; at < length; at += 1) if (bytes[start + at] !== otherBytes[otherStart + at]) return false;
  return true;
}
