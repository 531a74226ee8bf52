import { isUtf8 } from "node:buffer";
import type { LogRecord } from "../log/log.ts";
import type { BadRecord } from "./row-batch.ts";
import { copyText } from "./strict-text.ts";

/** How much of a bad record is kept for people to see. */
export const badRecordLimits = { firstBytes: 256, keyCharacters: 128, errorCharacters: 1_000 } as const;

/** Where a bad record stands and what of it could be read. */
export interface BadRecordFacts {
  readonly topic: string;
  readonly partition: number;
  readonly record: LogRecord;
  /** Canonical key text, if the key could be decoded. */
  readonly key: string | undefined;
  readonly error: string;
}

/** Describes a bad record in bounded copies. */
export function makeBadRecord({ topic, partition, record, key, error }: BadRecordFacts): BadRecord {
  const readableKey = key ?? (record.key === null ? null : readableText(record.key));
  return {
    topic,
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: readableKey === null ? null : cut(readableKey, badRecordLimits.keyCharacters),
    error: cut(error, badRecordLimits.errorCharacters),
    firstBytes: escapeBytes((record.value ?? new Uint8Array()).subarray(0, badRecordLimits.firstBytes)),
  };
}

/** The bytes as text if people can read it: UTF-8 without control characters. */
function readableText(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  const text = textOf(bytes);
  return controlCharacter.test(text) ? null : text;
}

const controlCharacter = /\p{Cc}/u;

/** A copy of at most `length` characters, the last an ellipsis if more stood there. */
function cut(text: string, length: number): string {
  if (text.length <= length) return copyText(text);
  const isPairCut = isHighSurrogate(text.charCodeAt(length - 2));
  return copyText(`${text.slice(0, length - (isPairCut ? 2 : 1))}…`);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** UTF-8 as text, with every byte that is not part of a character, and every control character, as `\xNN`. */
function escapeBytes(bytes: Uint8Array): string {
  const readable = readableText(bytes);
  if (readable !== null) return readable;
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length === 0) text += escapes[byteAt(bytes, at)];
    else if (length === 1) text += String.fromCharCode(byteAt(bytes, at));
    else text += textOf(bytes.subarray(at, at + length));
    at += Math.max(length, 1);
  }
  return copyText(text);
}

const escapes = Array.from({ length: 256 }, (_, byte) => `\\x${byte.toString(16).padStart(2, "0")}`);

/** Bytes of the readable character that begins at `at`; 0 if none does. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = byteAt(bytes, at);
  if (first < 0xc0) return first >= 0x20 && first < 0x7f ? 1 : 0;
  const isFollowed = (byteAt(bytes, at + 1) & 0xc0) === 0x80;
  if (!isFollowed) return 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return readableText(bytes.subarray(at, at + length)) === null ? 0 : length;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
