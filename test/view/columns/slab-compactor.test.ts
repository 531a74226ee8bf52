import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slabAccount } from "../../../src/view/columns/slab.ts";
import { SlabCompactor } from "../../../src/view/columns/slab-compactor.ts";
import { segmentShift, segmentWords } from "../../../src/view/columns/slab-segment.ts";
import { BlockRows } from "./kit/block-rows.ts";

const words = 500;
const rowsOfSegment = Math.floor(segmentWords / words);

/** Rows that fill four segments and begin a fifth. */
function openFull(): { readonly table: BlockRows; readonly live: Set<number> } {
  const table = new BlockRows();
  const live = new Set<number>();
  for (let row = 0; row < 4 * rowsOfSegment + 10; row += 1) live.add(table.add(words));
  return { table, live };
}

function expectWhole(table: BlockRows, live: ReadonlySet<number>): void {
  const wrong = [...live].filter((slot) => table.markOf(slot, words) !== slot);
  expect(wrong).toEqual([]);
}

describe("SlabCompactor", () => {
  test("is not due while little is dead, nor while no segment has much that is", () => {
    const { table, live } = openFull();
    const compactor = new SlabCompactor(table.rows, table.slab);
    expect(compactor.isDue).toBe(false);
    // A fifth of each segment.
    for (const slot of live) if (slot % 5 === 0) table.erase(slot);
    expect(compactor.isDue).toBe(false);
  });

  test("evacuates all segments that are sparse, leaves the others where they are, and gives their memory back", () => {
    const { table, live } = openFull();
    const compactor = new SlabCompactor(table.rows, table.slab);
    const before = table.allocator.bytesOf(slabAccount);
    const segmentOf = (slot: number): number => table.rows.records.blockOf(slot) >>> segmentShift;
    for (const slot of live) {
      if (segmentOf(slot) === 1 || segmentOf(slot) > 2 || slot % 4 === 0) continue;
      table.erase(slot);
      live.delete(slot);
    }
    const places = new Map([...live].map((slot) => [slot, table.rows.records.blockOf(slot)]));
    const stays = [...live].filter((slot) => segmentOf(slot) === 1 || segmentOf(slot) > 2);
    while (compactor.isDue) compactor.step();
    expectWhole(table, live);
    expect(table.slab.evacuated).toBe(0);
    expect(stays.filter((slot) => table.rows.records.blockOf(slot) !== places.get(slot))).toEqual([]);
    expect(table.slab.deadWords).toBe(0);
    // Two segments went; what was left of them is behind the others.
    expect(before - table.allocator.bytesOf(slabAccount)).toBeGreaterThanOrEqual(4 * segmentWords);
  });

  test("loses nothing that changes between its steps, over several segments", () => {
    const change = fc.record({ isErased: fc.boolean(), share: fc.double({ min: 0, max: 0.999, noNaN: true }) });
    const steps = fc.array(fc.array(change, { maxLength: 60 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 9 }), (changes, kept) => {
        const { table, live } = openFull();
        for (const slot of [...live].filter((one) => one % kept !== 0)) {
          table.erase(slot);
          live.delete(slot);
        }
        const limits = { minDeadWords: 1, stepRows: 700, stepWords: 50 * words };
        const compactor = new SlabCompactor(table.rows, table.slab, limits);
        let round = 0;
        while (compactor.isDue) {
          compactor.step();
          for (const { isErased, share } of changes[round % changes.length] ?? []) {
            const slot = [...live][Math.floor(share * live.size)];
            if (round >= 24 || slot === undefined) break;
            if (isErased) {
              table.erase(slot);
              live.delete(slot);
            } else {
              live.add(table.add(words));
            }
          }
          round += 1;
        }
        expectWhole(table, live);
        expect(table.slab.usedWords - table.slab.deadWords).toBe(words * live.size);
        table.allocator.close();
      }),
      { numRuns: 15 },
    );
  });
});
