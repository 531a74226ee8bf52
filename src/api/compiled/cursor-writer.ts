import { InvariantError } from "../../base/errors.ts";
import { quote } from "../../base/json-bytes.ts";
import type { FieldColumn, Row } from "../../view/view-reader.ts";
import { type CursorScope, encodeCursor } from "../cursor.ts";
import type { Write } from "./run.ts";

/**
 * Makes the writer of rows' cursors, the texts that `encodeCursor` gives, straight from the column of the key: a page of
 * edges spends more on calls of zlib and Buffer than on all its values otherwise.
 */
export function makeCursorWriter(scope: CursorScope, keys: FieldColumn): Write<Row> {
  if (keys.kind !== "text") throw new InvariantError(`keys stand in a column of kind ${keys.kind}`);
  // Version and checksum; what stands before the key in every cursor of the scope but for the checksum.
  const header = Buffer.from(encodeCursor(scope, ""), "base64url");
  let source = new Uint8Array(64);
  let text = new Uint8Array(96);
  return (row, { span, tally, sink }) => {
    if (!keys.locate(row, span)) throw new InvariantError("a row has no key");
    const { bytes, start, end } = span;
    const length = header.length + end - start;
    if (length > source.length) {
      source = new Uint8Array(2 * length);
      text = new Uint8Array(3 * length);
    }
    source[0] = header[0] as number; // the version
    writeChecksum(source, crc32(bytes, start, end, scope.checksum));
    for (let at = start; at < end; at += 1) source[header.length + at - start] = bytes[at] as number; // below `end`
    const textLength = writeQuotedBase64Url(source, length, text);
    tally.takeBytes(textLength);
    sink.putRange(text, 0, textLength);
  };
}

function writeChecksum(bytes: Uint8Array, checksum: number): void {
  bytes[1] = checksum >>> 24;
  bytes[2] = checksum >>> 16;
  bytes[3] = checksum >>> 8;
  bytes[4] = checksum;
}

/** Quotes included; says how long it is. */
function writeQuotedBase64Url(bytes: Uint8Array, length: number, text: Uint8Array): number {
  let at = 1;
  text[0] = quote;
  for (let place = 0; place < length; place += 3) {
    const isSecond = place + 1 < length;
    const isThird = place + 2 < length;
    const second = isSecond ? (bytes[place + 1] as number) : 0;
    const third = isThird ? (bytes[place + 2] as number) : 0;
    const triple = ((bytes[place] as number) << 16) | (second << 8) | third;
    text[at] = alphabet[triple >> 18] as number;
    text[at + 1] = alphabet[(triple >> 12) & 63] as number;
    text[at + 2] = alphabet[(triple >> 6) & 63] as number;
    text[at + 3] = alphabet[triple & 63] as number;
    at += isThird ? 4 : isSecond ? 3 : 2;
  }
  text[at] = quote;
  return at + 1;
}

/** CRC-32 of `bytes[start..end)`, going on from another one, as zlib computes it. */
function crc32(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let crc = ~seed;
  for (let at = start; at < end; at += 1) {
    crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[at] as number)) & 0xff] as number); // within both
  }
  return ~crc;
}

const alphabet = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "latin1");
const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  return crc;
});
