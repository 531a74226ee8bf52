import { rowIsQueued } from "./row-flags.ts";
import type { RowRecords } from "./row-records.ts";
import type { Slab } from "./slab.ts";
import { segmentShift, wordMask } from "./slab-segment.ts";

/** Words that the block of a tombstone has at its end for its place in the list. */
export const tombstoneWords = 4;
const olderAt = 0;
const newerAt = 1;
const sinceAt = 2;

/**
 * Deleted keys' rows in the order of their deletion, each once: a key that comes and goes all day waits once. A linked list
 * through the rows' own blocks, because a key that lives again leaves from the middle.
 */
export class TombstoneList {
  readonly #records: RowRecords;
  readonly #slab: Slab;
  readonly #time = new Float64Array(1);
  readonly #timeWords = new Uint32Array(this.#time.buffer);
  /** Where `#placeOf` found its row. */
  #segment: Uint32Array;
  #oldest = 0;
  #newest = 0;

  constructor(records: RowRecords, slab: Slab) {
    this.#records = records;
    this.#slab = slab;
    this.#segment = this.#timeWords;
  }

  /** The row's key was deleted now: it goes to the end. It is not in the list; its block has `tombstoneWords` to spare. Times must not fall. */
  add(slot: number, nowMs: number): void {
    this.#time[0] = nowMs;
    this.#set(slot, olderAt, this.#newest);
    this.#set(slot, newerAt, 0);
    this.#set(slot, sinceAt, this.#timeWords[0] as number); // two words
    this.#set(slot, sinceAt + 1, this.#timeWords[1] as number);
    if (this.#newest === 0) this.#oldest = slot;
    else this.#set(this.#newest, newerAt, slot);
    this.#newest = slot;
    this.#records.setFlags(slot, this.#records.flagsOf(slot) | rowIsQueued);
  }

  /** The row's key lives again, or is forgotten. Nothing if the row is not in the list. Its block must still be the tombstone's. */
  remove(slot: number): void {
    const flags = this.#records.flagsOf(slot);
    if ((flags & rowIsQueued) === 0) return;
    const [older, newer] = [this.#get(slot, olderAt), this.#get(slot, newerAt)];
    if (older === 0) this.#oldest = newer;
    else this.#set(older, newerAt, newer);
    if (newer === 0) this.#newest = older;
    else this.#set(newer, olderAt, older);
    this.#records.setFlags(slot, flags & ~rowIsQueued);
  }

  /** The row that has been here longest, if it came at or before `untilMs`; else 0. */
  oldest(untilMs: number): number {
    const slot = this.#oldest;
    if (slot === 0) return 0;
    this.#timeWords[0] = this.#get(slot, sinceAt);
    this.#timeWords[1] = this.#get(slot, sinceAt + 1);
    return (this.#time[0] as number) <= untilMs ? slot : 0;
  }

  #get(slot: number, at: number): number {
    const place = this.#placeOf(slot);
    return this.#segment[place + at] as number; // within the row's block
  }

  #set(slot: number, at: number, word: number): void {
    const place = this.#placeOf(slot);
    this.#segment[place + at] = word;
  }

  /** Where the row's place in the list is kept, in `#segment`. */
  #placeOf(slot: number): number {
    const address = this.#records.blockOf(slot);
    // A row has a block, whose first word is its length.
    this.#segment = this.#slab.segments[address >>> segmentShift] as Uint32Array;
    const word = address & wordMask;
    return word + (this.#segment[word] as number) - tombstoneWords;
  }
}
