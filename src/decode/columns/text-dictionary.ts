import type { DictionaryEntry } from "../row-batch.ts";
import { firstDictionaryCode, textInBlock } from "./column-layout.ts";
import { TextGuesses } from "./text-guesses.ts";

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
  /**
   * Slots that one search looks at. In a table half full of texts that nobody chose hardly one looks at more; texts that
   * were chosen to collide stand in blocks beyond that.
   */
  probes: 64,
} as const;

// Constants of this module cost nothing where they are used; fields of an object are looked up.
const maxTextBytes: number = dictionaryLimits.textBytes;
const { judgedTexts, probes: maxProbes } = dictionaryLimits;
const inBlock: number = textInBlock;
const firstCode: number = firstDictionaryCode;
const leastSlots = 64;

/**
 * The texts of one column that come again and again, as codes. Works on words of bytes: the way of a known text makes no
 * object. Grows only; entries stay valid when it is full or closed, and a text may have an entry and yet stand in blocks.
 */
export class TextDictionary {
  readonly #column: number;
  readonly #seed: number;
  /**
   * Open addressing, at most half full: the upper half of the text's hash, and its entry + 1; or 0. Grows with the
   * entries, as the tables of all columns together should stay in the nearest cache.
   */
  #slots = new Uint32Array(leastSlots);
  /** By entry: hash, byte length, and where its bytes begin in `#words`. */
  #hashes = new Uint32Array(leastSlots / 2);
  #lengths = new Uint8Array(leastSlots / 2);
  #starts = new Uint32Array(leastSlots / 2);
  /** The texts' bytes, each text filled up with zeros to whole words. */
  #words = new Int32Array(256);
  #endWord = 0;
  #entries = 0;
  readonly #guesses = new TextGuesses();
  /** Nothing is noted for columns whose texts nobody guesses. */
  #isGuessMissed = false;
  #seenTexts = 0;
  #unknownTexts = 0;
  #isClosed = false;

  /** `column` is `Column.index`, for the entries that it reports. */
  constructor(column: number, seed: number) {
    this.#column = column;
    this.#seed = seed;
  }

  /**
   * The cell of the text from `start` to `end`: its code, or `textInBlock` if it is not to be in the dictionary. A text
   * that is admitted by this call is put into `newTexts`, as a copy. Three bytes after the text must be there to look at.
   */
  cellOf(view: DataView, start: number, end: number, newTexts: DictionaryEntry[]): number {
    const length = end - start;
    if (this.#isClosed || length > maxTextBytes) return inBlock;
    if (this.#seenTexts === judgedTexts && !this.#isWorthIt()) return inBlock;
    this.#seenTexts += 1;
    const hash = hashText(view, start, end, this.#seed ^ length);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let probes = 0; probes < maxProbes; probes += 1) {
      const found = slots[slot] as number; // `slot` is below the table's length
      if (found === 0) {
        this.#unknownTexts += 1;
        return this.#admit(view, start, end, { hash, newTexts });
      }
      if (found >>> 16 === hash >>> 16 && this.#isEntry((found & 0xffff) - 1, view, start, end)) {
        return firstCode + (found & 0xffff) - 1;
      }
      slot = (slot + 1) & mask;
    }
    this.#unknownTexts += 1;
    return inBlock;
  }

  /** Counts a text that `guess` has found, as `cellOf` counts the others, once its row is written. */
  countGuessed(): void {
    this.#seenTexts += 1;
  }

  /**
   * What `TextGuesses.find` finds of the text that begins at `at` and ends in a quote, its code among it: so most known
   * texts cost neither looking for their end nor hashing. 0 says nothing.
   */
  guess(view: DataView, at: number): number {
    if (this.#isClosed || this.#seenTexts === judgedTexts) return 0;
    const found = this.#guesses.find(view, at);
    if (found === 0) this.#isGuessMissed = true;
    return found;
  }

  /**
   * After a guess that has said nothing: notes that this code's text stands from `start` to `end`, as `TextGuesses.note`
   * says, for the next one.
   */
  noteGuess(view: DataView, start: number, end: number, code: number): void {
    if (!this.#isGuessMissed) return;
    this.#isGuessMissed = false;
    this.#guesses.note(view, start, end, code);
  }

  /** Judges the last texts and begins to count anew. */
  #isWorthIt(): boolean {
    this.#isClosed = this.#seenTexts - this.#unknownTexts < dictionaryLimits.knownTexts;
    this.#seenTexts = 0;
    this.#unknownTexts = 0;
    return !this.#isClosed;
  }

  #isEntry(entry: number, view: DataView, start: number, end: number): boolean {
    // `entry` is below `#entries`, as every one of `#slots`.
    if (this.#lengths[entry] !== end - start) return false;
    const words = this.#words;
    let word = this.#starts[entry] as number;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      if (words[word] !== view.getInt32(at, true)) return false;
      word += 1;
    }
    return at === end || words[word] === lastWord(view, at, end);
  }

  #admit(view: DataView, start: number, end: number, { hash, newTexts }: Admission): number {
    const entry = this.#entries;
    if (entry === dictionaryLimits.entries) return textInBlock;
    if (entry === this.#hashes.length) this.#growTables();
    const text = new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice();
    const from = this.#endWord;
    this.#endWord = from + Math.ceil(text.length / 4);
    if (this.#endWord > this.#words.length) this.#words = grown(this.#words, new Int32Array(2 * this.#words.length));
    new Uint8Array(this.#words.buffer, 4 * from).set(text);
    this.#hashes[entry] = hash;
    this.#lengths[entry] = text.length;
    this.#starts[entry] = from;
    this.#entries = entry + 1;
    this.#enter(entry, hash);
    newTexts.push({ column: this.#column, code: firstDictionaryCode + entry, text });
    return firstDictionaryCode + entry;
  }

  /** Gives an entry the first free slot from its hash on. */
  #enter(entry: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = ((hash >>> 16) << 16) | (entry + 1);
  }

  #growTables(): void {
    const entries = 2 * this.#entries;
    this.#hashes = grown(this.#hashes, new Uint32Array(entries));
    this.#lengths = grown(this.#lengths, new Uint8Array(entries));
    this.#starts = grown(this.#starts, new Uint32Array(entries));
    this.#slots = new Uint32Array(2 * entries);
    for (let entry = 0; entry < this.#entries; entry += 1) this.#enter(entry, this.#hashes[entry] as number); // below
  }
}

interface Admission {
  readonly hash: number;
  readonly newTexts: DictionaryEntry[];
}

function grown<Table extends Uint8Array | Uint32Array | Int32Array>(table: Table, larger: Table): Table {
  larger.set(table);
  return larger;
}

/**
 * A hash for this table only, half as expensive as `hashView`; unsigned. Texts can be made that collide in it under any
 * seed: each costs a search of `dictionaryLimits.probes` slots, and nothing is wrong.
 */
function hashText(view: DataView, start: number, end: number, seed: number): number {
  let hash = seed | 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  if (at < end) hash = Math.imul(hash ^ lastWord(view, at, end), 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca77);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The one to three bytes from `at` to `end`, filled up with zeros. */
function lastWord(view: DataView, at: number, end: number): number {
  return view.getInt32(at, true) & ((1 << (8 * (end - at))) - 1);
}
