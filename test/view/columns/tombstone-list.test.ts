import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TombstoneList, tombstoneWords } from "../../../src/view/columns/tombstone-list.ts";
import { BlockRows } from "./kit/block-rows.ts";

describe("TombstoneList", () => {
  test("has its rows in the order in which they came, whichever leave", () => {
    const step = fc.record({ kind: fc.constantFrom("add", "add", "remove", "move"), slot: fc.nat({ max: 7 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new BlockRows();
        const slots = Array.from({ length: 8 }, () => table.add(3, { spareWords: tombstoneWords }));
        const list = new TombstoneList(table.rows.records, table.slab);
        let waiting: Array<{ readonly slot: number; readonly since: number }> = [];
        for (const [at, { kind, slot: place }] of steps.entries()) {
          const slot = slots[place] ?? 0;
          const isIn = waiting.some((one) => one.slot === slot);
          if (kind === "add" && !isIn) {
            const since = 1e12 + at / 4;
            list.add(slot, since);
            waiting.push({ slot, since });
          } else if (kind === "remove") {
            list.remove(slot);
            waiting = waiting.filter((one) => one.slot !== slot);
          } else if (kind === "move") {
            // Compaction takes a row's place in the list along.
            table.rows.records.setBlock(slot, table.slab.move(table.rows.records.blockOf(slot)));
          }
          const [oldest] = waiting;
          expect(list.oldest(Number.POSITIVE_INFINITY)).toBe(oldest?.slot ?? 0);
          if (oldest === undefined) continue;
          expect(list.oldest(oldest.since)).toBe(oldest.slot);
          expect(list.oldest(oldest.since - 0.1)).toBe(0);
        }
        const order: number[] = [];
        for (let slot = list.oldest(2e12); slot !== 0; slot = list.oldest(2e12)) {
          order.push(slot);
          list.remove(slot);
        }
        expect(order).toEqual(waiting.map(({ slot }) => slot));
        expect(slots.map((slot) => table.markOf(slot, 3))).toEqual(slots);
        table.allocator.close();
      }),
      { numRuns: 200 },
    );
  });
});
