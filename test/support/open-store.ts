import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import { MemoryBudget } from "../../src/view/memory/memory-budget.ts";
import { ColumnStore, type ColumnStoreOptions } from "../../src/view/store/column-store.ts";
import { ManualClock } from "./manual-clock.ts";
import { testHashSeed } from "./row-batches.ts";

/** A columnar store for batches of `makeRowBatch`, without partitions, unless options say otherwise. */
export function openStore(definition: ViewDefinition, options: Partial<ColumnStoreOptions> = {}): ColumnStore {
  return new ColumnStore({
    definition,
    generation: 1,
    incarnation: "life-1",
    clock: new ManualClock(),
    tombstoneRetentionMs: 1_000,
    hashSeed: testHashSeed,
    budget: new MemoryBudget(),
    ...options,
  });
}
