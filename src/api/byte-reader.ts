const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads what `ByteWriter` wrote. Every method throws `RangeError` or `TypeError` if the bytes do not hold what is asked for. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get remaining(): number {
    return this.#buffer.length - this.#at;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#take(1)[0] ?? 0;
      value += (byte & 0x7f) * factor;
      if (!Number.isSafeInteger(value)) throw new RangeError("varint beyond 2^53");
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }

  uint32(): number {
    return this.#take(4).readUInt32BE();
  }

  bytes(): Buffer {
    return this.#take(this.varint());
  }

  text(): string {
    return utf8.decode(this.bytes());
  }

  #take(length: number): Buffer {
    if (length > this.remaining) throw new RangeError(`${length} bytes beyond the end`);
    const taken = this.#buffer.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}
