import type { Pacer } from "../pacer.ts";
import { maxDigitBits, type SortScratch } from "./sort-scratch.ts";

const sliceRows = 16_384;
/** From so many rows on a pass costs more than a thousand counts: digits are as wide as can be. */
const manyRows = 65_536;
const fewRowsDigitBits = 8;

interface Rows {
  readonly slots: Uint32Array;
  readonly codes: Uint32Array;
}

/**
 * Sorts rows `from` to `to` of the scratch's slots by their codes of at most `bits` bits, stably, the codes with them.
 * Gives way in between.
 */
export async function radixSort(
  scratch: SortScratch,
  { from, to, bits }: { readonly from: number; readonly to: number; readonly bits: number },
  pacer: Pacer,
): Promise<void> {
  if (to - from <= sliceRows && isAscending(scratch.codes, from + 1, to)) return;
  const passes = Math.ceil(bits / (to - from < manyRows ? fewRowsDigitBits : maxDigitBits));
  const digitBits = Math.ceil(bits / passes);
  const { counts } = scratch;
  counts.fill(0, 0, passes << digitBits);
  let ascends = true;
  for (let at = from; at < to; at += sliceRows) {
    const end = Math.min(at + sliceRows, to);
    countDigits(scratch.codes, at, end, { counts, passes, digitBits });
    ascends &&= isAscending(scratch.codes, Math.max(at, from + 1), end);
    const wait = pacer.giveWay();
    if (wait !== undefined) await wait;
  }
  if (ascends) return;
  const home: Rows = scratch;
  const away: Rows = { slots: scratch.spareSlots, codes: scratch.spareCodes };
  let [source, target] = [home, away];
  for (let pass = 0; pass < passes; pass += 1) {
    const starts = counts.subarray(pass << digitBits, (pass + 1) << digitBits);
    if (starts.includes(to - from)) continue; // one digit for all
    makeStarts(starts, from);
    for (let at = from; at < to; at += sliceRows) {
      scatter(source, target, at, Math.min(at + sliceRows, to), starts, pass * digitBits);
      const wait = pacer.giveWay();
      if (wait !== undefined) await wait;
    }
    [source, target] = [target, source];
  }
  if (source === home) return;
  for (let at = from; at < to; at += sliceRows) {
    const end = Math.min(at + sliceRows, to);
    home.slots.set(away.slots.subarray(at, end), at);
    home.codes.set(away.codes.subarray(at, end), at);
    const wait = pacer.giveWay();
    if (wait !== undefined) await wait;
  }
}

/** Sorts few rows by their codes as `radixSort` does, at once. */
export function insertionSort(
  { slots, codes }: Rows,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  for (let next = from + 1; next < to; next += 1) {
    const slot = slots[next] as number; // as all places here, below `to`
    const code = codes[next] as number;
    let at = next;
    for (; at > from && (codes[at - 1] as number) > code; at -= 1) {
      slots[at] = slots[at - 1] as number;
      codes[at] = codes[at - 1] as number;
    }
    slots[at] = slot;
    codes[at] = code;
  }
}

interface Digits {
  readonly counts: Uint32Array;
  readonly passes: number;
  readonly digitBits: number;
}

/** One digit of all rows after the other: a loop over digits within that over rows takes twice as long. */
function countDigits(codes: Uint32Array, from: number, to: number, { counts, passes, digitBits }: Digits): void {
  for (let pass = 0; pass < passes; pass += 1) {
    countDigit(codes, from, to, counts.subarray(pass << digitBits, (pass + 1) << digitBits), pass * digitBits);
  }
}

/** Places in these tables are digits, and places of rows below `to`: all casts are true by that. */
function countDigit(codes: Uint32Array, from: number, to: number, counts: Uint32Array, shift: number): void {
  const mask = counts.length - 1;
  for (let at = from; at < to; at += 1) {
    const digit = ((codes[at] as number) >>> shift) & mask;
    counts[digit] = (counts[digit] as number) + 1;
  }
}

function isAscending(codes: Uint32Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((codes[at] as number) < (codes[at - 1] as number)) return false;
  return true;
}

function makeStarts(counts: Uint32Array, from: number): void {
  let next = from;
  for (let digit = 0; digit < counts.length; digit += 1) {
    const count = counts[digit] as number;
    counts[digit] = next;
    next += count;
  }
}

function scatter(source: Rows, target: Rows, from: number, to: number, starts: Uint32Array, shift: number): void {
  const mask = starts.length - 1;
  const { slots, codes } = source;
  const { slots: targetSlots, codes: targetCodes } = target;
  for (let at = from; at < to; at += 1) {
    const code = codes[at] as number;
    const digit = (code >>> shift) & mask;
    const place = starts[digit] as number;
    starts[digit] = place + 1;
    targetSlots[place] = slots[at] as number;
    targetCodes[place] = code;
  }
}
