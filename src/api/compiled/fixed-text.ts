/**
 * A piece of JSON that is known before: names, punctuation, constants. Held in words, padded with zeros, since it is
 * copied a word at a time.
 */
export interface FixedText {
  readonly words: Uint32Array;
  /** Bytes, without what pads the last word. */
  readonly length: number;
}

/** A text as such a piece, in UTF-8. */
export function encode(text: string): FixedText {
  const bytes = Buffer.from(text, "utf8");
  const words = new Uint32Array((bytes.length + 3) >>> 2);
  for (const [at, byte] of bytes.entries()) words[at >>> 2] = (words[at >>> 2] ?? 0) | (byte << (8 * (at & 3)));
  return { words, length: bytes.length };
}
