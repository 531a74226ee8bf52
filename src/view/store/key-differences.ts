import type { TextSpan } from "../columns/text-span.ts";

/** Keys of a page. */
const pageKeys = 1_024;
const firstBytes = 16_384;

/** The bytes of a page's keys, one after the other; where each ends; whether each existed. */
interface Page {
  readonly bytes: Buffer;
  readonly ends: Uint32Array;
  readonly existed: Uint8Array;
}

/** Keys in which two stores differ, in the order in which they were added: some 5 bytes for each beside its own, and no object. */
export class KeyDifferences {
  readonly #full: Page[] = [];
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  readonly #ends = new Uint32Array(pageKeys);
  readonly #existed = new Uint8Array(pageKeys);
  #keys = 0;

  get size(): number {
    return this.#full.length * pageKeys + this.#keys;
  }

  /** Adds a key, copied from its UTF-8, and whether the first of the two stores has it. */
  add({ bytes, start, end }: TextSpan, existedBefore: boolean): void {
    const from = this.#keys === 0 ? 0 : (this.#ends[this.#keys - 1] as number); // a key of the page
    const to = from + end - start;
    if (to > this.#bytes.length) this.#grow(to);
    for (let at = start; at < end; at += 1) this.#bytes[from + at - start] = bytes[at] as number; // of the span
    this.#ends[this.#keys] = to;
    this.#existed[this.#keys] = existedBefore ? 1 : 0;
    this.#keys += 1;
    if (this.#keys < pageKeys) return;
    this.#full.push({
      bytes: Buffer.from(this.#bytes.subarray(0, to)),
      ends: this.#ends.slice(),
      existed: this.#existed.slice(),
    });
    this.#keys = 0;
  }

  /** One of them, below `size`. */
  at(place: number): { readonly key: string; readonly existedBefore: boolean } {
    const page = Math.floor(place / pageKeys);
    // Not by what stands beyond the end: V8 gives up code that has read there for the first time, with all that calls it.
    const { bytes, ends, existed } = page < this.#full.length ? (this.#full[page] as Page) : this.#last; // just counted
    const inPage = place % pageKeys;
    const from = inPage === 0 ? 0 : ends[inPage - 1];
    return { key: bytes.toString("utf8", from, ends[inPage]), existedBefore: existed[inPage] === 1 };
  }

  get #last(): Page {
    return { bytes: this.#bytes, ends: this.#ends, existed: this.#existed };
  }

  #grow(bytes: number): void {
    const grown = Buffer.allocUnsafeSlow(2 * bytes);
    this.#bytes.copy(grown);
    this.#bytes = grown;
  }
}
