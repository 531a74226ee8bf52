import { describe, expect, test } from "vitest";
import { compactionLimits } from "../../../src/view/columns/slab-compactor.ts";
import { ChurnedStore } from "../../support/churned-store.ts";

const keys = 1_000;
const rounds = 6;
/** What compaction leaves alone at most, and a segment that has just been begun. */
const leftWords = 2 * compactionLimits.minDeadWords;

/** Where the memory goes that does not grow by design. */
function accountsOf(churned: ChurnedStore): Record<string, number> {
  const isFixed = (account: string) => !/^(dictionary |hash of |free parts$|texts$)/.test(account);
  return Object.fromEntries([...churned.memoryByAccount].filter(([account]) => isFixed(account)));
}

/** Hashes keep the room of the most values that they have had. */
function hashBytesOf(churned: ChurnedStore): number {
  const hashes = [...churned.memoryByAccount].filter(([account]) => account.startsWith("hash of "));
  return hashes.reduce((sum, [, bytes]) => sum + bytes, 0);
}

describe("a store that is churned", () => {
  test.each([1, 2, 3, 4])("V9: takes what it took once every key has its first value again (seed %i)", async (seed) => {
    const churned = await ChurnedStore.open({ keys, seed });
    const accounts = accountsOf(churned);
    const textBytes = churned.memoryByAccount.get("texts") ?? 0;
    const hashBytes = hashBytesOf(churned);
    const held: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      churned.churn(2_000);
      if (round % 3 === 2) await churned.rebuild();
      churned.churn(2_000);
      churned.settle();
      expect(accountsOf(churned)).toEqual(accounts);
      expect(hashBytesOf(churned)).toBeLessThanOrEqual(2 * hashBytes);
      expect(churned.memoryByAccount.get("texts")).toBeLessThanOrEqual(textBytes + 4 * leftWords);
      held.push(churned.heldBytes);
    }
    expect(churned.entities).toBe(keys);
    expect(churned.peakBytes).toBeGreaterThan(1.5 * Math.max(...held));
  });
});
