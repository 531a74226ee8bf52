const finalText = 0x81;

/**
 * The WebSocket frames of texts, as a server sends them: whole, not masked (RFC 6455, 5.2). A text comes as two parts of
 * UTF-8, heads and tails in turns. A tail of more than `maxCopiedBytes` is in the result as it is; all else is copied, in
 * as few pieces as that leaves.
 */
export function makeTextFrames(parts: readonly Uint8Array[], maxCopiedBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < parts.length; ) {
    let copiedBytes = 0;
    let end = at;
    let large: Uint8Array | undefined;
    for (; end < parts.length && large === undefined; end += 2) {
      const [head, tail] = pairAt(parts, end);
      copiedBytes += prefixBytes(head.length + tail.length) + head.length;
      if (tail.length > maxCopiedBytes) large = tail;
      else copiedBytes += tail.length;
    }
    pieces.push(copyFrames(parts, { at, end, copiedBytes, large }));
    if (large !== undefined) pieces.push(large);
    at = end;
  }
  return pieces;
}

interface FrameRun {
  readonly at: number;
  readonly end: number;
  readonly copiedBytes: number;
  /** The last tail, if it is left out. */
  readonly large: Uint8Array | undefined;
}

function copyFrames(parts: readonly Uint8Array[], { at, end, copiedBytes, large }: FrameRun): Uint8Array {
  const bytes = Buffer.allocUnsafe(copiedBytes);
  let to = 0;
  for (let place = at; place < end; place += 2) {
    const [head, tail] = pairAt(parts, place);
    to = putPrefix(bytes, to, head.length + tail.length);
    bytes.set(head, to);
    to += head.length;
    if (tail === large) break;
    bytes.set(tail, to);
    to += tail.length;
  }
  return bytes;
}

function prefixBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

function putPrefix(bytes: Buffer, at: number, length: number): number {
  bytes[at] = finalText;
  if (length < 126) {
    bytes[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    bytes[at + 1] = 126;
    return bytes.writeUInt16BE(length, at + 2);
  }
  bytes[at + 1] = 127;
  bytes.writeUInt16BE(0, at + 2);
  return bytes.writeUIntBE(length, at + 4, 6);
}

function pairAt(parts: readonly Uint8Array[], at: number): readonly [Uint8Array, Uint8Array] {
  // Heads and tails come in turns, so both are there.
  return [parts[at] as Uint8Array, parts[at + 1] as Uint8Array];
}
