import type { Pacer } from "../../src/view/pacer.ts";

const runItems = 2_048;
const mergeItems = 4_096;

/** The items in order. Sorts short runs, then merges them, giving way in between: a million items never hold the event loop. */
export async function sortInSlices<T>(
  items: readonly T[],
  compare: (left: T, right: T) => number,
  pacer: Pacer,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += runItems) {
    runs.push(items.slice(at, at + runItems).sort(compare));
    await pacer.giveWay();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [left = [], right] = runs.slice(at, at + 2);
      merged.push(right === undefined ? left : await mergeRuns(left, right, compare, pacer));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergeRuns<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (left: T, right: T) => number,
  pacer: Pacer,
): Promise<T[]> {
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    const end = merged.length + mergeItems;
    while (merged.length < end && (l < left.length || r < right.length)) {
      const takesLeft = r >= right.length || (l < left.length && compare(left[l] as T, right[r] as T) <= 0); // both within their runs
      merged.push((takesLeft ? left[l++] : right[r++]) as T); // within its run
    }
    await pacer.giveWay();
  }
  return merged;
}
