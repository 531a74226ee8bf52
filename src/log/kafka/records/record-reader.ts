import type { LogRecord } from "../../log.ts";
import type { BatchHeader } from "./batch-header.ts";
import { type BatchPlace, LogCorruptError } from "./log-corrupt-error.ts";

type Headers = LogRecord["headers"];
const noHeaders: Headers = [];

/**
 * Reads the records of one batch, one after the other, as views of its (decompressed) bytes. This is the hot path of a
 * replay: plain numbers, no closures. Throws `LogCorruptError` if a record does not fit where it stands.
 */
export class RecordReader {
  readonly #bytes: Buffer;
  readonly #batch: BatchHeader;
  readonly #place: BatchPlace;
  /** Where the next record begins. */
  #at = 0;
  /** First byte that does not belong to the record being read. */
  #limit = 0;
  #left: number;
  #previousOffset: number;

  constructor(bytes: Buffer, batch: BatchHeader, place: BatchPlace) {
    this.#bytes = bytes;
    this.#batch = batch;
    this.#place = place;
    this.#left = batch.recordCount;
    this.#previousOffset = batch.baseOffset - 1;
  }

  /** The next record; undefined after the last. */
  next(): LogRecord | undefined {
    if (this.#left === 0) {
      if (this.#at !== this.#bytes.length)
        this.#fail("no bytes after the last record", `${this.#bytes.length - this.#at}`);
      return undefined;
    }
    this.#left -= 1;
    this.#limit = this.#bytes.length;
    const length = this.#varint();
    const endAt = this.#at + length;
    if (length < 0 || endAt > this.#limit) this.#fail("a whole record", `a length of ${length} bytes`);
    this.#limit = endAt;
    this.#at += 1; // attributes, of which there are none
    const timestamp = this.#batch.baseTimestamp + this.#varint();
    const offset = this.#batch.baseOffset + this.#varint();
    const key = this.#field();
    const value = this.#field();
    const headers = this.#headers();
    if (this.#at !== endAt) this.#fail(`a record of ${length} bytes`, `one that ends ${endAt - this.#at} before that`);
    if (offset <= this.#previousOffset || offset > this.#batch.lastOffset) {
      this.#fail(`an offset after ${this.#previousOffset} and up to ${this.#batch.lastOffset}`, `${offset}`);
    }
    this.#previousOffset = offset;
    return { offset, timestamp: this.#batch.appendTimestamp ?? timestamp, key, value, headers };
  }

  #headers(): Headers {
    const count = this.#varint();
    if (count === 0) return noHeaders;
    if (count < 0) this.#fail("a number of headers", `${count}`);
    const headers: Array<readonly [string, Uint8Array | null]> = [];
    for (let index = 0; index < count; index += 1) {
      const name = this.#field();
      if (name === null) return this.#fail("a header with a name", "null");
      headers.push([name.toString("utf8"), this.#field()]);
    }
    return headers;
  }

  #field(): Buffer | null {
    const length = this.#varint();
    if (length < 0) return null;
    const from = this.#at;
    const end = from + length;
    if (end > this.#limit) this.#fail(`${length} bytes`, `that the record ends after ${this.#limit - from}`);
    this.#at = end;
    return this.#bytes.subarray(from, end);
  }

  /** A zig-zag number of up to 64 bits. Exact up to 2^52, beyond every length, delta and time; rounded above. */
  #varint(): number {
    const first = this.#byte();
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let zigzag = first & 0x7f;
    let factor = 0x80;
    for (let count = 2; count <= 10; count += 1) {
      const byte = this.#byte();
      zigzag += (byte & 0x7f) * factor;
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      factor *= 0x80;
    }
    return this.#fail("a number of at most 10 bytes", "a longer one");
  }

  #byte(): number {
    const at = this.#at;
    const byte = at < this.#limit ? this.#bytes[at] : undefined;
    if (byte === undefined) return this.#fail("a whole record", "that it ends early");
    this.#at = at + 1;
    return byte;
  }

  #fail(expected: string, found: string): never {
    throw new LogCorruptError({ ...this.#place, expected, found });
  }
}
