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
  let values = 0;
  let first = 0;
  for (let from = 0; from < rows; from += sliceSlots) {
    const end = Math.min(from + sliceSlots, rows);
    for (let at = from; at < end; at += 1) {
      if (isMarkedEqual(slots, at)) {
        slots[at] = slotWithoutMarks(slots, at);
        continue;
      }
      if (at > 0) rowsBySlot[slots[first] as number] = at - first; // a row that is sorted
      first = at;
      values += 1;
    }
    await pacer.giveWay();
  }
  if (rows > 0) rowsBySlot[slots[first] as number] = rows - first;
  return values;
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
    const slots = new Uint32Array(sliceReads);
    const rows = new Uint32Array(sliceReads);
    let count = 0;
    for (let slot = 0; slot < rowsBySlot.length; slot += 1) {
      const rowsOfValue = rowsBySlot[slot] as number; // below the length
      if (rowsOfValue > 0) {
        slots[count] = slot;
        rows[count] = rowsOfValue;
        count += 1;
      }
      if (count < sliceReads && slot % sliceSlots !== 0) continue;
      values.insertValues(slots, rows, count);
      count = 0;
      const wait = pacer.giveWay();
      if (wait !== undefined) await wait;
    }
    values.insertValues(slots, rows, count);
  } catch (error) {
    values.clear();
    throw error;
  }
}
