import { maxVarintBytes, putVarint } from "../../decode/columns/block-bytes.ts";
import type { KeyBlock } from "./key-table.ts";

const firstBytes = 256;

/** A key that is looked for, in the form in which blocks begin with theirs. Used again for each key. */
export class KeyProbe {
  #blocks = makeBlocks(firstBytes);
  keyStart = 0;
  keyEnd = 0;

  /** The block, at word 0. */
  get blocks(): KeyBlock {
    return this.#blocks;
  }

  /** Writes the key. False if no row can have it: a lone surrogate has no UTF-8. */
  aim(key: string): boolean {
    if (key.length <= maxShortKey && this.#aimAtAscii(key)) return true;
    if (!key.isWellFormed()) return false;
    this.#open(Buffer.byteLength(key)).write(key, this.keyStart);
    return true;
  }

  /** Writes a key that stands in `source[start..end)`, in UTF-8. */
  aimAt(source: Uint8Array, start: number, end: number): void {
    const bytes = this.#open(end - start);
    const to = this.keyStart - start;
    for (let at = start; at < end; at += 1) bytes[to + at] = source[at] as number; // below the end
  }

  /** Makes room for a key of so many bytes. */
  #open(length: number): Buffer {
    if (4 + maxVarintBytes + length > this.#blocks.bytes.length) this.#blocks = makeBlocks(8 + 2 * length);
    const { bytes } = this.#blocks;
    this.keyStart = putVarint(bytes, 4, length);
    this.keyEnd = this.keyStart + length;
    return bytes;
  }

  /** The usual key, for which three calls out of the language would take longer than all else. */
  #aimAtAscii(key: string): boolean {
    const { bytes } = this.#blocks;
    const { length } = key;
    for (let at = 0; at < length; at += 1) {
      const unit = key.charCodeAt(at);
      if (unit > 0x7f) return false;
      bytes[shortKeyStart + at] = unit;
    }
    bytes[shortKeyStart - 1] = length;
    this.keyStart = shortKeyStart;
    this.keyEnd = shortKeyStart + length;
    return true;
  }
}

/** Characters whose number a varint of one byte holds, and for which there is room from the start. */
const maxShortKey = 64;
const shortKeyStart = 5;

function makeBlocks(bytes: number): { readonly words: Uint32Array; readonly bytes: Buffer } {
  const buffer = new ArrayBuffer((bytes + 3) & ~3);
  return { words: new Uint32Array(buffer), bytes: Buffer.from(buffer) };
}
