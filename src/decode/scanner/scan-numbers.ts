import { minus, plus, point, quote, zero } from "../../base/json-bytes.ts";
import type { RowTexts } from "../columns/row-texts.ts";
import { isTimestamp } from "../scalars/iso-time.ts";

// Every scanner of a value gives the place after it and writes its cell; or -1, having written nothing that counts, for
// whatever is not the usual form of such a value: then the codecs decide.

/** Digits of which every number is exact in a double, and every such number over a power of ten the nearest double. */
const exactDigits = 15;
/** Digits of which every number fits in 32 bits. */
const smallDigits = 9;
const powersOfTen = Float64Array.from({ length: exactDigits + 1 }, (_, power) => 10 ** power);

/** Longer numbers are left to the codecs, which bound them. */
const maxNumberBytes = 300;

/** Float: a number without exponent, of at most 15 digits. */
export function scanFloat(view: DataView, at: number, column: Float64Array, row: number): number {
  const start = view.getUint8(at) === minus ? at + 1 : at;
  let next = start;
  let digits = 0;
  let byte = view.getUint8(next);
  for (; isDigit(byte) && next - start <= smallDigits; byte = view.getUint8(next)) {
    digits = (digits * 10 + (byte - zero)) | 0;
    next += 1;
  }
  const wholeLength = next - start;
  if (wholeLength > 1 && view.getUint8(start) === zero) return -1;
  let places = 0;
  if (byte === point) {
    const fraction = next + 1;
    next = fraction;
    byte = view.getUint8(next);
    for (; isDigit(byte) && wholeLength + next - fraction <= smallDigits; byte = view.getUint8(next)) {
      digits = (digits * 10 + (byte - zero)) | 0;
      next += 1;
    }
    places = next - fraction;
    if (places === 0) return -1;
  }
  if (wholeLength + places > smallDigits) return scanLongFloat(view, at, column, row);
  if (wholeLength === 0 || (byte | 0x20) === exponent) return -1;
  const value = digits / (powersOfTen[places] as number); // at most `smallDigits`
  // Adding zero turns -0 into 0, as the codec does.
  column[row] = (start === at ? value : -value) + 0;
  return next;
}

/** DateTime as milliseconds. */
export function scanMilliseconds(view: DataView, at: number, column: Float64Array, row: number): number {
  const end = scanLongFloat(view, at, column, row);
  return end !== -1 && isTimestamp(column[row] as number) ? end : -1; // just written
}

/** As `scanFloat`; its digits do not fit in 32 bits, so they are added up as a double, four at a time. */
function scanLongFloat(view: DataView, at: number, column: Float64Array, row: number): number {
  const start = view.getUint8(at) === minus ? at + 1 : at;
  let next = start;
  let digits = 0;
  for (let word = view.getInt32(next, true); isFourDigits(word); word = view.getInt32(next, true)) {
    digits = digits * 10_000 + fourDigits(word);
    next += 4;
  }
  let byte = view.getUint8(next);
  for (; isDigit(byte); byte = view.getUint8(next)) {
    digits = digits * 10 + (byte - zero);
    next += 1;
  }
  let length = next - start;
  if (length === 0 || (length > 1 && view.getUint8(start) === zero)) return -1;
  let value = digits;
  if (byte === point) {
    const fraction = next + 1;
    next = fraction;
    byte = view.getUint8(next);
    for (; isDigit(byte); byte = view.getUint8(next)) {
      digits = digits * 10 + (byte - zero);
      next += 1;
    }
    const places = next - fraction;
    length += places;
    if (places === 0 || length > exactDigits) return -1;
    value = digits / (powersOfTen[places] as number); // at most 15
  }
  if (length > exactDigits || (byte | 0x20) === exponent) return -1;
  column[row] = (start === at ? value : -value) + 0;
  return next;
}

/** Int: a whole number of at most 9 digits. */
export function scanInt(view: DataView, at: number, column: Int32Array | Float64Array, row: number): number {
  const start = view.getUint8(at) === minus ? at + 1 : at;
  let next = start;
  let value = 0;
  let byte = view.getUint8(next);
  for (; isDigit(byte) && next - start <= smallDigits; byte = view.getUint8(next)) {
    value = (value * 10 + (byte - zero)) | 0;
    next += 1;
  }
  const length = next - start;
  if (length === 0 || length > smallDigits || (length > 1 && view.getUint8(start) === zero)) return -1;
  if (byte === point || (byte | 0x20) === exponent) return -1;
  column[row] = start === at ? value : 0 - value;
  return next;
}

/** ID, or BigInt as a number: an integer, whose digits are its text. */
export function scanInteger(view: DataView, at: number, texts: RowTexts, slot: number): number {
  const end = endOfInteger(view, at);
  if (end === -1 || end - at > maxNumberBytes) return -1;
  const byte = view.getUint8(end);
  if (byte === point || (byte | 0x20) === exponent) return -1;
  texts.putPlain(slot, at, end);
  return end;
}

/** BigInt as text, from the opening quote on: an integer as it would be printed. */
export function scanIntegerText(view: DataView, at: number, texts: RowTexts, slot: number): number {
  const end = endOfInteger(view, at + 1);
  if (end === -1 || view.getUint8(end) !== quote || end - at > maxNumberBytes) return -1;
  texts.putPlain(slot, at + 1, end);
  return end + 1;
}

/** Decimal as a number without exponent; zeros at the end of its fraction are left out. */
export function scanDecimal(view: DataView, at: number, texts: RowTexts, slot: number): number {
  const end = endOfDecimal(view, at);
  if (end === -1 || (view.getUint8(end) | 0x20) === exponent) return -1;
  return putDecimal(view, texts, slot, at, end) ? end : -1;
}

/** Decimal as text, from the opening quote on. */
export function scanDecimalText(view: DataView, at: number, texts: RowTexts, slot: number): number {
  const end = endOfDecimal(view, at + 1);
  if (end === -1 || view.getUint8(end) !== quote) return -1;
  return putDecimal(view, texts, slot, at + 1, end) ? end + 1 : -1;
}

/** Place after the JSON number that begins at `at`; -1 if none does. */
export function endOfNumber(view: DataView, at: number): number {
  const end = endOfDecimal(view, at);
  if (end === -1 || (view.getUint8(end) | 0x20) !== exponent) return end;
  const sign = view.getUint8(end + 1);
  const digits = sign === minus || sign === plus ? end + 2 : end + 1;
  const next = endOfDigits(view, digits);
  return next === digits ? -1 : next;
}

/** Place after an integer by JSON's grammar and no more; -1 if none begins at `at`, or if it is `-0`. */
export function endOfInteger(view: DataView, at: number): number {
  const isNegative = view.getUint8(at) === minus;
  const start = isNegative ? at + 1 : at;
  if (view.getUint8(start) === zero) return isNegative || isDigit(view.getUint8(start + 1)) ? -1 : start + 1;
  const end = endOfDigits(view, start);
  return end === start ? -1 : end;
}

/** Place after a number by JSON's grammar, leaving out an exponent; -1 if none begins at `at`. */
function endOfDecimal(view: DataView, at: number): number {
  const start = view.getUint8(at) === minus ? at + 1 : at;
  const end = view.getUint8(start) === zero ? start + 1 : endOfDigits(view, start);
  if (end === start || isDigit(view.getUint8(end))) return -1;
  if (view.getUint8(end) !== point) return end;
  const fractionEnd = endOfDigits(view, end + 1);
  return fractionEnd === end + 1 ? -1 : fractionEnd;
}

function endOfDigits(view: DataView, at: number): number {
  let next = at;
  while (isDigit(view.getUint8(next))) next += 1;
  return next;
}

/** Puts the decimal `view.getUint8(start..end)` in its canonical form to the texts; false if that is no part of it. */
function putDecimal(view: DataView, texts: RowTexts, slot: number, start: number, end: number): boolean {
  if (end - start > maxNumberBytes) return false;
  const wholeEnd = endOfDigits(view, view.getUint8(start) === minus ? start + 1 : start);
  let last = end;
  if (wholeEnd !== end) {
    while (view.getUint8(last - 1) === zero) last -= 1;
    if (last === wholeEnd + 1) last = wholeEnd;
  }
  // `-0` has another canonical text.
  if (last === start + 2 && view.getUint8(start) === minus && view.getUint8(start + 1) === zero) return false;
  texts.putPlain(slot, start, last);
  return true;
}

/** True if all four bytes are digits: 0x30 to 0x3f, and still so after adding 6. */
export function isFourDigits(word: number): boolean {
  const halves = 0xf0f0_f0f0;
  return (word & halves) === 0x3030_3030 && ((word + 0x0606_0606) & halves) === 0x3030_3030;
}

/** The number that four digits make, the first one in the lowest byte. */
export function fourDigits(word: number): number {
  const digits = word - 0x3030_3030;
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff_00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= 0x39;
}

const exponent = 0x65;
