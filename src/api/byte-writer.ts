/** Grows as it is written to; numbers as LEB128 varints, texts as length and UTF-8. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  /** `value` is an integer from 0 to 2^53 - 1; above 2^31 bit operations would lose digits, so it divides. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes.push(rest);
  }

  uint32(value: number): void {
    this.#bytes.push((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
  }

  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
  }

  text(text: string): void {
    this.bytes(Buffer.from(text, "utf8"));
  }

  /** A copy of what has been written. */
  toBuffer(): Buffer {
    return Buffer.from(this.#bytes);
  }
}
