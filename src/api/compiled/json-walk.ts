import { InvariantError } from "../../base/errors.ts";
import { backslash, closeBrace, closeBracket, comma, openBrace, openBracket, quote } from "../../base/json-bytes.ts";

/**
 * The place after the JSON value that begins at `at`, in a text that ends at `end`. The text must be valid and compact, as
 * text columns hold it; throws `InvariantError` if the value does not end within it, and checks nothing else.
 */
export function skipValue(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first === quote) return skipString(bytes, at, end);
  if (first !== openBrace && first !== openBracket) return skipWord(bytes, at, end);
  let depth = 0;
  for (let next = at; next < end; ) {
    const byte = bytes[next];
    if (byte === quote) {
      next = skipString(bytes, next, end);
      continue;
    }
    next += 1;
    if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
      if (depth === 0) return next;
    }
  }
  throw new InvariantError("a text column holds JSON that does not end");
}

/** Is the value that begins at `at` null? */
export function isNullAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === letterN;
}

function skipString(bytes: Uint8Array, at: number, end: number): number {
  for (let next = at + 1; next < end; next += bytes[next] === backslash ? 2 : 1) {
    if (bytes[next] === quote) return next + 1;
  }
  throw new InvariantError("a text column holds a string that does not end");
}

/** A number, true, false or null. */
function skipWord(bytes: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  while (next < end && bytes[next] !== comma && bytes[next] !== closeBrace && bytes[next] !== closeBracket) next += 1;
  return next;
}

const letterN = 0x6e;
