import { describe, expect, test } from "vitest";
import { CellTargets } from "../../../src/view/columns/cell-targets.ts";
import { chunkRows } from "../../../src/view/columns/chunked-column.ts";

function arrange(slots: readonly number[], chunks: number, targets = new CellTargets()): CellTargets {
  targets.begin(slots.length);
  for (const [row, slot] of slots.entries()) targets.add(row, slot);
  targets.arrange(chunks);
  return targets;
}

/** Row and slot of each target, in order. */
function listTargets({ rows, places, starts, count }: CellTargets): (readonly [row: number, slot: number])[] {
  return Array.from({ length: count }, (_, at) => {
    const chunk = starts.findIndex((start, number) => start <= at && (starts[number + 1] ?? 0) > at);
    return [rows[at] ?? -1, chunk * chunkRows + (places[at] ?? -1)] as const;
  });
}

describe("CellTargets", () => {
  test("arranges rows by the chunk of their slot, those of one chunk in the order in which they came", () => {
    const far = 2 * chunkRows + 7;
    expect(listTargets(arrange([far, 5, chunkRows - 1, far, 5], 4))).toEqual([
      [1, 5],
      [2, chunkRows - 1],
      [4, 5],
      [0, far],
      [3, far],
    ]);
  });

  test("forgets what it had, also when it becomes larger", () => {
    const targets = arrange([3 * chunkRows, 1], 4);
    const slots = Array.from({ length: 3_000 }, (_, at) => at + 1);
    const expected = slots.map((slot, row) => [row, slot]);
    expect(listTargets(arrange(slots, 1, targets))).toEqual(expected);
  });
});
