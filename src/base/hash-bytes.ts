/** Shorter runs of bytes are copied to be hashed: that is quicker than to make another way to look at them. */
const copiedBytes = 64;
const copy = new Uint8Array(copiedBytes);
const viewOfCopy = new DataView(copy.buffer);

/** As `hashView`, of bytes that nobody has a view of. */
export function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  const length = end - start;
  if (length > copiedBytes) {
    return hashView(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start, end, seed);
  }
  for (let at = 0; at < length; at += 1) copy[at] = bytes[start + at] as number; // below `end`
  return hashView(viewOfCopy, 0, length, seed);
}

/**
 * Hash of bytes `start` (inclusive) to `end` (exclusive) under a seed, an integer from 0 to 2^53: 32 bits, unsigned.
 * HalfSipHash-1-3 (Jean-Philippe Aumasson and Daniel J. Bernstein, "SipHash: a fast short-input PRF"; its code for words of
 * 32 bits: https://github.com/veorq/SipHash, public domain), whose key is the seed's lower and upper word. The seed is drawn
 * once for each process, so that nobody can choose keys that collide. Hashes that are merely started from a seed do not
 * hold that: for MurmurHash3 there are keys that collide under all seeds.
 *
 * The round stands here twice: a function cannot give four words back without making an object, and one loop for both
 * takes a fifth longer for 36 bytes (measured).
 */
export function hashView(view: DataView, start: number, end: number, seed: number): number {
  let v0 = seed | 0;
  let v1 = (seed / 2 ** 32) | 0;
  let v2 = v0 ^ 0x6c79_6765;
  let v3 = v1 ^ 0x7465_6462;
  const length = end - start;
  const wordsEnd = end - (length & 3);
  for (let at = start; at < wordsEnd; at += 4) {
    const word = view.getInt32(at, true);
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  let word = length << 24;
  for (let at = wordsEnd; at < end; at += 1) word |= view.getUint8(at) << (8 * (at - wordsEnd));
  v3 ^= word;
  // One round of the last word, three that finish.
  for (let round = 0; round < 4; round += 1) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    if (round === 0) {
      v0 ^= word;
      v2 ^= 0xff;
    }
  }
  return (v1 ^ v3) >>> 0;
}
