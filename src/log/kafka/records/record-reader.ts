import { BufferedRecord, type RecordBuffer } from "../../buffered-record.ts";
import type { LogRecord } from "../../log.ts";
import type { BatchHeader } from "./batch-header.ts";
import { type BatchPlace, LogCorruptError } from "./log-corrupt-error.ts";

/** The records of one batch: where they stand, and whose they are. */
export interface BatchRecords {
  readonly buffer: RecordBuffer;
  readonly from: number;
  readonly end: number;
  readonly batch: BatchHeader;
  readonly place: BatchPlace;
}

/**
 * Reads the records of one batch, one after the other, as places in its (decompressed) bytes. This is the hot path of a
 * replay: plain numbers, no closures. A number may be read beyond its record's end, never beyond the bytes: every record
 * is checked to end where its length says. Throws `LogCorruptError` if one does not fit where it stands.
 */
export class RecordReader {
  readonly #buffer: RecordBuffer;
  readonly #bytes: Buffer;
  readonly #batch: BatchHeader;
  readonly #place: BatchPlace;
  /** First byte that does not belong to the batch. */
  readonly #endAt: number;
  /** Where the next record begins. */
  #at: number;
  #left: number;
  #previousOffset: number;

  constructor({ buffer, from, end, batch, place }: BatchRecords) {
    this.#buffer = buffer;
    this.#bytes = buffer.bytes;
    this.#batch = batch;
    this.#place = place;
    this.#at = from;
    this.#endAt = end;
    this.#left = batch.recordCount;
    this.#previousOffset = batch.baseOffset - 1;
  }

  /** The next record; undefined after the last. */
  next(): BufferedRecord | undefined {
    if (this.#left === 0) {
      if (this.#at !== this.#endAt) this.#fail("no bytes after the last record", `${this.#endAt - this.#at}`);
      return undefined;
    }
    this.#left -= 1;
    const length = this.#varint();
    const endAt = this.#at + length;
    if (length < 0 || endAt > this.#endAt) this.#fail("a whole record", `a length of ${length} bytes`);
    this.#at += 1; // attributes, of which there are none
    const { baseTimestamp, appendTimestamp, baseOffset, lastOffset } = this.#batch;
    const record = new BufferedRecord(this.#buffer);
    const timestamp = baseTimestamp + this.#varint();
    record.timestamp = appendTimestamp ?? timestamp;
    record.offset = baseOffset + this.#varint();
    const keyBytes = this.#varint();
    record.keyAt = this.#at;
    record.keyEnd = this.#skip(keyBytes, endAt);
    const valueBytes = this.#varint();
    record.valueAt = this.#at;
    record.valueEnd = this.#skip(valueBytes, endAt);
    const headers = this.#varint();
    if (headers !== 0) record.headers = this.#headers(headers, endAt);
    if (this.#at !== endAt) this.#fail(`a record of ${length} bytes`, `one that ends ${endAt - this.#at} before that`);
    if (record.offset <= this.#previousOffset || record.offset > lastOffset) {
      this.#fail(`an offset after ${this.#previousOffset} and up to ${lastOffset}`, `${record.offset}`);
    }
    this.#previousOffset = record.offset;
    return record;
  }

  #headers(count: number, limit: number): LogRecord["headers"] {
    if (count < 0) this.#fail("a number of headers", `${count}`);
    const headers: Array<readonly [string, Uint8Array | null]> = [];
    for (let index = 0; index < count; index += 1) {
      const name = this.#field(limit);
      if (name === null) return this.#fail("a header with a name", "null");
      headers.push([name.toString("utf8"), this.#field(limit)]);
    }
    return headers;
  }

  #field(limit: number): Buffer | null {
    const length = this.#varint();
    const from = this.#at;
    const end = this.#skip(length, limit);
    return end < from ? null : this.#bytes.subarray(from, end);
  }

  /** Passes so many bytes and says where they end; passes none if the length is negative, which stands for null: -1. */
  #skip(length: number, limit: number): number {
    if (length < 0) return -1;
    const end = this.#at + length;
    if (end > limit) this.#fail(`${length} bytes`, `that the record ends after ${limit - this.#at}`);
    this.#at = end;
    return end;
  }

  /** A zig-zag number of up to 64 bits. Exact up to 2^52, beyond every length, delta and time; rounded above. */
  #varint(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    const first = bytes[at] as number; // beyond the bytes it is undefined, which is below nothing
    if (first < 0x80) {
      this.#at = at + 1;
      return (first >>> 1) ^ -(first & 1);
    }
    const second = bytes[at + 1] as number; // as above
    if (second < 0x80) {
      this.#at = at + 2;
      const zigzag = (first & 0x7f) | (second << 7);
      return (zigzag >>> 1) ^ -(zigzag & 1);
    }
    return this.#longVarint();
  }

  #longVarint(): number {
    let zigzag = 0;
    let factor = 1;
    for (let count = 1; count <= 10; count += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return this.#fail("a whole record", "that it ends early");
      this.#at += 1;
      zigzag += (byte & 0x7f) * factor;
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      factor *= 0x80;
    }
    return this.#fail("a number of at most 10 bytes", "a longer one");
  }

  #fail(expected: string, found: string): never {
    throw new LogCorruptError({ ...this.#place, expected, found });
  }
}
