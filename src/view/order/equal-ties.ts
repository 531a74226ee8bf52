import { createTextSpan, type TextSpan } from "../columns/text-span.ts";
import type { Pacer } from "../pacer.ts";
import type { RowTies } from "./row-coder.ts";
import { endOfTied, markEqual, slotWithoutMarks } from "./slot-marks.ts";
import type { SortScratch } from "./sort-scratch.ts";

/** So many rows are marked and unmarked at once; longer runs are none of ours. */
export const maxTiedRows = 1 << 16;
const sliceRows = 16_384;
const sliceBytes = 1 << 17;
const rowBytes = 64;
/** So many runs are tried first: if their rows mostly differ, the others' will. */
const triedRuns = 256;

/**
 * Marks tied rows that are all equal as such, as those are that belong to one customer. Long values in random
 * order lie anywhere in memory; so rows are read once, in the order in which they lie there, and compared with a copy of
 * the first of their run. Runs for whose copies there is no room keep their marks, and all do where rows that are tied
 * mostly differ. Gives way in between.
 */
export async function markEqualTies(scratch: SortScratch, rows: number, ties: RowTies, pacer: Pacer): Promise<void> {
  if (!(await areMostlyEqual(scratch.slots, rows, ties, pacer))) return;
  const { slots, spareSlots: starts, spareCodes: runs, lows } = scratch;
  const copies = new RunCopies(new Uint8Array(lows.buffer, lows.byteOffset, lows.byteLength), ties);
  for (let from = 0; from < runs.length; from += sliceRows) {
    runs.fill(0, from, from + sliceRows);
    lows.fill(0, from, from + sliceRows);
    await pacer.giveWay();
  }
  // Numbers the runs from 1 on, by slot; a run has two rows at least.
  let count = 0;
  let passed = 0;
  for (let from = 0; from < rows && count < copies.capacity; ) {
    const to = endOfTied(slots, from, rows);
    if (to - from > 1) {
      starts[count] = from;
      count += 1;
      for (let at = from; at < to; at += 1) runs[slotWithoutMarks(slots, at)] = count;
    }
    passed += to - from;
    from = to;
    if (passed < sliceRows) continue;
    passed = 0;
    await pacer.giveWay();
  }
  for (let slot = 0; slot < runs.length; ) {
    const end = Math.min(slot + sliceRows, runs.length);
    for (let work = 0; slot < end && work < sliceBytes; slot += 1) {
      const run = word(runs, slot);
      if (run > 0) work += copies.compare(run - 1, slot);
    }
    await pacer.giveWay();
  }
  for (let run = 0; run < count; run += 1) {
    const from = word(starts, run);
    if (copies.areEqual(run)) markEqual(slots, from, endOfTied(slots, from, rows));
    if (run % sliceRows === 0) await pacer.giveWay();
  }
}

/** Whether in most of the first runs the first two rows are equal. */
async function areMostlyEqual(
  slots: Uint32Array,
  rows: number,
  { comparison, longestBytes }: RowTies,
  pacer: Pacer,
): Promise<boolean> {
  const work = Math.max(sliceRows / triedRuns, longestBytes / 8);
  let [tried, equal, passed] = [0, 0, 0];
  for (let from = 0; from < rows && tried < triedRuns; ) {
    const to = endOfTied(slots, from, rows);
    if (to - from > 1) {
      comparison.hold(word(slots, from));
      if (comparison.compare(slotWithoutMarks(slots, from + 1)) === 0) equal += 1;
      tried += 1;
    }
    passed += to - from > 1 ? work : 1;
    from = to;
    if (passed < sliceRows) continue;
    passed = 0;
    await pacer.giveWay();
  }
  return 2 * equal > tried;
}

/** What a copy's length says where there is none yet, and where not all of its run are equal. */
const noCopy = 0;
const different = 0xffff;

/** For each run the bytes of its first row that have not been compared yet, behind two bytes that hold their number plus one. */
class RunCopies {
  /** For so many runs. */
  readonly capacity: number;
  readonly #bytes: Uint8Array;
  readonly #width: number;
  readonly #ties: RowTies;
  readonly #span: TextSpan = createTextSpan();

  constructor(bytes: Uint8Array, ties: RowTies) {
    this.#bytes = bytes;
    this.#ties = ties;
    this.#width = ties.longestBytes - ties.depth + 2;
    this.capacity = this.#width < different ? Math.floor(bytes.length / this.#width) : 0;
  }

  /** Compares a row with the copy of its run, or makes it. Gives the bytes that it has gone through. */
  compare(run: number, slot: number): number {
    const span = this.#span;
    const copies = this.#bytes;
    const at = run * this.#width;
    const state = word(copies, at) | (word(copies, at + 1) << 8);
    if (state === different) return 1;
    this.#ties.comparison.locate(slot, span);
    const start = span.start + this.#ties.depth;
    // Values that are shorter than what was compared are equal.
    const length = Math.max(0, span.end - start);
    if (state === noCopy) {
      this.#setState(at, length + 1);
      for (let next = 0; next < length; next += 1) copies[at + 2 + next] = word(span.bytes, start + next);
    } else if (state !== length + 1 || !this.#isCopy(at + 2, span.bytes, start, length)) {
      this.#setState(at, different);
    }
    return rowBytes + length;
  }

  areEqual(run: number): boolean {
    const at = run * this.#width;
    return (word(this.#bytes, at) | (word(this.#bytes, at + 1) << 8)) !== different;
  }

  #isCopy(at: number, bytes: Uint8Array, start: number, length: number): boolean {
    for (let next = 0; next < length; next += 1) {
      if (this.#bytes[at + next] !== bytes[start + next]) return false;
    }
    return true;
  }

  #setState(at: number, state: number): void {
    this.#bytes[at] = state & 0xff;
    this.#bytes[at + 1] = state >>> 8;
  }
}

function word(words: Uint32Array | Uint8Array, at: number): number {
  return words[at] as number; // places, slots and bytes that are there
}
