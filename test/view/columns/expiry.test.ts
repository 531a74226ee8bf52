import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Expiry } from "../../../src/view/columns/expiry.ts";
import { BlockRows } from "./kit/block-rows.ts";

/** Rows of two partitions, more than one step looks at; row `n` is of offset `n`. */
const rowCount = 20_000;

function openRows(): BlockRows {
  const table = new BlockRows();
  for (let row = 0; row < rowCount; row += 1) table.add(2, { partition: row % 2, offset: row });
  return table;
}

/** Erases all that expire until nothing is due; gives their offsets by partition. */
function expireAll(expiry: Expiry, table: BlockRows, limit: number): number[] {
  const { records } = table.rows;
  const offsets: number[] = [];
  while (expiry.isDue) {
    const slots = expiry.step(limit);
    expect(slots.length).toBeLessThanOrEqual(limit);
    offsets.push(...slots.map((slot) => records.offsetOf(slot)));
    for (const slot of slots) table.erase(slot);
  }
  return offsets.sort((left, right) => left - right);
}

describe("Expiry", () => {
  test("finds each row below its partition's start once, in steps", () => {
    const limits = fc.constantFrom(7, 1_000, 1_000_000);
    fc.assert(
      fc.property(fc.nat({ max: rowCount }), fc.nat({ max: rowCount }), limits, (even, odd, limit) => {
        const table = openRows();
        const expiry = new Expiry(table.rows);
        expiry.note(0, even);
        expiry.note(1, odd);
        const expected = Array.from({ length: rowCount }, (_, offset) => offset).filter((offset) => {
          return offset < (offset % 2 === 0 ? even : odd);
        });
        expect(expireAll(expiry, table, limit)).toEqual(expected);
        table.allocator.close();
      }),
      { numRuns: 12 },
    );
  });

  test("begins again for a start that moves, and for rows that are written below one, while it is at work", () => {
    const table = openRows();
    const expiry = new Expiry(table.rows);
    expiry.note(0, 100);
    const first = expiry.step(10);
    expect(first).toHaveLength(10);
    for (const slot of first) table.erase(slot);
    // Into a slot that the round has passed, of a record that was fetched before the start moved.
    const late = table.add(2, { partition: 0, offset: 98 });
    expect(first).toContain(late);
    expiry.noteRows(0, 98);
    expiry.note(1, 9);
    expect(expireAll(expiry, table, 1_000)).toEqual([1, 3, 5, 7, ...evens(20, 98), 98, 98].sort((a, b) => a - b));
  });

  test("is not due for starts that fall or were known, nor for rows above them", () => {
    const table = openRows();
    const expiry = new Expiry(table.rows);
    expiry.note(0, 10);
    expireAll(expiry, table, 1_000);
    expiry.note(0, 10);
    expiry.note(0, 4);
    expiry.note(1, 0);
    expiry.noteRows(0, 10);
    expiry.noteRows(1, 0);
    expect(expiry.isDue).toBe(false);
  });
});

function evens(from: number, to: number): number[] {
  return Array.from({ length: (to - from) / 2 }, (_, at) => from + 2 * at);
}
