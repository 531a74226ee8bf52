import type { Pacer } from "../pacer.ts";
import { markEqualTies, maxTiedRows } from "./equal-ties.ts";
import { radixSort } from "./radix-sort.ts";
import type { CodePlan, RowCoder, RowComparison, RowTies } from "./row-coder.ts";
import { endOfTied, markEqual, markEqualCodes, markTied, unmarkTied } from "./slot-marks.ts";
import { arrangeCodes, listBySlot } from "./slot-order.ts";
import { insertionRows, type RowRange, sortCoded, type VisitRun } from "./sort-coded.ts";
import type { SortScratch } from "./sort-scratch.ts";

interface Sorting {
  readonly scratch: SortScratch;
  readonly coder: RowCoder;
  readonly pacer: Pacer;
}

/** Few rows are sorted by comparing them where that does not cost too much at once. */
const comparedBytes = 1 << 18;
const sliceRows = 1_024;
/** Rows that are looked at first, if there are at least so many times as many. */
const sampledRows = 4_096;
const leastStride = 4;
/** Equal rows that are marked at once. */
const markedRows = 65_536;

/**
 * Sorts the first `rows` slots of the scratch by the coder's values, stably; rows must stay as they are meanwhile. Gives
 * way in between, about each fifth of a millisecond. A radix sort from the most significant digit on, whose two digits of
 * 32 bits are made to measure: one look at keys like `order-0000123` finds the seven places that differ and codes them in
 * 24 bits, exactly. Almost always rows are read once, in the order in which they lie in memory, and never again: what some of
 * them have in common all have, and where that is not so the rows from there on are looked at, too.
 *
 * Leaves a mark on each row that is equal to the one before it (`isMarkedEqual`): what the sort has found out would cost
 * a read of each row, anywhere in memory, to find out again.
 */
export async function sortRows(scratch: SortScratch, rows: number, coder: RowCoder, pacer: Pacer): Promise<void> {
  if (rows < 2) return;
  const sorting = { scratch, coder, pacer };
  const range = { from: 0, to: rows };
  const list = await listBySlot(scratch, rows, pacer);
  const plan = await encode(sorting, list, range, 0);
  if (plan.highBits === 0) return markRun(sorting, range);
  if (list !== scratch.slots) await arrangeCodes(scratch, rows, pacer);
  const { ties } = plan;
  if (ties === undefined || coder.areUnique || list === scratch.slots) return sortRange(sorting, range, plan);
  const markTies = ({ from, to }: RowRange): Promise<void> | undefined => {
    if (to - from > maxTiedRows) return sortTies(sorting, { from, to }, ties);
    markTied(scratch.slots, from, to);
    return undefined;
  };
  await sortCoded(scratch, range, plan, { visitTies: markTies, pacer });
  await markEqualTies(scratch, rows, ties, pacer);
  await sortMarked(sorting, rows, ties);
}

/** Looks at rows and gives them codes, in the order of the list; gives the plan. */
async function encode(sorting: Sorting, list: Uint32Array, { from, to }: RowRange, depth: number): Promise<CodePlan> {
  const { scratch, coder, pacer } = sorting;
  coder.begin(depth);
  const isSampled = coder.canSample && to - from >= leastStride * sampledRows;
  if (isSampled)
    await look(sorting, takeSample(scratch.codes.subarray(from), list, { from, to }), { from: 0, to: sampledRows });
  else await look(sorting, list, { from, to });
  let plan = coder.plan();
  if (isSampled && plan.highBits === 0) {
    await look(sorting, list, { from, to });
    plan = coder.plan();
  }
  if (plan.highBits === 0) return plan;
  const words = { highs: scratch.codes, lows: scratch.lows };
  for (let at = from; at < to; ) {
    const coded = coder.encode(list, at, to, words);
    if (coded === at) {
      await look(sorting, list, { from: at, to });
      plan = coder.plan();
      at = from;
      continue;
    }
    at = coded;
    const wait = pacer.giveWay();
    if (wait !== undefined) await wait;
  }
  return plan;
}

async function look({ coder, pacer }: Sorting, list: Uint32Array, { from, to }: RowRange): Promise<void> {
  for (let at = from; at < to; ) {
    at = coder.look(list, at, to);
    const wait = pacer.giveWay();
    if (wait !== undefined) await wait;
  }
}

/** Leaves rows from all over the list in the target. */
function takeSample(target: Uint32Array, list: Uint32Array, { from, to }: RowRange): Uint32Array {
  const stride = Math.floor((to - from) / sampledRows);
  for (let at = 0; at < sampledRows; at += 1) target[at] = list[from + at * stride] as number; // below `to`
  return target;
}

/** Sorts rows that have their codes. */
function sortRange(sorting: Sorting, range: RowRange, plan: CodePlan): Promise<void> {
  const { scratch, coder, pacer } = sorting;
  if (plan.lowBits === 0 && plan.ties === undefined && !coder.areUnique) return sortAndMark(sorting, range, plan);
  return sortCoded(scratch, range, plan, { visitTies: makeVisitTies(sorting, plan), pacer });
}

/** Sorts rows whose codes are one word and say all. */
async function sortAndMark({ scratch, pacer }: Sorting, { from, to }: RowRange, { highBits }: CodePlan): Promise<void> {
  await radixSort(scratch, { from, to, bits: highBits }, pacer);
  for (let at = from + 1; at < to; at += markedRows) {
    markEqualCodes(scratch, at, Math.min(at + markedRows, to));
    await pacer.giveWay();
  }
}

/** What is done with rows of equal codes. */
function makeVisitTies(sorting: Sorting, { ties }: CodePlan): VisitRun | undefined {
  if (ties !== undefined) return (run) => sortTies(sorting, run, ties);
  return sorting.coder.areUnique ? undefined : (run) => markRun(sorting, run);
}

/** Marks rows that are equal. */
function markRun({ scratch, pacer }: Sorting, { from, to }: RowRange): Promise<void> | undefined {
  if (to - from > markedRows) return markLongRun(scratch.slots, { from, to }, pacer);
  markEqual(scratch.slots, from, to);
  return undefined;
}

async function markLongRun(slots: Uint32Array, { from, to }: RowRange, pacer: Pacer): Promise<void> {
  for (let at = from; at < to; at += markedRows) {
    markEqual(slots, Math.max(from, at - 1), Math.min(at + markedRows, to)); // the first of all is not marked
    await pacer.giveWay();
  }
}

/** Sorts rows with equal codes. */
function sortTies(sorting: Sorting, run: RowRange, ties: RowTies): Promise<void> | undefined {
  const rows = run.to - run.from;
  if (rows > insertionRows || rows * rows * ties.longestBytes > comparedBytes) return sortDeeper(sorting, run, ties);
  sortByComparing(ties.comparison, sorting.scratch.slots, run);
  if (!sorting.coder.areUnique) markByComparing(ties.comparison, sorting.scratch.slots, run);
  return undefined;
}

async function sortDeeper(sorting: Sorting, run: RowRange, { depth }: RowTies): Promise<void> {
  const plan = await encode(sorting, sorting.scratch.slots, run, depth);
  if (plan.highBits > 0) await sortRange(sorting, run, plan);
  else await markRun(sorting, run);
}

/** Sorts the runs that are marked as tied, and takes those marks away. */
async function sortMarked(sorting: Sorting, rows: number, ties: RowTies): Promise<void> {
  const { slots } = sorting.scratch;
  let workRows = 0;
  for (let from = 0; from < rows; ) {
    const to = endOfTied(slots, from, rows);
    unmarkTied(slots, from, to);
    const wait = to - from > 1 ? sortTies(sorting, { from, to }, ties) : undefined;
    if (wait !== undefined) await wait;
    workRows += to - from;
    from = to;
    if (workRows < sliceRows) continue;
    workRows = 0;
    const pause = sorting.pacer.giveWay();
    if (pause !== undefined) await pause;
  }
}

/** By insertion. Values often occur many times: whether all are equal costs one look at each. */
function sortByComparing(comparison: RowComparison, slots: Uint32Array, { from, to }: RowRange): void {
  comparison.hold(slotAt(slots, from));
  let next = from + 1;
  while (next < to && comparison.compare(slotAt(slots, next)) === 0) next += 1;
  for (; next < to; next += 1) {
    const slot = slotAt(slots, next);
    comparison.hold(slot);
    let at = next;
    for (; at > from && comparison.compare(slotAt(slots, at - 1)) > 0; at -= 1) slots[at] = slotAt(slots, at - 1);
    slots[at] = slot;
  }
}

/** Marks those of sorted rows that are equal. */
function markByComparing(comparison: RowComparison, slots: Uint32Array, { from, to }: RowRange): void {
  let first = from;
  comparison.hold(slotAt(slots, first));
  for (let at = from + 1; at <= to; at += 1) {
    if (at < to && comparison.compare(slotAt(slots, at)) === 0) continue;
    markEqual(slots, first, at);
    first = at;
    if (at < to) comparison.hold(slotAt(slots, at));
  }
}

function slotAt(slots: Uint32Array, at: number): number {
  return slots[at] as number; // a place of a row that is sorted
}
