import { closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from "../../base/json-bytes.ts";
import { endOfNumber } from "./scan-numbers.ts";
import { endOfText } from "./scan-text.ts";

/** Deeper values are left to the slow way: it knows its own bound. */
export const maxScannedDepth = 64;

/** By depth, whether the container is an object. Scanning is synchronous and never calls itself. */
const isObjectAt = new Uint8Array(maxScannedDepth);

/**
 * Place after the JSON value that begins at `at`, by the whole grammar of JSON and UTF-8; -1 if it is none, or too deep.
 * No number is too long and no member too often: a value that is left out does not matter beyond its form.
 */
export function endOfValue(view: DataView, at: number): number {
  let next = at;
  let depth = 0;
  for (;;) {
    const first = view.getUint8(next);
    if (first === openBrace || first === openBracket) {
      if (depth === maxScannedDepth) return -1;
      isObjectAt[depth] = first === openBrace ? 1 : 0;
      depth += 1;
      next = skipSpace(view, next + 1);
      if (view.getUint8(next) === closerOf(first)) {
        next += 1;
        depth -= 1;
      } else {
        next = first === openBrace ? endOfName(view, next) : next;
        if (next === -1) return -1;
        continue;
      }
    } else {
      next = endOfPlainValue(view, next, first);
      if (next === -1) return -1;
    }
    // A value has ended at `next`: so may the containers around it.
    for (;;) {
      if (depth === 0) return next;
      next = skipSpace(view, next);
      const isObject = isObjectAt[depth - 1] === 1;
      const mark = view.getUint8(next);
      if (mark === comma) {
        next = skipSpace(view, next + 1);
        next = isObject ? endOfName(view, next) : next;
        if (next === -1) return -1;
        break;
      }
      if (mark !== (isObject ? closeBrace : closeBracket)) return -1;
      next += 1;
      depth -= 1;
    }
  }
}

/** Place of the first byte from `at` on that is no white space. */
export function skipSpace(view: DataView, at: number): number {
  let next = at;
  let byte = view.getUint8(next);
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
    next += 1;
    byte = view.getUint8(next);
  }
  return next;
}

/** Place after `null` if it stands at `at`, else -1. */
export function endOfNull(view: DataView, at: number): number {
  return view.getUint8(at) === 0x6e &&
    view.getUint8(at + 1) === 0x75 &&
    view.getUint8(at + 2) === 0x6c &&
    view.getUint8(at + 3) === 0x6c
    ? at + 4
    : -1;
}

/** Place after `true` if it stands at `at`, else -1. */
export function endOfTrue(view: DataView, at: number): number {
  return view.getUint8(at) === 0x74 &&
    view.getUint8(at + 1) === 0x72 &&
    view.getUint8(at + 2) === 0x75 &&
    view.getUint8(at + 3) === 0x65
    ? at + 4
    : -1;
}

/** Place after `false` if it stands at `at`, else -1. */
export function endOfFalse(view: DataView, at: number): number {
  const isStart = view.getUint8(at) === 0x66 && view.getUint8(at + 1) === 0x61 && view.getUint8(at + 2) === 0x6c;
  return isStart && view.getUint8(at + 3) === 0x73 && view.getUint8(at + 4) === 0x65 ? at + 5 : -1;
}

function endOfPlainValue(view: DataView, at: number, first: number): number {
  switch (first) {
    case quote: {
      const end = endOfText(view, at + 1);
      return end === -1 ? -1 : end + 1;
    }
    case 0x74:
      return endOfTrue(view, at);
    case 0x66:
      return endOfFalse(view, at);
    case 0x6e:
      return endOfNull(view, at);
    default:
      return endOfNumber(view, at);
  }
}

/** Place of the value after the name and colon that begin at `at`. */
function endOfName(view: DataView, at: number): number {
  if (view.getUint8(at) !== quote) return -1;
  const end = endOfText(view, at + 1);
  if (end === -1) return -1;
  const next = skipSpace(view, end + 1);
  return view.getUint8(next) === colon ? skipSpace(view, next + 1) : -1;
}

function closerOf(opener: number): number {
  return opener === openBrace ? closeBrace : closeBracket;
}
