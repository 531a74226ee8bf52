import type { Pacer } from "../pacer.ts";
import { insertionSort, radixSort } from "./radix-sort.ts";
import type { CodePlan } from "./row-coder.ts";
import type { SortScratch } from "./sort-scratch.ts";

/** Rows from one place of the scratch's slots to another. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** What is done with a run of at least two rows; gives a promise if it takes long. It may change the run's codes. */
export type VisitRun = (run: RowRange) => Promise<void> | undefined;

/** So few rows are sorted by insertion. */
export const insertionRows = 24;
/** Rows of a run that are gone through at once. */
const longRun = 65_536;
/** Rows passed by between two looks at the clock; a row of a run counts for so many. */
const sliceRows = 4_096;
const visitWork = 8;

/**
 * Sorts rows by their codes, stably, the first words of which stand in `codes`, the second ones in `lows`; then visits
 * each run of rows that have both equal. Gives way in between.
 */
export async function sortCoded(
  scratch: SortScratch,
  range: RowRange,
  { highBits, lowBits }: Pick<CodePlan, "highBits" | "lowBits">,
  { visitTies, pacer }: { readonly visitTies: VisitRun | undefined; readonly pacer: Pacer },
): Promise<void> {
  await radixSort(scratch, { ...range, bits: highBits }, pacer);
  if (lowBits === 0) {
    if (visitTies !== undefined) await visitRuns(scratch.codes, range, visitTies, pacer);
    return;
  }
  const sortMany = async (run: RowRange): Promise<void> => {
    for (let from = run.from; from < run.to; from += longRun) {
      takeLows(scratch, { from, to: Math.min(from + longRun, run.to) });
      await pacer.giveWay();
    }
    await radixSort(scratch, { ...run, bits: lowBits }, pacer);
    if (visitTies !== undefined) await visitRuns(scratch.codes, run, visitTies, pacer);
  };
  const sortRun = (run: RowRange): Promise<void> | undefined => {
    if (run.to - run.from > insertionRows) return sortMany(run);
    takeLows(scratch, run);
    insertionSort(scratch, run);
    return visitTies && visitFewRuns(scratch.codes, run, visitTies);
  };
  await visitRuns(scratch.codes, range, sortRun, pacer);
}

/** Visits each run of at least two rows that have one code. */
async function visitRuns(codes: Uint32Array, { from, to }: RowRange, visit: VisitRun, pacer: Pacer): Promise<void> {
  let workRows = 0;
  for (let at = from; at < to; ) {
    let end = endOfRun(codes, at, Math.min(at + longRun, to));
    while (end - at >= longRun && end < to && codes[end] === codes[at]) {
      await pacer.giveWay();
      end = endOfRun(codes, end, Math.min(end + longRun, to));
    }
    const wait = end - at > 1 ? visit({ from: at, to: end }) : undefined;
    if (wait !== undefined) await wait;
    workRows += end - at > 1 ? visitWork * (end - at) : 1;
    at = end;
    if (workRows < sliceRows) continue;
    workRows = 0;
    const pause = pacer.giveWay();
    if (pause !== undefined) await pause;
  }
}

/** As `visitRuns`, without a promise unless a visit gives one. */
function visitFewRuns(codes: Uint32Array, { from, to }: RowRange, visit: VisitRun): Promise<void> | undefined {
  for (let at = from; at < to; ) {
    const end = endOfRun(codes, at, to);
    const wait = end - at > 1 ? visit({ from: at, to: end }) : undefined;
    if (wait !== undefined) return wait.then(() => visitFewRuns(codes, { from: end, to }, visit));
    at = end;
  }
  return undefined;
}

/** Makes the rows' second words their codes. */
function takeLows({ slots, codes, lows }: SortScratch, { from, to }: RowRange): void {
  for (let at = from; at < to; at += 1) codes[at] = lows[slots[at] as number] as number; // rows that are sorted
}

/** Where the code of the row at `from` ends. */
function endOfRun(codes: Uint32Array, from: number, to: number): number {
  const code = codes[from];
  let end = from + 1;
  while (end < to && codes[end] === code) end += 1;
  return end;
}
