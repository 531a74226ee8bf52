import { InvariantError } from "../../base/errors.ts";
import type { KeyFormat, ScalarName, ViewDefinition } from "../../mapping/view-definition.ts";
import type { RowTexts } from "../columns/row-texts.ts";
import { createKeyDecoder, type DecodedKey } from "../key-decoder.ts";
import { ValueProblem } from "../value-problem.ts";
import { endOfInteger } from "./scan-numbers.ts";
import { isLowerUuid, uuidBytes } from "./scan-strings.ts";
import { endOfCharacter, endOfPlainText } from "./scan-text.ts";

/** Scans the record keys of one view. */
export interface KeyScanner {
  /** Puts a record's key to the texts (`RowTexts.putKey`); false, having put nothing that counts, if it is a bad one. */
  readonly scan: ScanKey;
  /** True if the key that stands from `start` to `end` is its own text; false says nothing: `scan` decides. */
  readonly scanInPlace: (view: DataView, start: number, end: number) => boolean;
}

type ScanKey = (key: Uint8Array, texts: RowTexts) => boolean;

/**
 * Makes the scanner of a view's record keys: their usual form byte by byte, all others by the key decoder. So it takes
 * just the keys that the decoder takes, and comes to the same texts.
 */
export function makeKeyScanner(definition: ViewDefinition): KeyScanner {
  const scanAny = makeDecodingScanner(definition);
  const scanUsual = usualScanner(definition);
  if (scanUsual === undefined) return { scan: scanAny, scanInPlace: () => false };
  return {
    scan: (key, texts) => scanUsual(key, texts) || scanAny(key, texts),
    scanInPlace: scanUsual === scanTextKey ? isAscii : () => false,
  };
}

function makeDecodingScanner(definition: ViewDefinition): ScanKey {
  const decodeKey = createKeyDecoder(definition);
  const decode = (key: Uint8Array): DecodedKey | undefined => {
    try {
      return decodeKey(key);
    } catch (error) {
      if (error instanceof ValueProblem) return undefined;
      throw error;
    }
  };
  return (key, texts) => {
    const decoded = decode(key);
    if (decoded === undefined) return false;
    texts.putKey(decoded.text, decoded.recordKey);
    return true;
  };
}

function usualScanner({ fields, keyField, keyFormat }: ViewDefinition): ScanKey | undefined {
  const field = fields.find(({ name }) => name === keyField);
  if (field?.source.from !== "key") throw new InvariantError(`the key field ${keyField} holds no key`);
  if (field.type.kind !== "scalar" || field.source.path !== undefined) return undefined;
  return scannerOf(keyFormat, field.type.scalar);
}

function scannerOf(format: KeyFormat, scalar: ScalarName): ScanKey | undefined {
  const isText = scalar === "ID" || scalar === "String";
  const isInteger = scalar === "Int" || scalar === "BigInt";
  switch (format) {
    case "STRING":
      return isText ? scanTextKey : isInteger ? scanDigitsKey : scalar === "UUID" ? scanUuidTextKey : undefined;
    case "JSON":
      return isText ? scanJsonKey : isInteger ? scanDigitsKey : undefined;
    case "INT32":
      return isText || isInteger ? scanInt32Key : undefined;
    case "INT64":
      return isText || scalar === "BigInt" ? scanInt64Key : undefined;
    case "UUID":
      return isText || scalar === "UUID" ? scanUuidKey : undefined;
    case "BYTES":
      return undefined;
  }
}

/** Any UTF-8. */
function scanTextKey(key: Uint8Array, texts: RowTexts): boolean {
  const start = texts.end;
  if (!texts.append(key) && !isUtf8(texts.view, start, texts.end)) return false;
  texts.setKey(start, texts.end);
  return true;
}

function isAscii(view: DataView, start: number, end: number): boolean {
  let all = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) all |= view.getInt32(at);
  for (; at < end; at += 1) all |= view.getUint8(at);
  return (all & 0x8080_8080) === 0;
}

function isUtf8(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    if (view.getUint8(at) < 0x80) at += 1;
    else at = endOfCharacter(view, at);
    if (at === -1) return false;
  }
  return true;
}

/** An integer of at most 9 digits, as it is printed. */
function scanDigitsKey(key: Uint8Array, texts: RowTexts): boolean {
  const start = texts.end;
  texts.append(key);
  if (key.length > 9 || endOfInteger(texts.view, start) !== texts.end) return false;
  texts.setKey(start, texts.end);
  return true;
}

/** A text without escapes, or a short integer. */
function scanJsonKey(key: Uint8Array, texts: RowTexts): boolean {
  if (key[0] !== 0x22) return scanDigitsKey(key, texts);
  const start = texts.end;
  texts.append(key);
  const last = texts.end - 1;
  if (endOfPlainText(texts.view, start + 1) !== last) return false;
  texts.setKey(start + 1, last);
  return true;
}

function scanInt32Key(key: Uint8Array, texts: RowTexts): boolean {
  if (key.length !== 4) return false;
  texts.putKey(String(int32At(key, 0)), undefined);
  return true;
}

/** As far as a double holds it exactly. */
function scanInt64Key(key: Uint8Array, texts: RowTexts): boolean {
  if (key.length !== 8) return false;
  const value = int32At(key, 0) * 2 ** 32 + (int32At(key, 4) >>> 0);
  if (!Number.isSafeInteger(value)) return false;
  texts.putKey(String(value), undefined);
  return true;
}

function scanUuidTextKey(key: Uint8Array, texts: RowTexts): boolean {
  if (key.length !== uuidBytes) return false;
  const start = texts.end;
  texts.append(key);
  if (!isLowerUuid(texts.view, start)) return false;
  texts.setKey(start, texts.end);
  return true;
}

/** Its text in lower case, or 16 bytes. */
function scanUuidKey(key: Uint8Array, texts: RowTexts): boolean {
  if (key.length !== 16) return scanUuidTextKey(key, texts);
  texts.makeRoom(uuidBytes);
  const { bytes, end: start } = texts;
  let next = start;
  for (let at = 0; at < 16; at += 1) {
    if (at === 4 || at === 6 || at === 8 || at === 10) {
      bytes[next] = 0x2d;
      next += 1;
    }
    const byte = key[at] as number; // below 16
    bytes[next] = hexDigit(byte >>> 4);
    bytes[next + 1] = hexDigit(byte & 15);
    next += 2;
  }
  texts.setKey(start, next);
  return true;
}

function hexDigit(value: number): number {
  return value + (value < 10 ? 0x30 : 0x57);
}

/** Big-endian, signed; four bytes from `at` on are there. */
function int32At(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
  return high | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
}
