import { nine, quote, zero } from "../../base/json-bytes.ts";
import type { RowTexts } from "../columns/row-texts.ts";
import type { TextDictionary } from "../columns/text-dictionary.ts";
import { codeOfFound, lengthOfFound, type TextGuesses } from "../columns/text-guesses.ts";
import type { ByteNames } from "./byte-names.ts";
import { endOfFalse, endOfTrue } from "./end-of-value.ts";
import { endOfPlainText } from "./scan-text.ts";

// As in `scan-numbers.ts`: the place after the value, its cell written; or -1. All begin at the opening quote.

/** String and ID: text without escapes; known ones by their code. */
export function scanString(
  view: DataView,
  at: number,
  texts: RowTexts,
  slot: number,
  dictionary: TextDictionary,
): number {
  if (view.getUint8(at) !== quote) return -1;
  const known = dictionary.guess(view, at + 1);
  if (known !== 0) {
    texts.putCode(slot, codeOfFound(known));
    return at + 2 + lengthOfFound(known);
  }
  const end = endOfPlainText(view, at + 1);
  if (end === -1) return -1;
  texts.putPlain(slot, at + 1, end);
  return end + 1;
}

/** An enum's value, by its code. */
export function scanEnum(
  view: DataView,
  at: number,
  column: Uint8Array | Uint16Array,
  row: number,
  names: ByteNames,
  guesses: TextGuesses,
): number {
  if (view.getUint8(at) !== quote) return -1;
  const known = guesses.find(view, at + 1);
  if (known !== 0) {
    column[row] = codeOfFound(known);
    return at + 2 + lengthOfFound(known);
  }
  const end = endOfPlainText(view, at + 1);
  if (end === -1) return -1;
  const code = names.find(view, at + 1, end);
  if (code === -1) return -1;
  guesses.note(view, at + 1, end, code);
  column[row] = code;
  return end + 1;
}

/** Boolean. */
export function scanBoolean(view: DataView, at: number, column: Uint8Array, row: number): number {
  const trueEnd = endOfTrue(view, at);
  column[row] = trueEnd === -1 ? 0 : 1;
  return trueEnd === -1 ? endOfFalse(view, at) : trueEnd;
}

/** UUID in lower case. */
export function scanUuid(view: DataView, at: number, texts: RowTexts, slot: number): number {
  const end = at + 1 + uuidBytes;
  if (view.getUint8(at) !== quote || !isLowerUuid(view, at + 1) || view.getUint8(end) !== quote) return -1;
  texts.putPlain(slot, at + 1, end);
  return end + 1;
}

/** Length of a UUID's text. */
export const uuidBytes = 36;

/** True if the 36 bytes from `at` on are a UUID in lower case. */
export function isLowerUuid(view: DataView, at: number): boolean {
  for (let place = 0; place < uuidBytes; place += 1) {
    const byte = view.getUint8(at + place);
    const isHyphen = place === 8 || place === 13 || place === 18 || place === 23;
    const isDigit = (byte >= zero && byte <= nine) || (byte >= 0x61 && byte <= 0x66);
    if (isHyphen ? byte !== hyphen : !isDigit) return false;
  }
  return true;
}

/** Bytes: base64 in its one form, padded, no bits left over. */
export function scanBase64(view: DataView, at: number, texts: RowTexts, slot: number): number {
  if (view.getUint8(at) !== quote) return -1;
  const start = at + 1;
  let next = start;
  while (base64Digit(view.getUint8(next)) !== -1) next += 1;
  const digits = next - start;
  const last = base64Digit(view.getUint8(next - 1));
  // Two digits of four hold 8 bits and 4 zeros, three hold 16 and 2 zeros.
  if ((digits & 3) === 2 && (last & 15) === 0 && view.getUint8(next) === pad && view.getUint8(next + 1) === pad)
    next += 2;
  else if ((digits & 3) === 3 && (last & 3) === 0 && view.getUint8(next) === pad) next += 1;
  else if ((digits & 3) !== 0) return -1;
  if (view.getUint8(next) !== quote) return -1;
  texts.putPlain(slot, start, next);
  return next + 1;
}

function base64Digit(byte: number): number {
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61 + 26;
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= zero && byte <= nine) return byte - zero + 52;
  return byte === 0x2b ? 62 : byte === 0x2f ? 63 : -1;
}

const hyphen = 0x2d;
const pad = 0x3d;
