import type { SortScratch } from "../order/sort-scratch.ts";
import type { ValueProbe } from "../order/value-probe.ts";
import type { Pacer } from "../pacer.ts";
import type { ValueIndex } from "./value-index.ts";

const sliceSlots = 16_384;
/** Rows whose values are read at once. */
const sliceReads = 1_024;

/** Whether the row at a place has the value of the one at `first`, which is that of all between. Asked for one place after the other. */
type HasSameValue = (at: number, first: number) => boolean;

/**
 * Fills an empty index of values with the first `rows` of the scratch's slots, which are sorted by value, giving way in
 * between. Rows are compared by the probe; `undefined`: those with equal codes have equal values, and only those. One row
 * of each value is read then, in the order in which they lie in memory. If it fails, the index is empty.
 */
export async function loadValues(
  values: ValueIndex,
  scratch: SortScratch,
  { rows, probe }: { readonly rows: number; readonly probe: ValueProbe | undefined },
  pacer: Pacer,
): Promise<void> {
  if (rows === 0) return;
  try {
    const { codes, lows: rowsBySlot } = scratch;
    for (let from = 0; from < rowsBySlot.length; from += sliceSlots) {
      rowsBySlot.fill(0, from, from + sliceSlots);
      await pacer.giveWay();
    }
    const distinct =
      probe === undefined
        ? await countRows(scratch, rows, { hasSameValue: (at, first) => codes[at] === codes[first], pacer })
        : await countRows(scratch, rows, { hasSameValue: compareBy(probe, scratch.slots), pacer });
    await values.reserve(distinct, pacer);
    await insertValues(values, rowsBySlot, pacer);
  } catch (error) {
    values.clear();
    throw error;
  }
}

function compareBy(probe: ValueProbe, slots: Uint32Array): HasSameValue {
  let aimedAt = -1;
  return (at, first) => {
    if (aimedAt !== first) probe.aimAt(slots[first] as number); // rows that are sorted
    aimedAt = first;
    return probe.compare(slots[at] as number) === 0;
  };
}

/** Leaves the number of each value's rows at the first of them, by slot; gives the number of values. */
async function countRows(
  { slots, lows: rowsBySlot }: SortScratch,
  rows: number,
  { hasSameValue, pacer }: { readonly hasSameValue: HasSameValue; readonly pacer: Pacer },
): Promise<number> {
  let values = 1;
  let first = 0;
  for (let from = 1; from < rows; from += sliceReads) {
    const end = Math.min(from + sliceReads, rows);
    for (let at = from; at < end; at += 1) {
      if (hasSameValue(at, first)) continue;
      rowsBySlot[slots[first] as number] = at - first; // a row that is sorted
      first = at;
      values += 1;
    }
    const wait = pacer.giveWay();
    if (wait !== undefined) await wait;
  }
  rowsBySlot[slots[first] as number] = rows - first;
  return values;
}

async function insertValues(values: ValueIndex, rowsBySlot: Uint32Array, pacer: Pacer): Promise<void> {
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
}
