import { describe, expect, test } from "vitest";
import { ChunkAllocator } from "../../../src/view/memory/chunk-allocator.ts";
import type { RowComparator } from "../../../src/view/order/row-comparators.ts";
import { makeKeyComparator, makeValueComparator } from "../../../src/view/order/row-comparators.ts";
import { RowOrder } from "../../../src/view/order/row-order.ts";
import { scalarType } from "../../support/view-definitions.ts";
import { createOrders } from "./kit/build-from-rows.ts";
import { listSlots } from "./kit/list-slots.ts";
import { OrderRows } from "./kit/order-rows.ts";
import { createFailingPacer, restless } from "./kit/pacers.ts";

/** Slots in the order of their own numbers. */
const bySlot: RowComparator = {
  hasPlace: () => true,
  aimAt: (target) => ({ compare: (slot) => slot - target }),
  probe: ({ value }) => ({ compare: (slot) => slot - Number(value) }),
};

function createNumbers() {
  const allocator = new ChunkAllocator();
  const order = new RowOrder({ comparator: bySlot, allocator, account: "numbers" });
  return { order, allocator, bytesOfRow: () => allocator.bytesOf("numbers") / order.size };
}

const evenNumbers = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, at) => 2 * at);

/** Numbers below a limit that look random and are the same in every run. */
function createNumbersBelow(limit: number): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe("RowOrder", () => {
  test("refuses a row that is in", () => {
    const { order } = createNumbers();
    order.insert(7);
    expect(() => order.insert(7)).toThrow("has one equal to it");
    expect(listSlots(order)).toEqual([7]);
  });

  test("refuses to take out a row that is not in", () => {
    const { order } = createNumbers();
    expect(() => order.remove(7)).toThrow("row 7 is not where its cells say");
    order.insert(7);
    expect(() => order.remove(8)).toThrow("row 8 is not where its cells say");
    expect(listSlots(order)).toEqual([7]);
  });

  test("refuses to take out a row whose cells have changed", () => {
    const rows = new OrderRows(scalarType("Int"));
    for (const slot of [0, 1, 2]) rows.set(slot, `k${slot}`, slot);
    const { byValue } = createOrders(rows, new ChunkAllocator());
    for (const slot of rows.slots) byValue.insert(slot);
    rows.set(0, "k0", 9);
    expect(() => byValue.remove(0)).toThrow("row 0 is not where its cells say");
  });

  test("has no place for nulls", () => {
    const rows = new OrderRows(scalarType("String"));
    rows.set(0, "k0", null);
    const { byValue, byKey } = createOrders(rows, new ChunkAllocator());
    byValue.insert(0);
    byKey.insert(0);
    expect([byValue.size, byKey.size]).toEqual([0, 1]);
    byValue.remove(0);
  });

  test("refuses ranks that it does not have", () => {
    const { order } = createNumbers();
    expect(() => order.slotAt(0)).toThrow("rank 0 of a sequence of 0 rows");
    order.insert(7);
    expect(() => order.slotAt(1)).toThrow("rank 1 of a sequence of 1 rows");
    expect(() => order.slotAt(-1)).toThrow("rank -1 of a sequence of 1 rows");
    expect(() => order.copyTo(new Uint32Array(2), 0)).toThrow("rank 2 of a sequence of 1 rows");
  });
});

describe("a bulk load", () => {
  test("is refused by an order that has rows", async () => {
    const { order } = createNumbers();
    order.insert(1);
    await expect(order.bulkLoad(evenNumbers(3), restless)).rejects.toThrow("an order that has rows is loaded");
  });

  test("refuses changes meanwhile, and shows no row before all are in", async () => {
    const { order } = createNumbers();
    const refusals: string[] = [];
    const refusalOf = (change: () => void): string => {
      try {
        change();
      } catch (error) {
        return String(error);
      }
      return "none";
    };
    await order.bulkLoad(evenNumbers(5_000), {
      giveWay: () => {
        refusals.push(
          refusalOf(() => order.insert(1)),
          refusalOf(() => order.remove(2)),
          refusalOf(() => order.clear()),
        );
        expect(order.size).toBe(0);
        return Promise.resolve();
      },
    });
    expect(new Set(refusals)).toEqual(
      new Set(["InvariantError: broken invariant: an order changes while it is loaded"]),
    );
    expect(order.size).toBe(5_000);
  });

  test("that fails leaves an empty order that can be loaded again", async () => {
    const { order, allocator } = createNumbers();
    const reason = new Error("broken off");
    await expect(order.bulkLoad(evenNumbers(50_000), createFailingPacer(4, reason))).rejects.toBe(reason);
    expect([order.size, allocator.totalBytes]).toEqual([0, 0]);
    await order.bulkLoad(evenNumbers(50_000), restless);
    expect(order.slotAt(49_999)).toBe(99_998);
  });
});

describe("the memory of an order", () => {
  test("is at most 5.5 bytes a row after a bulk load", async () => {
    const { order, bytesOfRow } = createNumbers();
    await order.bulkLoad(evenNumbers(200_000), restless);
    expect(bytesOfRow()).toBeLessThan(5.5);
  });

  test("is at most 8 bytes a row through random insertions and removals, and goes with the rows", () => {
    const { order, allocator } = createNumbers();
    const draw = createNumbersBelow(1_000_000);
    const held: number[] = [];
    const known = new Set<number>();
    const change = (isInsert: boolean): void => {
      if (isInsert) {
        const slot = draw();
        if (known.has(slot)) return;
        known.add(slot);
        held.push(slot);
        order.insert(slot);
        return;
      }
      const at = draw() % held.length;
      const slot = held[at] ?? -1;
      held[at] = held.at(-1) ?? -1;
      held.pop();
      known.delete(slot);
      order.remove(slot);
    };
    // The last chunk may be nearly empty, and one stays in reserve: less than a byte a row with many rows.
    const mostBytes = (): number => 8 * order.size + 2 * 65_536;
    for (let step = 0; step < 60_000; step += 1) change(true);
    expect(allocator.totalBytes).toBeLessThan(mostBytes());
    for (let step = 0; step < 60_000; step += 1) change(step % 2 === 0);
    expect(allocator.totalBytes).toBeLessThan(mostBytes());
    while (held.length > 0) {
      change(false);
      if (held.length % 5_000 === 0) expect(allocator.totalBytes).toBeLessThanOrEqual(mostBytes());
    }
  });

  test.each([
    ["one ascending place", (at: number) => at],
    ["one descending place", (at: number) => 300_000 - at],
    ["five ascending places", (at: number) => (at % 5) * 100_000 + at],
  ])("is at most 5 bytes a row where rows come at %s", (_name, slotOf) => {
    const { order, bytesOfRow } = createNumbers();
    for (let at = 0; at < 100_000; at += 1) order.insert(slotOf(at));
    expect(bytesOfRow()).toBeLessThan(5);
  });

  test("of a few rows is one node", () => {
    const { order, allocator } = createNumbers();
    for (let slot = 0; slot < 500; slot += 1) order.insert(slot);
    expect(allocator.totalBytes).toBe(2_048);
  });
});

describe("a comparator", () => {
  const rows = new OrderRows(scalarType("Int"));

  test("of keys is searched by a key, one of values by a value", () => {
    const byKey = makeKeyComparator(rows.locateKey);
    const byValue = makeValueComparator(rows.column, rows.locateKey);
    expect(() => byKey.probe({ value: 1 })).toThrow("an order by key is searched by a key");
    expect(() => byKey.probe({ value: 1, key: "a" })).toThrow("an order by key is searched by a key");
    expect(() => byValue.probe({ key: "a" })).toThrow("an order by value is searched by a value");
    expect(() => byValue.probe({ value: null })).toThrow("an order by value is searched by a value");
  });

  test.each(["[String]", "Float"])("of texts knows no order of %s", (type) => {
    const column = {
      kind: "text",
      type: scalarType(type),
      locate: () => false,
      hasText: () => false,
      touch: () => undefined,
    } as const;
    expect(() => makeValueComparator(column, rows.locateKey)).toThrow(/no order|not held as text/);
  });

  test("of an enum puts names that it does not have before all", () => {
    const names = ["B", "A"].map((name) => ({ name, description: undefined, deprecationReason: undefined }));
    const definition = { name: "Letter", description: undefined, values: names };
    const letters = new OrderRows({ kind: "enum", definition, nullable: true });
    letters.set(0, "k0", "A");
    letters.set(1, "k1", "B");
    const { byValue } = createOrders(letters, new ChunkAllocator());
    for (const slot of letters.slots) byValue.insert(slot);
    expect(listSlots(byValue)).toEqual([1, 0]);
    expect(byValue.upperBound({ value: "C" })).toBe(0);
  });
});
