import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  minus,
  openBrace,
  openBracket,
  point,
  quote,
  zero,
} from "../../base/json-bytes.ts";
import { endOfFalse, endOfNull, endOfTrue, maxScannedDepth } from "./end-of-value.ts";
import { endOfInteger } from "./scan-numbers.ts";
import { endOfPlainText } from "./scan-text.ts";

// A value stands in printed form if it is, byte by byte, what `JSON.stringify` makes of it: then it is its own output.

/** Objects with more members are left to the codecs: looking for equal names takes the square of their number. */
const maxMembers = 16;
/** Where the names of the objects begin that are being looked at, by depth. Never used by two scans at once. */
const nameStarts = new Int32Array(maxScannedDepth * maxMembers);

/** Digits of which every number is printed with just these. */
const exactDigits = 15;
/** Zeros after the point: with more, a number is printed with an exponent. */
const maxLeadingZeros = 5;

/** Place after the JSON value at `at` if it stands in printed form, else -1. */
export function endOfPrintedJson(view: DataView, at: number): number {
  return endOfValue(view, at, 0);
}

/** Place after the text in quotes at `at` if it has no escapes, else -1. */
export function endOfPrintedText(view: DataView, at: number): number {
  const end = view.getUint8(at) === quote ? endOfPlainText(view, at + 1) : -1;
  return end === -1 ? -1 : end + 1;
}

/** Place after the number at `at` if that is how its double is printed, else -1. */
export function endOfPrintedNumber(view: DataView, at: number): number {
  const start = view.getUint8(at) === minus ? at + 1 : at;
  const isFraction = view.getUint8(start) === zero && view.getUint8(start + 1) === point;
  const end = isFraction ? start + 1 : endOfInteger(view, at);
  if (end === -1) return -1;
  let next = end;
  if (view.getUint8(end) === point) {
    next = end + 1;
    while (isDigit(view.getUint8(next))) next += 1;
    // Not without digits, nor with a zero at the end.
    if (next === end + 1 || view.getUint8(next - 1) === zero) return -1;
    if (isFraction && next - end > maxLeadingZeros && countZeros(view, end + 1) > maxLeadingZeros) return -1;
  }
  if ((view.getUint8(next) | 0x20) === exponent) return -1;
  return next - start - (next === end ? 0 : 1) > exactDigits ? -1 : next;
}

function endOfValue(view: DataView, at: number, depth: number): number {
  switch (view.getUint8(at)) {
    case quote:
      return endOfPrintedText(view, at);
    case openBrace:
      return endOfObject(view, at, depth);
    case openBracket:
      return endOfArray(view, at, depth);
    case 0x74:
      return endOfTrue(view, at);
    case 0x66:
      return endOfFalse(view, at);
    case 0x6e:
      return endOfNull(view, at);
    default:
      return endOfPrintedNumber(view, at);
  }
}

function endOfArray(view: DataView, at: number, depth: number): number {
  if (depth === maxScannedDepth) return -1;
  if (view.getUint8(at + 1) === closeBracket) return at + 2;
  let next = at;
  do {
    next = endOfValue(view, next + 1, depth + 1);
    if (next === -1) return -1;
  } while (view.getUint8(next) === comma);
  return view.getUint8(next) === closeBracket ? next + 1 : -1;
}

/** Names that begin with a digit could be printed before others, and of equal names only the last value is. */
function endOfObject(view: DataView, at: number, depth: number): number {
  if (depth === maxScannedDepth) return -1;
  if (view.getUint8(at + 1) === closeBrace) return at + 2;
  let next = at;
  let members = 0;
  do {
    const name = next + 1;
    const nameEnd = endOfPrintedText(view, name);
    if (nameEnd === -1 || view.getUint8(nameEnd) !== colon || isDigit(view.getUint8(name + 1))) return -1;
    if (members === maxMembers || isKnownName(view, name, depth, members)) return -1;
    nameStarts[depth * maxMembers + members] = name;
    members += 1;
    next = endOfValue(view, nameEnd + 1, depth + 1);
    if (next === -1) return -1;
  } while (view.getUint8(next) === comma);
  return view.getUint8(next) === closeBrace ? next + 1 : -1;
}

/** True if one of the object's members so far has this name; compares up to the closing quote. */
function isKnownName(view: DataView, name: number, depth: number, members: number): boolean {
  for (let member = 0; member < members; member += 1) {
    const known = nameStarts[depth * maxMembers + member] as number; // written above
    let at = 1;
    while (view.getUint8(name + at) === view.getUint8(known + at) && view.getUint8(name + at) !== quote) at += 1;
    if (view.getUint8(name + at) === quote && view.getUint8(known + at) === quote) return true;
  }
  return false;
}

function countZeros(view: DataView, at: number): number {
  let next = at;
  while (view.getUint8(next) === zero) next += 1;
  return next - at;
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= 0x39;
}

const exponent = 0x65;
