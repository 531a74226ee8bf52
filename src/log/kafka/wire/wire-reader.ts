import { LogProtocolError } from "../kafka-log-errors.ts";

/**
 * Reads the primitive types of Kafka's protocol, one after the other (kafka.apache.org/protocol, "Protocol Primitive
 * Types"). Bytes are views, not copies. Throws `LogProtocolError` where the bytes end too early.
 */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #where: string;
  #at = 0;

  /** `where`: the name of the request that these bytes answer, for errors. */
  constructor(bytes: Buffer, where: string) {
    this.#bytes = bytes;
    this.#where = where;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#take(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  /** An id that may use all 64 bits. */
  bigInt64(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  /** Offsets and timestamps: none that exists is beyond 2^53. */
  int64(): number {
    const value = this.#bytes.readBigInt64BE(this.#take(8));
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new LogProtocolError({ expected: "an integer below 2^53", found: String(value), where: this.#where });
  }

  unsignedVarint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 8; count += 1) {
      const byte = this.#bytes[this.#take(1)] ?? 0; // taken, so it is there
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new LogProtocolError({ expected: "a varint of at most 8 bytes", found: "a longer one", where: this.#where });
  }

  raw(length: number): Buffer {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.raw(length).toString("utf8");
  }

  compactString(): string | null {
    const length = this.unsignedVarint() - 1;
    return length < 0 ? null : this.raw(length).toString("utf8");
  }

  /** A null array counts as an empty one. */
  array<T>(read: () => T): T[] {
    return this.#items(this.int32(), read);
  }

  compactArray<T>(read: () => T): T[] {
    return this.#items(this.unsignedVarint() - 1, read);
  }

  /** Skips tagged fields. */
  tags(): void {
    for (let count = this.unsignedVarint(); count > 0; count -= 1) {
      this.unsignedVarint();
      this.#take(this.unsignedVarint());
    }
  }

  #items<T>(count: number, read: () => T): T[] {
    const items: T[] = [];
    for (let at = 0; at < count; at += 1) items.push(read());
    return items;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#bytes.length) {
      throw new LogProtocolError({
        expected: `${length} more bytes at ${at}`,
        found: `an end at ${this.#bytes.length}`,
        where: this.#where,
      });
    }
    this.#at = at + length;
    return at;
  }
}
