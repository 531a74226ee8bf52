import type { Pacer } from "../pacer.ts";
import type { SortScratch } from "./sort-scratch.ts";

/**
 * Loops over many rows stand in functions of their own here, without an `await`: such a function is compiled while it runs
 * for the first time, which is mostly the only time.
 */
const sliceRows = 16_384;
/** A list by slot is found by going through all slots: not worth it for few rows of many. */
const leastShare = 16;

/**
 * Gives the first `rows` of the scratch's slots in ascending order: rows are read several times faster in the order in
 * which they lie in memory. `slots` itself if they ascend already or are few, else `spareSlots`.
 */
export async function listBySlot(scratch: SortScratch, rows: number, pacer: Pacer): Promise<Uint32Array> {
  const { slots, spareSlots, lows: marks } = scratch;
  if (rows * leastShare < marks.length || (await ascends(slots, rows, pacer))) return slots;
  for (let from = 0; from < marks.length; from += sliceRows) {
    marks.fill(0, from, from + sliceRows);
    await pacer.giveWay();
  }
  for (let from = 0; from < rows; from += sliceRows) {
    markSlots(slots, from, Math.min(from + sliceRows, rows), marks);
    await pacer.giveWay();
  }
  let found = 0;
  for (let from = 0; from < marks.length; from += sliceRows) {
    found = listMarked(marks, from, Math.min(from + sliceRows, marks.length), { target: spareSlots, found });
    await pacer.giveWay();
  }
  return spareSlots;
}

/** Moves codes from the order of `spareSlots` to that of `slots`. */
export async function arrangeCodes(scratch: SortScratch, rows: number, pacer: Pacer): Promise<void> {
  const { slots, codes, spareSlots, spareCodes: bySlot } = scratch;
  for (let from = 0; from < rows; from += sliceRows) {
    putBySlot(codes, spareSlots, from, Math.min(from + sliceRows, rows), bySlot);
    await pacer.giveWay();
  }
  for (let from = 0; from < rows; from += sliceRows) {
    takeBySlot(codes, slots, from, Math.min(from + sliceRows, rows), bySlot);
    await pacer.giveWay();
  }
}

async function ascends(slots: Uint32Array, rows: number, pacer: Pacer): Promise<boolean> {
  for (let from = 1; from < rows; from += sliceRows) {
    if (!doAscend(slots, from, Math.min(from + sliceRows, rows))) return false;
    await pacer.giveWay();
  }
  return true;
}

/** All casts below are true: places are of rows, slots of the scratch. */
function doAscend(slots: Uint32Array, from: number, end: number): boolean {
  for (let at = from; at < end; at += 1) if ((slots[at] as number) < (slots[at - 1] as number)) return false;
  return true;
}

function markSlots(slots: Uint32Array, from: number, end: number, marks: Uint32Array): void {
  for (let at = from; at < end; at += 1) marks[slots[at] as number] = 1;
}

/** Appends the slots that are marked to the first `found` of the target; gives how many it has then. */
function listMarked(
  marks: Uint32Array,
  from: number,
  end: number,
  { target, found }: { readonly target: Uint32Array; readonly found: number },
): number {
  let next = found;
  for (let slot = from; slot < end; slot += 1) {
    if (marks[slot] === 0) continue;
    target[next] = slot;
    next += 1;
  }
  return next;
}

function putBySlot(codes: Uint32Array, slots: Uint32Array, from: number, end: number, bySlot: Uint32Array): void {
  for (let at = from; at < end; at += 1) bySlot[slots[at] as number] = codes[at] as number;
}

function takeBySlot(codes: Uint32Array, slots: Uint32Array, from: number, end: number, bySlot: Uint32Array): void {
  for (let at = from; at < end; at += 1) codes[at] = bySlot[slots[at] as number] as number;
}
