import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantError } from "../../../src/base/errors.ts";
import { SegmentNumbers } from "../../../src/view/columns/segment-numbers.ts";

const limit = 12;

describe("SegmentNumbers", () => {
  test("gives runs of numbers that nobody else has, and those that came back before new ones", () => {
    const step = fc.record({ isBack: fc.boolean(), count: fc.integer({ min: 1, max: 4 }), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const numbers = new SegmentNumbers(limit);
        const runs: Array<{ readonly first: number; readonly count: number }> = [];
        const taken = new Set<number>();
        let end = 0;
        for (const { isBack, count, pick } of steps) {
          const [run] = isBack && runs.length > 0 ? runs.splice(pick % runs.length, 1) : [];
          if (run !== undefined) {
            numbers.giveBack(run.first, run.count);
            for (const number of numbersOf(run.first, run.count)) taken.delete(number);
          } else {
            const hasOldRun = numbersOf(0, end).some((first) => {
              return numbersOf(first, count).every((number) => number < end && !taken.has(number));
            });
            if (!hasOldRun && end + count > limit) {
              expect(() => numbers.take(count)).toThrow(InvariantError);
              continue;
            }
            const first = numbers.take(count);
            expect(numbersOf(first, count).filter((number) => taken.has(number) || number >= limit)).toEqual([]);
            expect(first < end).toBe(hasOldRun);
            runs.push({ first, count });
            for (const number of numbersOf(first, count)) taken.add(number);
            end = Math.max(end, first + count);
          }
          expect(numbers.left).toBe(limit - taken.size);
        }
      }),
    );
  });
});

function numbersOf(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}
