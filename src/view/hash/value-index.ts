import { InvariantError } from "../../base/errors.ts";
import type { FieldValue } from "../../decode/row-batch.ts";
import type { LeafColumn } from "../columns/slot-column.ts";
import { type TouchTexts, touchedRows } from "../columns/touch-texts.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { makeHasValue, makeValueProbes, type ValueProbe } from "../order/value-probe.ts";
import type { Pacer } from "../pacer.ts";
import { homeOf, nextPlace } from "./hash-part.ts";
import { HashParts } from "./hash-parts.ts";
import { ValueGroups } from "./value-groups.ts";

export interface ValueIndexOptions {
  readonly column: LeafColumn;
  readonly hashSeed: number;
  readonly allocator: ChunkAllocator;
  /** What the index's memory is counted under. */
  readonly account: string;
}

/** Set in a word that names a group; others are slots, which are less. */
const groupBit = 0x8000_0000;

/**
 * The values of one column by hash: for each how many rows have it, and one of these, in O(1). Nulls are none. Equal is
 * what stands together in the order by value: 0 and -0 are one, texts are equal by their bytes whether they stand in a
 * pool or in blocks, JSON by its canonical text.
 *
 * A value's other rows are not linked to each other: in the order by (value, key) they stand side by side, already in the
 * order in which pages want them, where a chain of rows would cost 8 bytes a row, a way through memory for each row, and a
 * sort. So a value that one row has takes 8 bytes of a place (about 15 with free ones), one of several rows 8 more, and a
 * row nothing.
 */
export class ValueIndex {
  readonly #hashSeed: number;
  readonly #hasValue: (slot: number) => boolean;
  /** Always the same, aimed anew. */
  readonly #probe: ValueProbe;
  /** Of texts. */
  readonly #touch: TouchTexts | undefined;
  readonly #parts: HashParts;
  readonly #groups: ValueGroups;
  #size = 0;
  /** What `#find` looked for last, and where it stopped. */
  #hash = 0;
  #words: Uint32Array = new Uint32Array(0);
  #at = 0;

  constructor({ column, hashSeed, allocator, account }: ValueIndexOptions) {
    this.#hashSeed = hashSeed;
    this.#hasValue = makeHasValue(column);
    this.#probe = makeValueProbes(column)();
    this.#touch = column.kind === "text" ? column.touch : undefined;
    this.#parts = new HashParts(allocator, account);
    this.#groups = new ValueGroups(allocator, account);
  }

  /** Distinct values. */
  get size(): number {
    return this.#size;
  }

  /** How many rows have the value, which has the column's type. */
  countOf(value: FieldValue): number {
    const word = this.#wordOf(value);
    return word < groupBit ? Math.min(word, 1) : this.#groups.rowsOf(word - groupBit);
  }

  /** A row that has the value; 0 if there is none. */
  rowOf(value: FieldValue): number {
    const word = this.#wordOf(value);
    return word === 0 ? 0 : this.#slotOf(word);
  }

  /** Counts a row by the value that it has now; nothing if that is null. It must not be in. */
  insert(slot: number): void {
    if (!this.#hasValue(slot)) return;
    this.#probe.aimAt(slot);
    const word = this.#find();
    if (word === 0) {
      this.#parts.insert(this.#hash, slot);
      this.#size += 1;
    } else if (word < groupBit) {
      this.#words[this.#at] = groupBit + this.#groups.add(word, 2);
    } else {
      this.#groups.setRows(word - groupBit, this.#groups.rowsOf(word - groupBit) + 1);
    }
  }

  /**
   * Takes a row out, by the value that it must still have; nothing if that is null. `makeOthers` is asked if another row
   * of the value is needed: one of these must be one. Throws `InvariantError` if the value is not in.
   */
  remove(slot: number, makeOthers: () => readonly number[]): void {
    if (!this.#hasValue(slot)) return;
    this.#probe.aimAt(slot);
    const word = this.#find();
    if (word >= groupBit) {
      this.#words[this.#at] = this.#leaveGroup(word - groupBit, slot, makeOthers);
      return;
    }
    if (word !== slot) throw new InvariantError(`row ${slot} is not in the hash of its view that its cells say`);
    this.#parts.remove(this.#hash, slot);
    this.#size -= 1;
    if (this.#size === 0) this.#parts.clear();
  }

  /** Makes room for about so many values in an index that has none, giving way in between. */
  async reserve(values: number, pacer: Pacer): Promise<void> {
    await this.#parts.reserve(values, pacer);
  }

  /**
   * Adds the first `count` values, of which none is in: for each a row, and how many rows have it. All hashes are made
   * before any is put in, so that their ways to memory are gone side by side.
   */
  insertValues(slots: Uint32Array, rows: Uint32Array, count: number): void {
    const hashes = new Uint32Array(count);
    for (let from = 0; from < count; from += touchedRows) {
      const end = Math.min(from + touchedRows, count);
      this.#touch?.(slots, from, end);
      for (let at = from; at < end; at += 1) {
        this.#probe.aimAt(slots[at] as number); // below the count, as all here
        hashes[at] = this.#probe.hash(this.#hashSeed);
      }
    }
    this.#parts.touch(hashes, 0, count);
    for (let at = 0; at < count; at += 1) {
      const [slot, ofValue] = [slots[at] as number, rows[at] as number];
      this.#parts.insert(hashes[at] as number, ofValue === 1 ? slot : groupBit + this.#groups.add(slot, ofValue));
    }
    this.#size += count;
  }

  /** Bytes that so many rows more may take at most. */
  measureGrowth(rows: number): number {
    return this.#parts.measureGrowth(rows) + ValueGroups.measureGrowth(rows);
  }

  /** Takes all rows out; the index takes as much memory as a new one then. */
  clear(): void {
    this.#parts.clear();
    this.#groups.clear();
    this.#size = 0;
  }

  /** What stands at the value's place: a slot, a group, or 0. */
  #wordOf(value: FieldValue): number {
    if (value === null) return 0;
    this.#probe.aimAtValue(value);
    return this.#find();
  }

  /** Looks for the value that the probe is aimed at: gives the word of its place, and keeps where that stands. */
  #find(): number {
    const hash = this.#probe.hash(this.#hashSeed);
    const { words, capacity } = this.#parts.of(hash);
    this.#hash = hash;
    this.#words = words;
    for (let place = homeOf(hash, capacity); ; place = nextPlace(place, capacity)) {
      const word = words[2 * place + 1] as number; // below the capacity; there is always a free place
      if (word !== 0 && (words[2 * place] !== hash || this.#probe.compare(this.#slotOf(word)) !== 0)) continue;
      this.#at = 2 * place + 1;
      return word;
    }
  }

  #slotOf(word: number): number {
    return word < groupBit ? word : this.#groups.slotOf(word - groupBit);
  }

  /** One row of a group goes; gives the word for those that stay. */
  #leaveGroup(group: number, slot: number, makeOthers: () => readonly number[]): number {
    const rows = this.#groups.rowsOf(group) - 1;
    if (this.#groups.slotOf(group) === slot) this.#groups.setSlot(group, this.#takeOther(makeOthers()));
    if (rows > 1) {
      this.#groups.setRows(group, rows);
      return groupBit + group;
    }
    const last = this.#groups.slotOf(group);
    this.#groups.remove(group);
    return last;
  }

  #takeOther(others: readonly number[]): number {
    const other = others.find((slot) => this.#probe.compare(slot) === 0);
    if (other === undefined) throw new InvariantError("no row is found that has a value of several");
    return other;
  }
}
