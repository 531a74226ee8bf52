import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkAllocator } from "../../src/view/memory/chunk-allocator.ts";
import { createOrders, fillOrders } from "../view/order/kit/build-from-rows.ts";
import { listSlots } from "../view/order/kit/list-slots.ts";
import type { OrderRows } from "../view/order/kit/order-rows.ts";
import { createEagerPacer, createFailingPacer, restless } from "../view/order/kit/pacers.ts";
import { generatedRows } from "./row-order-arbitraries.ts";

/** What a hash takes that has no value. */
const emptyHashBytes = 128;

function expected(rows: OrderRows) {
  return {
    byKey: rows.slots.sort(rows.compareKeys),
    byValue: rows.slots.filter((slot) => rows.valueOf(slot) !== null).sort(rows.compareRows),
  };
}

/** Rows that are sorted by value, those of each value together. */
function groupsOf(sorted: readonly number[], rows: OrderRows): number[][] {
  const groups: number[][] = [];
  let last: number | undefined;
  for (const slot of sorted) {
    if (last !== undefined && rows.compareValue(last, rows.valueOf(slot)) === 0) groups.at(-1)?.push(slot);
    else groups.push([slot]);
    last = slot;
  }
  return groups;
}

describe("building orders", () => {
  test("V6: gives what sorting by comparing gives, whatever the keys, the type and its values", async () => {
    await fc.assert(
      fc.asyncProperty(generatedRows({ maxRows: 1_000 }), async ({ rows }) => {
        const allocator = new ChunkAllocator();
        const orders = createOrders(rows, allocator);
        await fillOrders(orders, rows, { allocator, pacer: restless });
        const right = expected(rows);
        expect({ byKey: listSlots(orders.byKey), byValue: listSlots(orders.byValue) }).toEqual(right);
        const groups = groupsOf(right.byValue, rows);
        expect(orders.values.size).toBe(groups.length);
        for (const equal of groups) {
          const value = rows.valueOf(equal[0] ?? -1);
          expect(orders.values.countOf(value)).toBe(equal.length);
          expect(equal.includes(orders.values.rowOf(value))).toBe(true);
        }
        expect(allocator.bytesOf("sorting")).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test("gives the same when it gives way each time, and shows no row of an order before all", async () => {
    await fc.assert(
      fc.asyncProperty(generatedRows({ maxRows: 3_000 }), async ({ rows }) => {
        const allocator = new ChunkAllocator();
        const orders = createOrders(rows, allocator);
        const right = expected(rows);
        const sizes = new Set<string>();
        const pacer = createEagerPacer(() => sizes.add(`${orders.byKey.size} ${orders.byValue.size}`));
        await fillOrders(orders, rows, { allocator, pacer });
        expect({ byKey: listSlots(orders.byKey), byValue: listSlots(orders.byValue) }).toEqual(right);
        const [keyed, valued] = [right.byKey.length, right.byValue.length];
        for (const size of sizes) expect(["0 0", `${keyed} 0`, `${keyed} ${valued}`]).toContain(size);
      }),
      { numRuns: 60 },
    );
  });

  test("leaves orders empty or complete and no memory behind, wherever it is broken off", async () => {
    await fc.assert(
      fc.asyncProperty(generatedRows({ maxRows: 300 }), async ({ rows }) => {
        const right = expected(rows);
        const reason = new Error("broken off");
        for (let failAt = 1, isDone = false; !isDone; failAt += 1) {
          const allocator = new ChunkAllocator();
          const orders = createOrders(rows, allocator);
          const pacer = createFailingPacer(failAt, reason);
          const outcome = await fillOrders(orders, rows, { allocator, pacer }).catch((error: unknown) => error);
          isDone = pacer.times < failAt;
          expect(outcome).toBe(isDone ? undefined : reason);
          expect([[], right.byKey]).toContainEqual(listSlots(orders.byKey));
          expect([[], right.byValue]).toContainEqual(listSlots(orders.byValue));
          expect([0, groupsOf(right.byValue, rows).length]).toContain(orders.values.size);
          expect(allocator.bytesOf("sorting")).toBe(0);
          orders.byKey.clear();
          orders.byValue.clear();
          orders.values.clear();
          expect(allocator.totalBytes).toBe(emptyHashBytes);
        }
      }),
      { numRuns: 40 },
    );
  });
});
