import { backslash, minus, point, quote, zero } from "../../base/json-bytes.ts";
import type { TextSpan } from "../../view/columns/text-span.ts";
import { dateTimeBytes, writeDateTime, writeInteger } from "./digits.ts";
import type { FixedText } from "./fixed-text.ts";

const initialBytes = 16 * 1024;
/** A buffer that grew beyond it is given up after use, so that one great response does not cost memory for ever. */
const keptBytes = 1024 * 1024;
/** Shorter runs are copied byte by byte: a call of `set` costs more than that. */
const shortCopyBytes = 48;
/** Digits, sign, point and exponent of any number. */
const maxNumberBytes = 32;

/**
 * A growing buffer that JSON is written to, piece by piece; the pieces are put together by the caller. Every text and
 * number stands there just as `JSON.stringify` would print it. Values
 * are not checked.
 */
export class ByteSink {
  #bytes: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  /** The same memory. */
  #words = viewOf(this.#bytes);
  #at = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** Begins anew. What `view` gave before is written over. */
  clear(): void {
    this.#at = 0;
    if (this.#bytes.length > keptBytes) this.#use(Buffer.allocUnsafeSlow(initialBytes));
  }

  /** What was written, without a copy: holds until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** One byte. */
  putByte(byte: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  /** A piece as it is. */
  putFixed({ words, length }: FixedText): void {
    this.#reserve(4 * words.length);
    const view = this.#words;
    const at = this.#at;
    for (let place = 0; place < words.length; place += 1) view.setUint32(at + 4 * place, words[place] as number, true); // below the length
    this.#at = at + length;
  }

  /** `bytes[start..end)` as they are. */
  putRange(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.#reserve(length);
    const own = this.#bytes;
    const at = this.#at;
    if (length < shortCopyBytes) {
      for (let place = 0; place < length; place += 1) own[at + place] = bytes[start + place] as number; // below `end`
    } else own.set(bytes.subarray(start, end), at);
    this.#at = at + length;
  }

  /** A text of JSON that is no more than Latin-1. */
  putLatin1(text: string): void {
    const { length } = text;
    this.#reserve(length);
    if (length < shortCopyBytes) {
      const bytes = this.#bytes;
      const at = this.#at;
      for (let place = 0; place < length; place += 1) bytes[at + place] = text.charCodeAt(place);
    } else this.#bytes.write(text, this.#at, "latin1");
    this.#at += length;
  }

  /** A text, in UTF-8. */
  putUtf8(text: string): void {
    this.#reserve(3 * text.length);
    this.#at += this.#bytes.write(text, this.#at, "utf8");
  }

  /** A string in quotes. */
  putText({ bytes, start, end, isPlain }: TextSpan): void {
    if (!isPlain) {
      this.#putEscaped(bytes, start, end);
      return;
    }
    const length = end - start;
    this.#reserve(length + 2);
    const own = this.#bytes;
    let at = this.#at;
    own[at] = quote;
    at += 1;
    if (length < shortCopyBytes) {
      for (let place = start; place < end; place += 1, at += 1) own[at] = bytes[place] as number; // below `end`
    } else {
      own.set(bytes.subarray(start, end), at);
      at += length;
    }
    own[at] = quote;
    this.#at = at + 1;
  }

  /** A string in quotes. */
  putString(text: string): void {
    const { length } = text;
    this.#reserve(length + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at] = quote;
    at += 1;
    for (let place = 0; place < length; place += 1, at += 1) {
      const unit = text.charCodeAt(place);
      if (unit < 0x20 || unit > 0x7e || unit === quote || unit === backslash) {
        this.putUtf8(JSON.stringify(text));
        return;
      }
      bytes[at] = unit;
    }
    bytes[at] = quote;
    this.#at = at + 1;
  }

  /** A finite number. */
  putNumber(value: number): void {
    if ((value | 0) === value) {
      this.#reserve(maxNumberBytes);
      this.#at = writeInteger(this.#bytes, this.#at, value | 0);
      return;
    }
    const hundredths = Math.round(value * 100);
    // A decimal of at most 15 digits is the only one for its double, so this is what `String` finds too.
    if (hundredths / 100 === value && (hundredths | 0) === hundredths) this.#putHundredths(hundredths);
    else this.putLatin1(String(value));
  }

  /** Milliseconds since the Unix epoch, of the years 0000 to 9999, as ISO 8601 in UTC with milliseconds, in quotes. */
  putDateTime(ms: number): void {
    this.#reserve(dateTimeBytes);
    writeDateTime(this.#bytes, this.#at, ms);
    this.#at += dateTimeBytes;
  }

  #putEscaped(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(6 * (end - start) + 2);
    const own = this.#bytes;
    let at = this.#at;
    own[at] = quote;
    at += 1;
    for (let place = start; place < end; place += 1) {
      const byte = bytes[place] as number; // below `end`
      if (byte >= 0x20 && byte !== quote && byte !== backslash) {
        own[at] = byte;
        at += 1;
      } else at = writeEscape(own, at, byte);
    }
    own[at] = quote;
    this.#at = at + 1;
  }

  /** Neither of them whole nor zero. */
  #putHundredths(hundredths: number): void {
    this.#reserve(maxNumberBytes);
    const bytes = this.#bytes;
    let at = this.#at;
    if (hundredths < 0) {
      bytes[at] = minus;
      at += 1;
    }
    const size = Math.abs(hundredths);
    const whole = Math.floor(size / 100);
    const rest = size - 100 * whole;
    at = writeInteger(bytes, at, whole);
    bytes[at] = point;
    const tens = Math.floor(rest / 10);
    bytes[at + 1] = zero + tens;
    at += 2;
    if (rest !== 10 * tens) {
      bytes[at] = zero + rest - 10 * tens;
      at += 1;
    }
    this.#at = at;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) this.#grow(bytes);
  }

  #grow(bytes: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#at + bytes));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#use(grown);
  }

  #use(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#words = viewOf(bytes);
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Writes the escape of a control character, quote or backslash as `JSON.stringify` does; says where it ends. */
function writeEscape(bytes: Buffer, at: number, byte: number): number {
  bytes[at] = backslash;
  const letter = letters[byte] as number; // control characters, quote and backslash are within the table
  if (letter !== 0) {
    bytes[at + 1] = letter;
    return at + 2;
  }
  bytes[at + 1] = 0x75; // u
  bytes[at + 2] = zero;
  bytes[at + 3] = zero;
  bytes[at + 4] = zero + (byte >> 4);
  const low = byte & 0xf;
  bytes[at + 5] = low < 10 ? zero + low : 0x57 + low; // a–f
  return at + 6;
}

/** Byte → letter of its short escape; 0: it has none. */
const letters = new Uint8Array(backslash + 1);
for (const [byte, letter] of [
  [quote, '"'],
  [backslash, "\\"],
  [0x08, "b"],
  [0x09, "t"],
  [0x0a, "n"],
  [0x0c, "f"],
  [0x0d, "r"],
] as const) {
  letters[byte] = letter.charCodeAt(0);
}
