import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ValueIndex } from "../../src/view/hash/value-index.ts";
import { ChunkAllocator } from "../../src/view/memory/chunk-allocator.ts";
import { FieldIndex } from "../../src/view/store/field-index.ts";
import { scalarType } from "../support/view-definitions.ts";
import { createOrders, fillOrders } from "../view/order/kit/build-from-rows.ts";
import type { OrderRows } from "../view/order/kit/order-rows.ts";
import { createEagerPacer, restless } from "../view/order/kit/pacers.ts";
import { boundOf, generatedRows } from "./row-order-arbitraries.ts";

/** What a hash takes that has no value. */
const emptyHashBytes = 128;

function createIndex(rows: OrderRows, allocator: ChunkAllocator) {
  const orders = createOrders(rows, allocator);
  const { byValue: order, values } = orders;
  return { orders, index: new FieldIndex({ name: "v", at: 1, isOrdered: true, column: rows.column, order, values }) };
}

const steps = fc.array(fc.nat({ max: 999 }), { maxLength: 300, size: "max" });

/** Puts rows in, and takes those out that are in; gives those that are in at the end. */
function toggle(index: FieldIndex, rows: OrderRows, held: Set<number>, chosen: readonly number[]): void {
  const { slots } = rows;
  for (const step of chosen) {
    const slot = slots[step % slots.length];
    if (slot === undefined) break;
    if (held.has(slot)) index.remove(slot);
    else index.insert(slot);
    if (!held.delete(slot)) held.add(slot);
  }
}

function rowsOfValue(rows: OrderRows, held: ReadonlySet<number>, value: ReturnType<OrderRows["valueOf"]>): number[] {
  return value === null
    ? []
    : [...held].filter((slot) => rows.valueOf(slot) !== null && rows.compareValue(slot, value) === 0);
}

function expectRight({ values }: FieldIndex, rows: OrderRows, held: ReadonlySet<number>): void {
  const seen = new Set<number>();
  for (const slot of held) {
    const equal = rowsOfValue(rows, held, rows.valueOf(slot));
    expect(values.countOf(rows.valueOf(slot))).toBe(equal.length);
    if (equal.length === 0) continue;
    expect(equal).toContain(values.rowOf(rows.valueOf(slot)));
    seen.add(Math.min(...equal));
  }
  expect(values.size).toBe(seen.size);
}

describe("ValueIndex", () => {
  test("V6: counts what a scan counts, whatever the type, through insertions and removals in any order", () => {
    fc.assert(
      fc.property(
        generatedRows({ maxRows: 100 }).chain(({ rows, value }) =>
          fc.record({
            rows: fc.constant(rows),
            values: fc.array(boundOf(value, rows), { minLength: 4 }),
            chosen: steps,
          }),
        ),
        ({ rows, values, chosen }) => {
          const { index } = createIndex(rows, new ChunkAllocator());
          const held = new Set<number>();
          toggle(index, rows, held, chosen);
          expectRight(index, rows, held);
          for (const value of values) expect(index.values.countOf(value)).toBe(rowsOfValue(rows, held, value).length);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("V6: follows changes after it was built at once as it does from the start", async () => {
    await fc.assert(
      fc.asyncProperty(generatedRows({ maxRows: 300 }), steps, async ({ rows }, chosen) => {
        const allocator = new ChunkAllocator();
        const { orders, index } = createIndex(rows, allocator);
        await fillOrders(orders, rows, { allocator, pacer: createEagerPacer() });
        const held = new Set(rows.slots);
        expectRight(index, rows, held);
        toggle(index, rows, held, chosen);
        expectRight(index, rows, held);
        for (const slot of held) index.remove(slot);
        expect(index.values.size).toBe(0);
        expect(allocator.bytesOf("hash of values")).toBe(emptyHashBytes);
      }),
      { numRuns: 60 },
    );
  });
});

describe("ValueIndex of many values", () => {
  /** Each row's value is its slot divided by `rowsOfValue`. */
  const createNumbers = (allocator: ChunkAllocator, rowsOfValue: number): ValueIndex => {
    const get = (slot: number): number => Math.floor(slot / rowsOfValue);
    const column = { kind: "number", type: scalarType("Float"), get } as const;
    return new ValueIndex({ column, hashSeed: 7, allocator, account: "hash" });
  };
  const othersOf = (slot: number, rowsOfValue: number): number[] => {
    const first = slot - (slot % rowsOfValue);
    return Array.from({ length: rowsOfValue }, (_, at) => first + at).filter((other) => other !== slot);
  };
  const changes = fc.array(
    fc.record({
      from: fc.integer({ min: 1, max: 150_000 }),
      length: fc.constantFrom(1, 600, 40_000),
      step: fc.constantFrom(1, 3, 100_003),
      isInsert: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8, size: "max" },
  );

  test("V6: holds what a Map holds, however it has grown, and gives its memory back with the last row", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 7), changes, (rowsOfValue, runs) => {
        const allocator = new ChunkAllocator();
        const index = createNumbers(allocator, rowsOfValue);
        const held = new Set<number>();
        const counts = new Map<number, number>();
        const change = (slot: number, isInsert: boolean): void => {
          const value = Math.floor(slot / rowsOfValue);
          if (isInsert) index.insert(slot);
          else index.remove(slot, () => othersOf(slot, rowsOfValue).filter((other) => held.has(other)));
          if (isInsert) held.add(slot);
          else held.delete(slot);
          counts.set(value, (counts.get(value) ?? 0) + (isInsert ? 1 : -1));
          if (counts.get(value) === 0) counts.delete(value);
        };
        for (const { from, length, step, isInsert } of runs) {
          for (let at = 0; at < length; at += 1) {
            const slot = 1 + ((from + at * step) % 200_000);
            if (held.has(slot) !== isInsert) change(slot, isInsert);
          }
        }
        expect(index.size).toBe(counts.size);
        for (let value = 0; value < 200_001; value += 487) {
          expect(index.countOf(value)).toBe(counts.get(value) ?? 0);
          expect(held.has(index.rowOf(value))).toBe(counts.has(value));
        }
        for (const slot of held) change(slot, false);
        expect(allocator.totalBytes).toBe(emptyHashBytes);
      }),
      { numRuns: 12 },
    );
  });

  test("takes as much memory after a long churn of its values as before", () => {
    const allocator = new ChunkAllocator();
    const index = createNumbers(allocator, 1);
    const window = 50_000;
    for (let slot = 1; slot <= window; slot += 1) index.insert(slot);
    const bytes = allocator.bytesOf("hash");
    for (let slot = window + 1; slot <= 6 * window; slot += 1) {
      index.remove(slot - window, () => []);
      index.insert(slot);
    }
    expect(allocator.bytesOf("hash")).toBe(bytes);
    expect(index.size).toBe(window);
  });

  test("takes at most 15 bytes a value that one row has, and 23 one of several, however it came to be", async () => {
    for (const [rowsOfValue, most] of [
      [1, 15],
      [3, 23],
    ] as const) {
      const allocator = new ChunkAllocator();
      const index = createNumbers(allocator, rowsOfValue);
      for (let slot = rowsOfValue; slot < 100_000 * rowsOfValue; slot += 1) index.insert(slot);
      expect(allocator.bytesOf("hash") / index.size).toBeLessThan(most);
      index.clear();
      await index.reserve(100_000, restless);
      expect(allocator.bytesOf("hash") / 100_000).toBeLessThan(16);
    }
  });
});
