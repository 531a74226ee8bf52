import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareText } from "../../src/base/text-order.ts";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import { ChunkAllocator } from "../../src/view/memory/chunk-allocator.ts";
import { listAll, listMatching, takeRange } from "../../src/view/order/row-lists.ts";
import { RowOrder } from "../../src/view/order/row-order.ts";
import type { Row, RowPage, ValueRange } from "../../src/view/view-reader.ts";
import { createOrders } from "../view/order/kit/build-from-rows.ts";
import { listSlots } from "../view/order/kit/list-slots.ts";
import type { OrderRows } from "../view/order/kit/order-rows.ts";
import { restless } from "../view/order/kit/pacers.ts";
import { boundOf, type GeneratedRows, generatedRows, keyBoundOf } from "./row-order-arbitraries.ts";

const toRow = (slot: number): Row => slot as unknown as Row; // rows of a store are their slots
const noLimit = Number.MAX_SAFE_INTEGER;

describe("RowOrder", () => {
  test("V6: by value holds what a sorted array holds, through insertions and removals in any order", () => {
    const steps = fc.array(fc.nat({ max: 999 }), { maxLength: 200, size: "max" });
    fc.assert(
      fc.property(generatedRows({ maxRows: 200 }), steps, ({ rows }, chosen) => {
        const { byValue } = createOrders(rows, new ChunkAllocator());
        const { slots } = rows;
        const held = new Set<number>();
        for (const step of chosen) {
          const slot = slots[step % slots.length];
          if (slot === undefined) break;
          if (held.has(slot)) byValue.remove(slot);
          else byValue.insert(slot);
          if (!held.delete(slot)) held.add(slot);
        }
        const sorted = [...held].filter((slot) => rows.valueOf(slot) !== null).sort(rows.compareRows);
        expect(listSlots(byValue)).toEqual(sorted);
        expect(sorted.map((slot) => byValue.rankOf(slot))).toEqual(sorted.map((_, rank) => rank));
        expect(sorted.map((_, rank) => byValue.slotAt(rank))).toEqual(sorted);
      }),
      { numRuns: 200 },
    );
  });

  test("V6: finds the ranks of keys and values that are there and that are not", () => {
    fc.assert(
      fc.property(withBounds(generatedRows({ maxRows: 120 })), ({ rows, values, keys }) => {
        const { byKey, byValue, keyed, valued } = filled(rows);
        for (const key of keys) {
          expect(byKey.lowerBound({ key })).toBe(count(keyed, (slot) => compareText(rows.keyOf(slot), key) < 0));
          expect(byKey.upperBound({ key })).toBe(count(keyed, (slot) => compareText(rows.keyOf(slot), key) <= 0));
        }
        for (const value of values) {
          const compare = (slot: number): number => rows.compareValue(slot, value);
          expect(byValue.lowerBound({ value })).toBe(count(valued, (slot) => compare(slot) < 0));
          expect(byValue.upperBound({ value })).toBe(count(valued, (slot) => compare(slot) <= 0));
          for (const key of keys) {
            const both = (slot: number): number => compare(slot) || compareText(rows.keyOf(slot), key);
            expect(byValue.lowerBound({ value, key })).toBe(count(valued, (slot) => both(slot) < 0));
            expect(byValue.upperBound({ value, key })).toBe(count(valued, (slot) => both(slot) <= 0));
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("lists of rows", () => {
  test("V6: page all rows, and those of a value, from both ends as a filter of all would", () => {
    fc.assert(
      fc.property(
        withBounds(generatedRows({ maxRows: 120 })).chain((some) =>
          fc.record({ some: fc.constant(some), pages: fc.array(pageOf(some.keys), { minLength: 8, maxLength: 8 }) }),
        ),
        ({ some: { rows, values }, pages }) => {
          const { byKey, byValue, values: byHash, keyed } = filled(rows);
          const all = listAll(byKey, toRow);
          expect(all.size).toBe(keyed.length);
          for (const page of pages) expect(all.page(page)).toEqual(pageModel(keyed, rows, page));
          for (const value of [...values, null]) {
            const matching = listMatching({ order: byValue, values: byHash }, value, toRow);
            const equal = keyed.filter((slot) => isEqual(rows, slot, value));
            expect(matching.size).toBe(equal.length);
            for (const page of pages) expect(matching.page(page)).toEqual(pageModel(equal, rows, page));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test("V6: take the rows of a range of values, up and down, as a filter of all would", () => {
    fc.assert(
      fc.property(
        generatedRows({ maxRows: 120 }).chain(({ rows, value }) =>
          fc.record({ rows: fc.constant(rows), ranges: fc.array(rangeOf(boundOf(value, rows)), { minLength: 12 }) }),
        ),
        ({ rows, ranges }) => {
          const { byValue, valued } = filled(rows);
          for (const range of ranges) expect(takeRange(byValue, range, toRow)).toEqual(rangeModel(valued, rows, range));
        },
      ),
      { numRuns: 200 },
    );
  });

  test("are live looks", () => {
    fc.assert(
      fc.property(generatedRows({ maxRows: 30 }), ({ rows }) => {
        const { byKey } = createOrders(rows, new ChunkAllocator());
        const all = listAll(byKey, toRow);
        expect(all.page({ limit: noLimit })).toEqual([]);
        for (const slot of rows.slots) byKey.insert(slot);
        expect(all.size).toBe(rows.slots.length);
        expect(all.page({ limit: noLimit })).toEqual(rows.slots.sort(rows.compareKeys));
      }),
    );
  });
});

describe("RowOrder of many rows", () => {
  /** Slots in an order of their own numbers: cheap to compare, so that splits, joins and levels come in numbers. */
  const createNumbers = (allocator: ChunkAllocator): RowOrder => {
    const compare = (slot: number, target: number): number => Math.sign(slot - target);
    const comparator = {
      hasPlace: () => true,
      aimAt: (target: number) => ({ compare: (slot: number) => compare(slot, target) }),
      probe: ({ value }: { readonly value?: FieldValue | undefined }) => ({
        compare: (slot: number) => compare(slot, Number(value)),
      }),
    };
    return new RowOrder({ comparator, allocator, account: "numbers" });
  };
  const runs = fc.array(
    fc.record({
      from: fc.nat({ max: 250_000 }),
      length: fc.constantFrom(1, 600, 9_000, 70_000),
      step: fc.constantFrom(1, -1, 3, 17, 100_003),
      isInsert: fc.boolean(),
    }),
    { minLength: 1, maxLength: 10, size: "max" },
  );

  test("V6: holds what a sorted array holds, whatever has split and joined, and gives all memory back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 200_000 }), runs, async (loaded, changes) => {
        const allocator = new ChunkAllocator();
        const order = createNumbers(allocator);
        const model = new Set(Array.from({ length: loaded }, (_, at) => 2 * at));
        await order.bulkLoad(Uint32Array.from(model), restless);
        for (const { from, length, step, isInsert } of changes) {
          for (let at = 0; at < length; at += 1) {
            const slot = (from + at * step + 40_000_000) % 400_000;
            if (model.has(slot) === isInsert) continue;
            if (isInsert) order.insert(slot);
            else order.remove(slot);
            if (!model.delete(slot)) model.add(slot);
          }
        }
        const sorted = Uint32Array.from(model).sort();
        const copy = new Uint32Array(order.size);
        order.copyTo(copy, 0);
        expect(Buffer.compare(Buffer.from(copy.buffer), Buffer.from(sorted.buffer))).toBe(0);
        for (let rank = 0; rank < sorted.length; rank += 977) {
          const slot = sorted[rank] ?? -1;
          expect(order.slotAt(rank)).toBe(slot);
          expect(order.rankOf(slot)).toBe(rank);
          expect(order.lowerBound({ value: slot })).toBe(rank);
          expect(order.upperBound({ value: slot })).toBe(rank + 1);
        }
        for (const slot of sorted) order.remove(slot);
        expect(order.size).toBe(0);
        expect(allocator.bytesOf("numbers")).toBeLessThanOrEqual(2 * 65_536);
        order.clear();
        expect(allocator.totalBytes).toBe(0);
      }),
      {
        numRuns: 8,
        // Found: a full leaf that took the number of a freed one lost its last slots.
        examples: [
          [
            0,
            [
              { from: 0, length: 70_000, step: 3, isInsert: true },
              { from: 0, length: 9_000, step: 1, isInsert: true },
            ],
          ],
        ],
      },
    );
  });
});

function filled(rows: OrderRows) {
  const orders = createOrders(rows, new ChunkAllocator());
  for (const slot of rows.slots) {
    orders.byKey.insert(slot);
    orders.byValue.insert(slot);
    orders.values.insert(slot);
  }
  const keyed = rows.slots.sort(rows.compareKeys);
  const valued = rows.slots.filter((slot) => rows.valueOf(slot) !== null).sort(rows.compareRows);
  return { ...orders, keyed, valued };
}

function withBounds(generated: fc.Arbitrary<GeneratedRows>) {
  return generated.chain(({ rows, value }) =>
    fc.record({
      rows: fc.constant(rows),
      values: fc.array(boundOf(value, rows), { minLength: 3, maxLength: 6 }),
      keys: fc.array(keyBoundOf(rows), { minLength: 3, maxLength: 6 }),
    }),
  );
}

const limit = fc.oneof(fc.nat({ max: 12 }), fc.constant(noLimit));
const isReversed = fc.constantFrom(undefined, false, true);

function pageOf(keys: readonly string[]): fc.Arbitrary<RowPage> {
  const key = fc.constantFrom(undefined, ...keys);
  return fc.record({ after: key, before: key, limit, fromEnd: isReversed });
}

function rangeOf(value: fc.Arbitrary<FieldValue>): fc.Arbitrary<ValueRange> {
  const bound = fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 4, arbitrary: value },
    fc.constant(null),
  );
  return fc.record({ gt: bound, gte: bound, lt: bound, lte: bound, limit, descending: isReversed });
}

function pageModel(sorted: readonly number[], rows: OrderRows, { after, before, limit, fromEnd }: RowPage): number[] {
  const within = sorted.filter(
    (slot) =>
      (after === undefined || compareText(rows.keyOf(slot), after) > 0) &&
      (before === undefined || compareText(rows.keyOf(slot), before) < 0),
  );
  return fromEnd ? within.slice(Math.max(0, within.length - limit)) : within.slice(0, limit);
}

function rangeModel(sorted: readonly number[], rows: OrderRows, range: ValueRange): number[] {
  const { gt, gte, lt, lte, limit, descending } = range;
  const holds = (slot: number, bound: FieldValue | undefined, isWithin: (order: number) => boolean): boolean =>
    bound === undefined || (bound !== null && isWithin(rows.compareValue(slot, bound)));
  const within = sorted.filter(
    (slot) =>
      holds(slot, gt, (order) => order > 0) &&
      holds(slot, gte, (order) => order >= 0) &&
      holds(slot, lt, (order) => order < 0) &&
      holds(slot, lte, (order) => order <= 0),
  );
  return (descending ? within.toReversed() : within).slice(0, limit);
}

function isEqual(rows: OrderRows, slot: number, value: FieldValue): boolean {
  return value !== null && rows.valueOf(slot) !== null && rows.compareValue(slot, value) === 0;
}

function count(slots: readonly number[], holds: (slot: number) => boolean): number {
  return slots.filter(holds).length;
}
