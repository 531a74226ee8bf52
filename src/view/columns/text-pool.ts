import { hashBytes } from "../../base/hash-bytes.ts";
import { firstDictionaryCode, textInBlock } from "../../decode/columns/column-layout.ts";
import { isPlainText } from "../../decode/columns/row-texts.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { GrowingCells } from "../memory/growing-cells.ts";
import type { TextSpan } from "./text-span.ts";

/** Codes have 16 bits; the first two are none. */
const maxTexts = 65_536 - firstDictionaryCode;
const firstBytes = 256;
const firstTexts = 16;

export interface TextPoolOptions {
  readonly allocator: ChunkAllocator;
  readonly account: string;
  readonly hashSeed: number;
  /** Texts at most. Default: as many as there are codes. */
  readonly limit?: number | undefined;
}

/**
 * The texts of one column that came in dictionaries, each once, under codes of its own: whatever dictionaries its batches
 * speak of, the column's cells mean one thing. Grows only; once it is full, further texts stand in blocks.
 */
export class TextPool {
  readonly #hashSeed: number;
  readonly #limit: number;
  /** Texts, one after the other. */
  readonly #bytes: GrowingCells<Uint8Array>;
  /** Text `i` ends where element `i + 1` says: twice the place, plus 1 if it is plain. */
  readonly #ends: GrowingCells<Uint32Array>;
  /** Open addressing over the texts' hashes: text + 1, or 0. Its length is a power of two, at least twice the texts. */
  readonly #places: GrowingCells<Uint32Array>;
  #size = 0;

  constructor({ allocator, account, hashSeed, limit = maxTexts }: TextPoolOptions) {
    this.#hashSeed = hashSeed;
    this.#limit = limit;
    this.#bytes = new GrowingCells(Uint8Array, firstBytes, { allocator, account });
    this.#ends = new GrowingCells(Uint32Array, firstTexts, { allocator, account });
    this.#places = new GrowingCells(Uint32Array, 2 * firstTexts, { allocator, account });
  }

  /** The text's code; `textInBlock` if there is none left for it. */
  codeOf(text: Uint8Array): number {
    const place = this.#findPlace(text);
    const known = this.#places.cells[place] as number; // places are below the length
    if (known !== 0) return firstDictionaryCode + known - 1;
    if (this.#size === this.#limit) return textInBlock;
    return firstDictionaryCode + this.#add(text, place);
  }

  /** Points the span at the text of a code that was given. */
  locate(code: number, span: TextSpan): void {
    const at = code - firstDictionaryCode;
    const end = this.#ends.cells[at + 1] as number; // codes are given to texts that are in
    span.bytes = this.#bytes.cells;
    span.start = this.#startOf(at);
    span.end = end >>> 1;
    span.isPlain = (end & 1) === 1;
  }

  #add(text: Uint8Array, place: number): number {
    const at = this.#size;
    const start = this.#startOf(at);
    this.#bytes.reserve(start + text.length);
    this.#ends.reserve(at + 2);
    this.#bytes.cells.set(text, start);
    this.#ends.cells[at + 1] = 2 * (start + text.length) + Number(isPlainText(text, 0, text.length));
    this.#places.cells[place] = at + 1;
    this.#size = at + 1;
    if (2 * this.#size >= this.#places.cells.length) this.#spread();
    return at;
  }

  /** Doubles the places. */
  #spread(): void {
    this.#places.reserve(2 * this.#places.cells.length);
    this.#places.cells.fill(0);
    for (let at = 0; at < this.#size; at += 1) {
      const text = this.#bytes.cells.subarray(this.#startOf(at), this.#startOf(at + 1));
      this.#places.cells[this.#findPlace(text)] = at + 1;
    }
  }

  /** Where the text is, or would be. */
  #findPlace(text: Uint8Array): number {
    const places = this.#places.cells;
    let place = hashBytes(text, 0, text.length, this.#hashSeed) & (places.length - 1);
    for (;;) {
      const known = places[place] as number; // below the length
      if (known === 0 || this.#isText(known - 1, text)) return place;
      place = (place + 1) & (places.length - 1);
    }
  }

  #isText(at: number, text: Uint8Array): boolean {
    const start = this.#startOf(at);
    if (this.#startOf(at + 1) - start !== text.length) return false;
    const bytes = this.#bytes.cells;
    for (let next = 0; next < text.length; next += 1) if (bytes[start + next] !== text[next]) return false;
    return true;
  }

  #startOf(at: number): number {
    return (this.#ends.cells[at] as number) >>> 1; // also of the text to come
  }
}
