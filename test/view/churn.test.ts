import { describe, expect, test } from "vitest";
import { compactionLimits } from "../../src/view/columns/slab-compactor.ts";
import { ChurnedStore } from "../support/churned-store.ts";

const keys = 1_000;
const rounds = 6;
/** What compaction leaves alone at most, and a segment that has just been begun. */
const leftWords = 2 * compactionLimits.minDeadWords;

/** Where the memory goes that does not grow by design. */
function accountsOf(churned: ChurnedStore): Record<string, number> {
  const accounts = [...churned.memoryByAccount].filter(
    ([account]) => !account.startsWith("dictionary ") && account !== "free parts" && account !== "texts",
  );
  return Object.fromEntries(accounts);
}

describe("a store that is churned", () => {
  test.each([1, 2, 3, 4])("V9: takes what it took once every key has its first value again (seed %i)", async (seed) => {
    const churned = await ChurnedStore.open({ keys, seed });
    const accounts = accountsOf(churned);
    const textBytes = churned.memoryByAccount.get("texts") ?? 0;
    const held: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      churned.churn(2_000);
      if (round % 3 === 2) await churned.rebuild();
      churned.churn(2_000);
      churned.settle();
      expect(accountsOf(churned)).toEqual(accounts);
      expect(churned.memoryByAccount.get("texts")).toBeLessThanOrEqual(textBytes + 4 * leftWords);
      held.push(churned.heldBytes);
    }
    expect(churned.entities).toBe(keys);
    expect(churned.peakBytes).toBeGreaterThan(1.5 * Math.max(...held));
  });
});
