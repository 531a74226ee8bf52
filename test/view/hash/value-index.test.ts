import { describe, expect, test } from "vitest";
import { ValueIndex } from "../../../src/view/hash/value-index.ts";
import { ChunkAllocator } from "../../../src/view/memory/chunk-allocator.ts";
import { FieldIndex } from "../../../src/view/store/field-index.ts";
import { scalarType } from "../../support/view-definitions.ts";
import { createOrders } from "../order/kit/build-from-rows.ts";
import { OrderRows } from "../order/kit/order-rows.ts";

function indexOf(rows: OrderRows): FieldIndex {
  const { byValue: order, values } = createOrders(rows, new ChunkAllocator());
  const index = new FieldIndex({ name: "v", at: 1, isOrdered: true, column: rows.column, order, values });
  for (const slot of rows.slots) index.insert(slot);
  return index;
}

function rowsWith(type: string, values: readonly (string | number | null)[]): OrderRows {
  const rows = new OrderRows(scalarType(type));
  for (const [at, value] of values.entries()) rows.set(at + 1, `k${at}`, value);
  return rows;
}

describe("ValueIndex", () => {
  test("has one value of 0 and -0", () => {
    const { values } = indexOf(rowsWith("Float", [0, -0]));
    expect([values.size, values.countOf(0), values.countOf(-0)]).toEqual([1, 2, 2]);
  });

  test("does not count nulls, and finds no row of null", () => {
    const { values } = indexOf(rowsWith("String", [null, "", null]));
    expect([values.size, values.countOf(null), values.rowOf(null), values.countOf("")]).toEqual([1, 0, 0, 1]);
  });

  test("knows no text that only begins like one, and none with a lone surrogate", () => {
    const { values } = indexOf(rowsWith("String", ["ab", "\ud83d\ude00"]));
    expect(["a", "abc", "\ud83d", "\ufffd"].map((text) => values.countOf(text))).toEqual([0, 0, 0, 0]);
  });

  test("names another row of a value once the one that it named is gone", () => {
    const index = indexOf(rowsWith("Int", [5, 5, 5]));
    for (let left = 2; left >= 0; left -= 1) {
      index.remove(index.values.rowOf(5));
      expect(index.values.countOf(5)).toBe(left);
      expect(index.values.rowOf(5) > 0).toBe(left > 0);
    }
  });

  test("refuses to take out a row that is not in", () => {
    const rows = rowsWith("Int", [5, 6]);
    const { values } = createOrders(rows, new ChunkAllocator());
    values.insert(1);
    expect(() => values.remove(2, () => [])).toThrow("row 2 is not in the hash of its view");
    rows.set(2, "k1", 5);
    expect(() => values.remove(2, () => [])).toThrow("row 2 is not in the hash of its view");
    expect(values.countOf(5)).toBe(1);
  });

  test("refuses to guess which rows a value has left", () => {
    const rows = rowsWith("Int", [5, 5]);
    const { values } = createOrders(rows, new ChunkAllocator());
    for (const slot of rows.slots) values.insert(slot);
    expect(() => values.remove(values.rowOf(5), () => [])).toThrow("no row is found that has a value of several");
  });

  test("grows by steps: no row moves more than one part", () => {
    const allocator = new ChunkAllocator();
    const get = (slot: number): number => slot;
    const column = { kind: "number", type: scalarType("Float"), get } as const;
    const values = new ValueIndex({ column, hashSeed: 3, allocator, account: "hash" });
    let most = 0;
    for (let slot = 1; slot <= 200_000; slot += 1) {
      const before = allocator.bytesOf("hash");
      values.insert(slot);
      most = Math.max(most, allocator.bytesOf("hash") - before);
    }
    expect(most).toBeLessThanOrEqual(2 * 8 * 16_384);
    expect(allocator.bytesOf("hash")).toBeGreaterThan(10 * most);
  });
});
