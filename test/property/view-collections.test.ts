import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPacer } from "../../src/view/pacer.ts";
import { ShardedMap } from "../model/sharded-map.ts";
import { sortInSlices } from "../model/sort-in-slices.ts";
import { SortedList } from "../model/sorted-list.ts";
import { TombstoneQueue } from "../model/tombstone-queue.ts";
import { ManualClock } from "../support/manual-clock.ts";

const byNumber = (left: number, right: number): number => left - right;

/** Numbers in an order that fills, splits and empties chunks: runs up, runs down and single ones. */
const runs = fc.array(
  fc.record({
    from: fc.integer({ min: 0, max: 4_000 }),
    length: fc.integer({ min: 1, max: 2_500 }),
    step: fc.constantFrom(1, -1, 3, 17),
    isInsert: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

function listAndModel(steps: Parameters<typeof apply>[2]) {
  const list = new SortedList<number>(byNumber);
  const model = new Set<number>();
  apply(list, model, steps);
  return { list, sorted: [...model].sort(byNumber) };
}

function apply(
  list: SortedList<number>,
  model: Set<number>,
  steps: ReadonlyArray<{ from: number; length: number; step: number; isInsert: boolean }>,
): void {
  for (const { from, length, step, isInsert } of steps) {
    for (let at = 0; at < length; at += 1) {
      const item = from + at * step;
      const isChange = isInsert ? list.insert(item) : list.remove(item);
      if (isChange !== (isInsert ? !model.has(item) : model.has(item))) expect.fail(`wrong answer for ${item}`);
      if (isInsert) model.add(item);
      else model.delete(item);
    }
  }
}

describe("SortedList", () => {
  test("V6: holds what a sorted set holds, through splits and emptied chunks", () => {
    fc.assert(
      fc.property(runs, (steps) => {
        const { list, sorted } = listAndModel(steps);
        expect(list.size).toBe(sorted.length);
        expect(list.take({ limit: Number.MAX_SAFE_INTEGER })).toEqual(sorted);
        expect(list.take({ limit: Number.MAX_SAFE_INTEGER, isDescending: true })).toEqual(sorted.toReversed());
      }),
      { numRuns: 30 },
    );
  });

  test("V6: takes any range from either end as a filter of the sorted items would", () => {
    const bound = fc.option(fc.record({ item: fc.integer({ min: -10, max: 6_000 }), isIncluded: fc.boolean() }), {
      nil: undefined,
    });
    const ranges = fc.array(
      fc.record({ from: bound, to: bound, limit: fc.integer({ min: 0, max: 3_000 }), isDescending: fc.boolean() }),
      { minLength: 20, maxLength: 20 },
    );
    fc.assert(
      fc.property(runs, ranges, (steps, wanted) => {
        const { list, sorted } = listAndModel(steps);
        for (const range of wanted) {
          const { from, to, limit, isDescending } = range;
          const within = sorted.filter(
            (item) =>
              (from === undefined || item > from.item || (from.isIncluded && item === from.item)) &&
              (to === undefined || item < to.item || (to.isIncluded && item === to.item)),
          );
          expect(list.take(range)).toEqual((isDescending ? within.toReversed() : within).slice(0, limit));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("sortInSlices", () => {
  test("gives what a stable sort gives", async () => {
    const items = fc.array(fc.record({ rank: fc.integer({ min: 0, max: 50 }), at: fc.nat() }), {
      minLength: 0,
      maxLength: 9_000,
      size: "max",
    });
    const compare = (left: { rank: number }, right: { rank: number }): number => left.rank - right.rank;
    await fc.assert(
      fc.asyncProperty(items, async (unsorted) => {
        const pacer = createPacer(new ManualClock(), 5, new AbortController().signal);
        expect(await sortInSlices(unsorted, compare, pacer)).toEqual(unsorted.toSorted(compare));
      }),
      { numRuns: 15 },
    );
  });
});

describe("ShardedMap", () => {
  test("answers as a Map does", () => {
    const key = fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.integer(), fc.bigInt(), fc.boolean());
    fc.assert(
      fc.property(fc.array(fc.record({ key, isDelete: fc.boolean() })), (steps) => {
        const [sharded, model] = [new ShardedMap<string | number | bigint | boolean, number>(), new Map()];
        for (const [at, { key: changed, isDelete }] of steps.entries()) {
          if (isDelete) expect(sharded.delete(changed)).toBe(model.delete(changed));
          else {
            sharded.set(changed, at);
            model.set(changed, at);
          }
        }
        expect(sharded.size).toBe(model.size);
        for (const [held, value] of model) expect(sharded.get(held)).toBe(value);
        expect([...sharded.values()].sort(byNumber)).toEqual([...model.values()].sort(byNumber));
      }),
    );
  });

  test("finds minus zero where zero was put", () => {
    const sharded = new ShardedMap<number, string>();
    sharded.set(0, "zero");
    expect(sharded.get(-0)).toBe("zero");
  });
});

describe("TombstoneQueue", () => {
  test("gives each deleted key once, the one that was deleted last of all the longest ago first", () => {
    const step = fc.record({
      key: fc.constantFrom("a", "b", "c", "d", "e"),
      kind: fc.constantFrom("add", "add", "remove", "take"),
      passesMs: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const queue = new TombstoneQueue();
        let model: { readonly key: string; readonly sinceMs: number }[] = [];
        let nowMs = 0;
        for (const { key, kind, passesMs } of steps) {
          nowMs += passesMs;
          if (kind === "take") {
            const oldest = model[0];
            const isDue = oldest !== undefined && oldest.sinceMs <= nowMs - 4;
            expect(queue.take(nowMs - 4)).toBe(isDue ? oldest.key : undefined);
            if (isDue) model = model.slice(1);
            continue;
          }
          model = model.filter((entry) => entry.key !== key);
          if (kind === "remove") queue.remove(key);
          else {
            queue.add(key, nowMs);
            model.push({ key, sinceMs: nowMs });
          }
          expect(queue.size).toBe(model.length);
        }
      }),
    );
  });
});
