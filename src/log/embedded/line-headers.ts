import { closeBrace, closeBracket, comma, openBrace, openBracket } from "../../base/json-bytes.ts";
import { skipSpace, skipString, skipValue } from "./json-scanner.ts";
import { stringBytes } from "./json-string.ts";

export type Headers = ReadonlyArray<readonly [name: string, value: Uint8Array | null]>;

/**
 * A record's headers from their JSON, which must be well-formed: an object of names and values (a value may also be a
 * list: the name repeats; so may the member itself), or kcat's flat array of name, value, name, value. Values are
 * strings or null. Undefined if it is anything else.
 */
export function readHeaders(bytes: Buffer, from: number): Headers | undefined {
  if (bytes[from] === openBrace) return readHeaderObject(bytes, from);
  if (bytes[from] === openBracket) return readHeaderPairs(bytes, from);
  return undefined;
}

function readHeaderObject(bytes: Buffer, from: number): Headers | undefined {
  const headers: Array<readonly [string, Uint8Array | null]> = [];
  let at = skipSpace(bytes, from + 1);
  while (bytes[at] !== closeBrace) {
    const nameEnd = skipString(bytes, at);
    const name = textOf(bytes, at, nameEnd);
    at = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const values = bytes[at] === openBracket ? readValues(bytes, at) : [readValue(bytes, at)];
    for (const value of values) {
      if (value === undefined) return undefined;
      headers.push([name, value]);
    }
    at = skipComma(bytes, skipValue(bytes, at));
  }
  return headers;
}

function readHeaderPairs(bytes: Buffer, from: number): Headers | undefined {
  const headers: Array<readonly [string, Uint8Array | null]> = [];
  const items = readValues(bytes, from);
  if (items.length % 2 !== 0) return undefined;
  for (let at = 0; at < items.length; at += 2) {
    const name = items[at];
    const value = items[at + 1];
    if (name === undefined || name === null || value === undefined) return undefined;
    headers.push([Buffer.from(name).toString("utf8"), value]);
  }
  return headers;
}

/** The items of an array; undefined for each that is neither a string nor null. */
function readValues(bytes: Buffer, from: number): ReadonlyArray<Uint8Array | null | undefined> {
  const values: Array<Uint8Array | null | undefined> = [];
  let at = skipSpace(bytes, from + 1);
  while (bytes[at] !== closeBracket) {
    values.push(readValue(bytes, at));
    at = skipComma(bytes, skipValue(bytes, at));
  }
  return values;
}

function readValue(bytes: Buffer, from: number): Uint8Array | null | undefined {
  if (bytes[from] === 0x6e) return null;
  return bytes[from] === 0x22 ? stringBytes(bytes, from + 1, skipString(bytes, from) - 1) : undefined;
}

function textOf(bytes: Buffer, from: number, to: number): string {
  return stringBytes(bytes, from + 1, to - 1).toString("utf8");
}

function skipComma(bytes: Buffer, from: number): number {
  const at = skipSpace(bytes, from);
  return bytes[at] === comma ? skipSpace(bytes, at + 1) : at;
}
