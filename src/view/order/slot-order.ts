import type { Pacer } from "../pacer.ts";
import type { SortScratch } from "./sort-scratch.ts";

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
    const end = Math.min(from + sliceRows, rows);
    for (let at = from; at < end; at += 1) marks[word(slots, at)] = 1;
    await pacer.giveWay();
  }
  let found = 0;
  for (let from = 0; from < marks.length; from += sliceRows) {
    const end = Math.min(from + sliceRows, marks.length);
    for (let slot = from; slot < end; slot += 1) {
      if (marks[slot] === 0) continue;
      spareSlots[found] = slot;
      found += 1;
    }
    await pacer.giveWay();
  }
  return spareSlots;
}

/** Moves codes from the order of `spareSlots` to that of `slots`. */
export async function arrangeCodes(scratch: SortScratch, rows: number, pacer: Pacer): Promise<void> {
  const { slots, codes, spareSlots, spareCodes: bySlot } = scratch;
  for (let from = 0; from < rows; from += sliceRows) {
    const end = Math.min(from + sliceRows, rows);
    for (let at = from; at < end; at += 1) bySlot[word(spareSlots, at)] = word(codes, at);
    await pacer.giveWay();
  }
  for (let from = 0; from < rows; from += sliceRows) {
    const end = Math.min(from + sliceRows, rows);
    for (let at = from; at < end; at += 1) codes[at] = word(bySlot, word(slots, at));
    await pacer.giveWay();
  }
}

async function ascends(slots: Uint32Array, rows: number, pacer: Pacer): Promise<boolean> {
  for (let from = 1; from < rows; from += sliceRows) {
    const end = Math.min(from + sliceRows, rows);
    for (let at = from; at < end; at += 1) if (word(slots, at) < word(slots, at - 1)) return false;
    await pacer.giveWay();
  }
  return true;
}

function word(words: Uint32Array, at: number): number {
  return words[at] as number; // places of rows and slots of the scratch
}
