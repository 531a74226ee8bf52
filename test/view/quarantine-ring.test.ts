import { describe, expect, test } from "vitest";
import type { BadRecord } from "../../src/decode/row-batch.ts";
import { QuarantineRing } from "../../src/view/quarantine-ring.ts";

const bad = (offset: number): BadRecord => ({
  topic: "orders",
  partition: 0,
  offset,
  timestamp: 0,
  key: null,
  error: "for a test",
  firstBytes: "",
});

function ringOf(maxRecords: number, count: number): QuarantineRing {
  const ring = new QuarantineRing(maxRecords);
  for (let offset = 0; offset < count; offset += 1) ring.add(bad(offset));
  return ring;
}

const offsetsOf = (ring: QuarantineRing, page: { first: number; after?: number }): number[] =>
  ring.page(page).map(({ record }) => record.offset);

describe("a quarantine", () => {
  test("keeps the newest records and counts all", () => {
    const ring = ringOf(3, 10);
    expect(offsetsOf(ring, { first: 100 })).toEqual([7, 8, 9]);
    expect(ring.totalCount).toBe(10);
  });

  test("goes on after an index, also one that is no longer kept", () => {
    const ring = ringOf(5, 12);
    expect(offsetsOf(ring, { first: 2 })).toEqual([7, 8]);
    expect(offsetsOf(ring, { first: 2, after: 8 })).toEqual([9, 10]);
    expect(offsetsOf(ring, { first: 2, after: 3 })).toEqual([7, 8]);
    expect(offsetsOf(ring, { first: 2, after: 11 })).toEqual([]);
  });

  test("only counts when it may keep nothing", () => {
    const ring = ringOf(0, 4);
    expect(offsetsOf(ring, { first: 10 })).toEqual([]);
    expect(ring.totalCount).toBe(4);
  });
});
