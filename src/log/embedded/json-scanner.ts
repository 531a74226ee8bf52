import { backslash, closeBrace, colon, comma, openBrace, openBracket, quote } from "../../base/json-bytes.ts";

/**
 * Walks over JSON in the bytes of one line without building anything. All functions take the index where the thing
 * begins and give the index after it, or `~index` (negative) of the byte that cannot stand there. The line must be
 * followed by a newline byte: none of JSON's tokens can contain one, so it stops every loop and no end is compared.
 * Accepts exactly what `JSON.parse` accepts on one line. Whether strings are valid UTF-8 is not looked at.
 */
const newline = 0x0a;

/** Where the first byte is that is not a space, tab or carriage return. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return at;
    at += 1;
  }
}

/** Behind the string, which is checked as JSON has it. */
export function skipString(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== quote) return ~from;
  let at = from + 1;
  for (;;) {
    let byte = bytes[at] ?? newline;
    while (byte !== quote && byte !== backslash && byte >= 0x20) {
      at += 1;
      byte = bytes[at] ?? newline;
    }
    if (byte === quote) return at + 1;
    if (byte !== backslash) return ~at;
    at = skipEscape(bytes, at);
    if (at < 0) return at;
  }
}

/** Any value. Nesting costs no stack. */
export function skipValue(bytes: Uint8Array, from: number): number {
  const first = bytes[from];
  if (first !== openBrace && first !== openBracket) return skipScalar(bytes, from);
  let at = from;
  let depth = 0;
  for (;;) {
    // Here a value begins.
    const byte = bytes[at];
    if (byte === openBrace || byte === openBracket) {
      const inside = skipSpace(bytes, at + 1);
      if (bytes[inside] === closerOf(byte)) at = inside + 1;
      else {
        if (depth === closers.length) growClosers();
        closers[depth] = closerOf(byte);
        depth += 1;
        at = byte === openBrace ? skipName(bytes, inside) : inside;
        if (at < 0) return at;
        continue;
      }
    } else {
      at = skipScalar(bytes, at);
      if (at < 0) return at;
    }
    // Here a value has ended; what follows is up to the innermost open one.
    for (;;) {
      if (depth === 0) return at;
      at = skipSpace(bytes, at);
      const closer = closers[depth - 1];
      if (bytes[at] === closer) {
        depth -= 1;
        at += 1;
        continue;
      }
      if (bytes[at] !== comma) return ~at;
      at = skipSpace(bytes, at + 1);
      if (closer === closeBrace) at = skipName(bytes, at);
      if (at < 0) return at;
      break;
    }
  }
}

/** A member's name, the colon and the space around it: up to where its value begins. */
export function skipName(bytes: Uint8Array, from: number): number {
  const after = skipString(bytes, from);
  if (after < 0) return after;
  const at = skipSpace(bytes, after);
  return bytes[at] === colon ? skipSpace(bytes, at + 1) : ~at;
}

/** What closes each open object or array; shared by all calls, which are synchronous and never nested. */
let closers = new Uint8Array(64);

function growClosers(): void {
  const larger = new Uint8Array(closers.length * 2);
  larger.set(closers);
  closers = larger;
}

function closerOf(opener: number): number {
  return opener + 2; // of both kinds, in ASCII
}

function skipScalar(bytes: Uint8Array, from: number): number {
  switch (bytes[from]) {
    case quote:
      return skipString(bytes, from);
    case 0x74:
      return skipWord(bytes, from, trueWord);
    case 0x66:
      return skipWord(bytes, from, falseWord);
    case 0x6e:
      return skipWord(bytes, from, nullWord);
    default:
      return skipNumber(bytes, from);
  }
}

const trueWord = Buffer.from("true");
const falseWord = Buffer.from("false");
const nullWord = Buffer.from("null");

function skipWord(bytes: Uint8Array, from: number, word: Uint8Array): number {
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word[at]) return ~(from + at);
  return from + word.length;
}

function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === 0x2d ? from + 1 : from;
  if (bytes[at] === 0x30) at += 1;
  else {
    const after = skipDigits(bytes, at);
    if (after < 0) return after;
    at = after;
  }
  if (bytes[at] === 0x2e) {
    at = skipDigits(bytes, at + 1);
    if (at < 0) return at;
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    const sign = bytes[at + 1];
    at = skipDigits(bytes, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
  }
  return at;
}

/** One digit or more. */
function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] ?? newline)) at += 1;
  return at === from ? ~from : at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function skipEscape(bytes: Uint8Array, from: number): number {
  switch (bytes[from + 1]) {
    case quote:
    case backslash:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return from + 2;
    case 0x75:
      for (let at = from + 2; at < from + 6; at += 1) if (!isHexDigit(bytes[at] ?? newline)) return ~at;
      return from + 6;
    default:
      return ~(from + 1);
  }
}

function isHexDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
