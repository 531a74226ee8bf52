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

/** Copies `from[start..end)` to `at` and says where the copy ends. Short runs by hand: a view for each is dearer. */
export function putBytes(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length > 128) to.set(from.subarray(start, end), at);
  // Both places are within their arrays: the caller has made room.
  else for (let next = 0; next < length; next += 1) to[at + next] = from[start + next] as number;
  return at + length;
}
