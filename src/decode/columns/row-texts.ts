import { makeRecordBuffer, type RecordBuffer } from "../../log/buffered-record.ts";

/** `RowTexts.heads` of a text that is null. */
export const noText = 0;
/** That of an empty text. */
const emptyPlain = 2;

/** What looks at several bytes at once, and scanners of fixed forms, look at places this far on at most. */
export const lookAheadBytes = 64;

/**
 * The texts of one row on their way into its block: spans of `bytes`, where the record's value stands (`load`, `borrow`),
 * or whatever text had to be made. Used again for each row, so that a row makes no objects.
 */
export class RowTexts {
  /** Where texts begin, by `Column.slot` of text columns; below 0 the code, each bit the other way, of a text that is in the column's dictionary. */
  readonly starts: Int32Array;
  /**
   * Their lengths and whether JSON prints them as they are (no quote, backslash or control character), as blocks have it:
   * `((byteLength << 1) | isPlain) + 1`, or `noText`.
   */
  readonly heads: Uint32Array;
  #own: RecordBuffer = makeRecordBuffer(Buffer.alloc(4_096));
  /** Replaced when it grows; what it held keeps its place. */
  bytes: Buffer = this.#own.bytes;
  /** The same bytes, to look at several at once: there are always some after the last one in use. */
  view: DataView = this.#own.view;
  /** Where the value stands in bytes that are somebody else's; the end is -1 if they are not. */
  #borrowedAt = 0;
  #borrowedEnd = -1;
  /** Where the bytes in use end. */
  end = 0;
  /** The key text, of `bytes`. What follows it up to the end is the record key, where the layout has one. */
  keyStart = 0;
  keyEnd = 0;

  constructor(textColumns: number) {
    this.starts = new Int32Array(textColumns);
    this.heads = new Uint32Array(textColumns);
  }

  /** True while `bytes` are somebody else's: nothing can be put there. */
  get isBorrowed(): boolean {
    return this.#borrowedEnd >= 0;
  }

  /** No text of the row is longer. */
  get maxTextBytes(): number {
    return this.isBorrowed ? this.#borrowedEnd - this.#borrowedAt : this.end;
  }

  /** Begins a row without a value. */
  clear(): void {
    this.#useOwn();
    this.end = 0;
  }

  /**
   * Begins a row whose value stays where it stands, from `start` to `end` of bytes that are somebody else's. A zero must
   * follow it, and `lookAheadBytes` be there. Not for rows of which a text has to be made before all are found.
   */
  borrow({ bytes, view }: RecordBuffer, start: number, end: number): void {
    this.bytes = bytes;
    this.view = view;
    this.#borrowedAt = start;
    this.#borrowedEnd = end;
  }

  /**
   * Begins a row with a copy of its value, at place 0, with a zero after it. So whoever scans it needs no bounds: a zero
   * byte ends whatever JSON has, and what may be looked at beyond it is there.
   */
  load(value: Uint8Array): void {
    this.clear();
    this.makeRoom(value.length);
    this.bytes.set(value);
    this.bytes[value.length] = 0;
    this.end = value.length + 1;
  }

  putNull(slot: number): void {
    this.heads[slot] = noText;
  }

  /** Gives the column a span of `bytes` that JSON prints as it is. */
  putPlain(slot: number, start: number, end: number): void {
    this.starts[slot] = start;
    this.heads[slot] = ((end - start) << 1) + 2;
  }

  /** Gives the column a text that its dictionary has under this code. */
  putCode(slot: number, code: number): void {
    this.starts[slot] = ~code;
    this.heads[slot] = emptyPlain;
  }

  /** Gives the column a span of `bytes`. */
  putSpan(slot: number, start: number, end: number): void {
    this.starts[slot] = start;
    this.heads[slot] = ((end - start) << 1) + (isPlainText(this.bytes, start, end) ? 2 : 1);
  }

  /** Puts a text to the end, and its span to the column. It must be well-formed. */
  putText(slot: number, text: string): void {
    const start = this.#encode(text);
    this.putSpan(slot, start, this.end);
  }

  /** The text that stands from `start` to `end`, which is UTF-8. */
  textAt(start: number, end: number): string {
    return this.bytes.toString("utf8", start, end);
  }

  /** Puts a copy of these bytes to the end, with a zero after it as `load` does. True if all of them are ASCII. */
  append(bytes: Uint8Array): boolean {
    const { length } = bytes;
    this.makeRoom(length);
    const own = this.bytes;
    const start = this.end;
    let all = 0;
    for (let at = 0; at < length; at += 1) {
      const byte = bytes[at] as number; // below the length
      own[start + at] = byte;
      all |= byte;
    }
    own[start + length] = 0;
    this.end = start + length;
    return all < 0x80;
  }

  /** Puts key text and record key to the end: the last that a row gets. */
  putKey(key: string, recordKey: string | undefined): void {
    const start = this.#encode(key);
    this.setKey(start, this.end);
    if (recordKey !== undefined) this.#encode(recordKey);
  }

  /** Makes a span of `bytes` the key text, and ends the bytes in use there: the last that a row gets. */
  setKey(start: number, end: number): void {
    this.keyStart = start;
    this.keyEnd = end;
    this.end = end;
  }

  /** Copies a value that was borrowed, with its spans, so that more can be put to the end. */
  own(): void {
    const start = this.#borrowedAt;
    this.load(this.bytes.subarray(start, this.#borrowedEnd));
    const { starts } = this;
    for (let slot = 0; slot < starts.length; slot += 1) {
      const textStart = starts[slot] as number; // below
      if (textStart >= 0) starts[slot] = textStart - start;
    }
  }

  /** Makes room for more bytes after the end, and for what is looked at after them. */
  makeRoom(bytes: number): void {
    const needed = this.end + bytes + lookAheadBytes;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.alloc(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes);
    this.#own = makeRecordBuffer(grown);
    this.#useOwn();
  }

  /** Puts a text to the end, in UTF-8, and says where it begins. */
  #encode(text: string): number {
    const start = this.end;
    this.makeRoom(3 * text.length);
    this.end = start + this.bytes.write(text, start, "utf8");
    return start;
  }

  #useOwn(): void {
    this.bytes = this.#own.bytes;
    this.view = this.#own.view;
    this.#borrowedEnd = -1;
  }
}

/** Byte length of a text, out of its head. */
export function lengthOf(head: number): number {
  return head === noText ? 0 : (head - 1) >>> 1;
}

/** True if JSON prints the text of this head, which is not `noText`, as it is. */
export function isPlain(head: number): boolean {
  return (head & 1) === 0;
}

/** True if JSON prints the text as it is. */
export function isPlainText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number; // below `end`
    if (byte < 0x20 || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}
