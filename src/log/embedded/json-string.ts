import { backslash } from "../../base/json-bytes.ts";

/**
 * The bytes that a JSON string stands for, in UTF-8. `from` and `to` are the indexes after and of its quotes; the
 * string must be well-formed. Without an escape these are the line's own bytes, not copied; bytes that are no valid
 * UTF-8 stay as they are, which is how kcat prints binary keys. A surrogate escaped without its other half becomes the
 * three bytes that its number would have: no valid UTF-8, so that whoever decodes text sees that it is bad.
 */
export function stringBytes(bytes: Buffer, from: number, to: number): Buffer {
  let firstEscape = from;
  while (firstEscape < to && bytes[firstEscape] !== backslash) firstEscape += 1;
  if (firstEscape === to) return bytes.subarray(from, to);

  const unescaped = Buffer.allocUnsafe(to - from); // an escape is never shorter than what it stands for
  let length = bytes.copy(unescaped, 0, from, firstEscape);
  for (let at = firstEscape; at < to; ) {
    const byte = bytes[at] ?? 0;
    if (byte !== backslash) {
      unescaped[length] = byte;
      length += 1;
      at += 1;
    } else if (bytes[at + 1] !== letterU) {
      unescaped[length] = simpleEscapes.get(bytes[at + 1] ?? 0) ?? 0;
      length += 1;
      at += 2;
    } else {
      const unit = hexUnit(bytes, at + 2);
      const low = isHighSurrogate(unit) && isEscapedUnit(bytes, at + 6, to) ? hexUnit(bytes, at + 8) : 0;
      const isPair = isLowSurrogate(low);
      length = writeCodePoint(unescaped, length, isPair ? pairOf(unit, low) : unit);
      at += isPair ? 12 : 6;
    }
  }
  return unescaped.subarray(0, length);
}

const letterU = 0x75;

const simpleEscapes: ReadonlyMap<number, number> = new Map(
  [
    ['"', '"'],
    ["\\", "\\"],
    ["/", "/"],
    ["b", "\b"],
    ["f", "\f"],
    ["n", "\n"],
    ["r", "\r"],
    ["t", "\t"],
  ].map(([letter = "", meaning = ""]) => [letter.charCodeAt(0), meaning.charCodeAt(0)]),
);

function isEscapedUnit(bytes: Buffer, at: number, to: number): boolean {
  return at + 6 <= to && bytes[at] === backslash && bytes[at + 1] === letterU;
}

function hexUnit(bytes: Buffer, at: number): number {
  return Number.parseInt(bytes.toString("latin1", at, at + 4), 16);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function pairOf(high: number, low: number): number {
  return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00);
}

/** Writes the code point's UTF-8 form, also of a lone surrogate; returns where it ends. */
function writeCodePoint(target: Buffer, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    target[at] = codePoint;
    return at + 1;
  }
  const units = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  const firstMark = units === 2 ? 0xc0 : units === 3 ? 0xe0 : 0xf0;
  for (let unit = 0; unit < units; unit += 1) {
    const bits = codePoint >> (6 * (units - 1 - unit));
    target[at + unit] = unit === 0 ? firstMark | bits : 0x80 | (bits & 0x3f);
  }
  return at + units;
}
