import { hashBytes } from "../../base/hash-bytes.ts";
import type { DictionaryEntry } from "../row-batch.ts";
import { firstDictionaryCode, textInBlock } from "./column-layout.ts";

/** What a dictionary admits, and when it stops. */
export const dictionaryLimits = {
  /** Longer texts stand in their row's block. */
  textBytes: 64,
  /** Entries of one column. */
  entries: 4_096,
  /** After every so many texts a column is judged. */
  judgedTexts: 1_024,
  /** A column of whose judged texts fewer were known before is mostly distinct: its dictionary is closed for good. */
  knownTexts: 64,
} as const;

const tableSlots = 2 * dictionaryLimits.entries;

/**
 * The texts of one column that come again and again, as codes. Works on bytes: the way of a known text makes no object.
 * Grows only; entries stay valid when it is full or closed, and a text may have an entry and yet stand in blocks.
 */
export class TextDictionary {
  readonly #column: number;
  readonly #seed: number;
  /** Open addressing over the texts' hashes: entry + 1, or 0. */
  readonly #slots = new Uint16Array(tableSlots);
  readonly #hashes = new Uint32Array(dictionaryLimits.entries);
  /** Entry `i` has the bytes from `#ends[i]` up to `#ends[i + 1]`. */
  readonly #ends = new Uint32Array(dictionaryLimits.entries + 1);
  #bytes = new Uint8Array(1_024);
  #entries = 0;
  #seenTexts = 0;
  #knownTexts = 0;
  #isClosed = false;

  /** `column` is `Column.index`, for the entries that it reports. */
  constructor(column: number, seed: number) {
    this.#column = column;
    this.#seed = seed;
  }

  /**
   * The cell of the text `bytes[start..end)`: its code, or `textInBlock` if it is not to be in the dictionary. A text
   * that is admitted by this call is put into `newTexts`, as a copy.
   */
  cellOf(bytes: Uint8Array, start: number, end: number, newTexts: DictionaryEntry[]): number {
    if (this.#isClosed || end - start > dictionaryLimits.textBytes) return textInBlock;
    if (this.#seenTexts === dictionaryLimits.judgedTexts && !this.#isWorthIt()) return textInBlock;
    this.#seenTexts += 1;
    const hash = hashBytes(bytes, start, end, this.#seed);
    let slot = hash % tableSlots;
    for (;;) {
      const entry = (this.#slots[slot] as number) - 1; // `slot` is below the table's length
      if (entry === -1) return this.#admit(bytes, start, end, { hash, slot, newTexts });
      if (this.#hashes[entry] === hash && this.#isEntry(entry, bytes, start, end)) {
        this.#knownTexts += 1;
        return firstDictionaryCode + entry;
      }
      slot = (slot + 1) % tableSlots;
    }
  }

  /** Judges the last texts and begins to count anew. */
  #isWorthIt(): boolean {
    this.#isClosed = this.#knownTexts < dictionaryLimits.knownTexts;
    this.#seenTexts = 0;
    this.#knownTexts = 0;
    return !this.#isClosed;
  }

  #isEntry(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#ends[entry] as number; // below `#entries`, as every entry of `#slots`
    if ((this.#ends[entry + 1] as number) - from !== end - start) return false;
    const own = this.#bytes;
    for (let at = start; at < end; at += 1) {
      if (own[from + at - start] !== bytes[at]) return false;
    }
    return true;
  }

  #admit(bytes: Uint8Array, start: number, end: number, { hash, slot, newTexts }: Admission): number {
    const entry = this.#entries;
    if (entry === dictionaryLimits.entries) return textInBlock;
    const from = this.#ends[entry] as number; // below its length, by the line above
    const text = bytes.slice(start, end);
    this.#makeRoom(from + text.length);
    this.#bytes.set(text, from);
    this.#ends[entry + 1] = from + text.length;
    this.#hashes[entry] = hash;
    this.#slots[slot] = entry + 1;
    this.#entries = entry + 1;
    const code = firstDictionaryCode + entry;
    newTexts.push({ column: this.#column, code, text });
    return code;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(bytes, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

interface Admission {
  readonly hash: number;
  /** The empty slot where its search ended. */
  readonly slot: number;
  readonly newTexts: DictionaryEntry[];
}
