import { backslash, quote } from "../../base/json-bytes.ts";

// Scanners look at bytes with a zero after the last one (`RowTexts.load`): it ends every loop, so none has a bound.

/**
 * Place of the quote that ends the text beginning at `at`. -1 if it has an escape, a control character, or bytes that
 * are not UTF-8: what stands between is then not the text, or no text.
 *
 * Looks at four bytes at once. In `marks` the highest bit of a byte is set if it is a quote or a backslash (then it is
 * zero after the exclusive or), below 0x20 or above 0x7f. Borrowing makes bits wrong only above one that is right, so the
 * lowest one can be trusted.
 */
export function endOfPlainText(view: DataView, at: number): number {
  let next = at;
  for (;;) {
    const word = view.getInt32(next, true);
    const quotes = (word ^ 0x2222_2222) - 0x0101_0101;
    const backslashes = (word ^ 0x5c5c_5c5c) - 0x0101_0101;
    const marks = (quotes | backslashes | (word - 0x2020_2020) | word) & 0x8080_8080;
    if (marks === 0) {
      next += 4;
      continue;
    }
    next += (31 - Math.clz32(marks & -marks)) >>> 3;
    const byte = view.getUint8(next);
    if (byte === quote) return next;
    if (byte < 0x80) return -1;
    next = endOfCharacter(view, next);
    if (next === -1) return -1;
  }
}

/** As `endOfPlainText`, of a text that may have escapes. -1 if it is no JSON string. */
export function endOfText(view: DataView, at: number): number {
  let next = at;
  for (;;) {
    const byte = view.getUint8(next);
    if (byte >= 0x80) {
      next = endOfCharacter(view, next);
    } else if (byte === quote) {
      return next;
    } else if (byte === backslash) {
      next = endOfEscape(view, next);
    } else if (byte < 0x20) {
      return -1;
    } else {
      next += 1;
    }
    if (next === -1) return -1;
  }
}

/**
 * Place after the character of several bytes that begins at `at`; -1 if it is not well-formed UTF-8: cut off, longer
 * than it need be, a surrogate, or beyond U+10FFFF (The Unicode Standard, table 3-7).
 */
export function endOfCharacter(view: DataView, at: number): number {
  const first = view.getUint8(at);
  const second = view.getUint8(at + 1);
  if (first < 0xe0) return first >= 0xc2 && isTail(second) ? at + 2 : -1;
  if (first < 0xf0) {
    const isFit = first === 0xe0 ? second >= 0xa0 : first === 0xed ? second < 0xa0 : true;
    return isFit && isTail(second) && isTail(view.getUint8(at + 2)) ? at + 3 : -1;
  }
  const isFit = first === 0xf0 ? second >= 0x90 : first === 0xf4 ? second < 0x90 : first < 0xf4;
  const isWhole = isFit && isTail(second) && isTail(view.getUint8(at + 2)) && isTail(view.getUint8(at + 3));
  return isWhole ? at + 4 : -1;
}

function isTail(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function endOfEscape(view: DataView, at: number): number {
  switch (view.getUint8(at + 1)) {
    case quote:
    case backslash:
    case 0x2f: // slash
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: // u
      for (let digit = at + 2; digit < at + 6; digit += 1) {
        if (!isHexDigit(view.getUint8(digit))) return -1;
      }
      return at + 6;
    default:
      return -1;
  }
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}
