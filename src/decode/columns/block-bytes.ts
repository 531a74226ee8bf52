/** Longest varint of a block: lengths are below 2^32. */
export const maxVarintBytes = 5;

/** Writes an unsigned LEB128 varint and says where it ends. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let next = at;
  let rest = value;
  while (rest >= 0x80) {
    bytes[next] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
    next += 1;
  }
  bytes[next] = rest;
  return next + 1;
}

/**
 * Copies the bytes from `start` to `end` to `at`, word by word, and says where the copy ends. Up to three bytes after it
 * are overwritten, and as many after `end` looked at: both must be there.
 */
export function putBytes(to: DataView, at: number, from: DataView, start: number, end: number): number {
  const shift = at - start;
  for (let next = start; next < end; next += 4) to.setInt32(next + shift, from.getInt32(next, true), true);
  return at + end - start;
}
