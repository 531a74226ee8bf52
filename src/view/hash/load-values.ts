import { isMarkedEqual, slotWithoutMarks } from "../order/slot-marks.ts";
import type { SortScratch } from "../order/sort-scratch.ts";
import type { Pacer } from "../pacer.ts";
import type { ValueIndex } from "./value-index.ts";

const sliceSlots = 16_384;
/** Rows whose values are read at once. */
const sliceReads = 1_024;

/**
 * Takes the marks from the first `rows` of the scratch's slots, which `sortRows` has sorted by value, and leaves the number
 * of each value's rows in `lows`, at the slot of the first of them; 0 at all others. Gives the number of values, and way in
 * between.
 */
export async function countValues(
  { slots, lows: rowsBySlot }: SortScratch,
  rows: number,
  pacer: Pacer,
): Promise<number> {
  for (let from = 0; from < rowsBySlot.length; from += sliceSlots) {
    rowsBySlot.fill(0, from, from + sliceSlots);
    await pacer.giveWay();
  }
  const count = { values: 0, first: 0 };
  for (let from = 0; from < rows; from += sliceSlots) {
    countRows(slots, from, Math.min(from + sliceSlots, rows), { count, rowsBySlot });
    await pacer.giveWay();
  }
  if (rows > 0) rowsBySlot[slots[count.first] as number] = rows - count.first; // a row that is sorted
  return count.values;
}

/** Values that were met, and the place of the first row of the last one, whose rows are not counted yet. */
interface ValueCount {
  values: number;
  first: number;
}

function countRows(
  slots: Uint32Array,
  from: number,
  end: number,
  { count, rowsBySlot }: { readonly count: ValueCount; readonly rowsBySlot: Uint32Array },
): void {
  let { values, first } = count;
  for (let at = from; at < end; at += 1) {
    if (isMarkedEqual(slots, at)) {
      slots[at] = slotWithoutMarks(slots, at);
      continue;
    }
    if (at > 0) rowsBySlot[slots[first] as number] = at - first; // as above
    first = at;
    values += 1;
  }
  count.values = values;
  count.first = first;
}

/** Some values, to be put into an index: the slot of a row of each, and how many rows have it. */
interface ValueBatch {
  readonly slots: Uint32Array;
  readonly rows: Uint32Array;
  count: number;
}

/**
 * Fills an empty index with so many values, of which `countValues` has left the rows, giving way in between. One row of each
 * is read, in the order in which they lie in memory. If it fails, the index is empty.
 */
export async function loadValues(
  values: ValueIndex,
  rowsBySlot: Uint32Array,
  distinct: number,
  pacer: Pacer,
): Promise<void> {
  try {
    await values.reserve(distinct, pacer);
    const batch: ValueBatch = { slots: new Uint32Array(sliceReads), rows: new Uint32Array(sliceReads), count: 0 };
    for (let slot = 0; slot < rowsBySlot.length; ) {
      slot = fillBatch(batch, rowsBySlot, slot, Math.min(slot + sliceSlots, rowsBySlot.length));
      values.insertValues(batch.slots, batch.rows, batch.count);
      const wait = pacer.giveWay();
      if (wait !== undefined) await wait;
    }
  } catch (error) {
    values.clear();
    throw error;
  }
}

/** Takes values from a slot on until the batch is full; gives the slot to go on from. */
function fillBatch(batch: ValueBatch, rowsBySlot: Uint32Array, from: number, end: number): number {
  const { slots, rows } = batch;
  let count = 0;
  let slot = from;
  for (; slot < end && count < sliceReads; slot += 1) {
    const rowsOfValue = rowsBySlot[slot] as number; // below the end
    if (rowsOfValue === 0) continue;
    slots[count] = slot;
    rows[count] = rowsOfValue;
    count += 1;
  }
  batch.count = count;
  return slot;
}
