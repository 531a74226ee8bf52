import type { Clock } from "../../base/clock.ts";
import type { MaterializedView } from "../materialized-view.ts";
import type { Generation } from "./generation.ts";
import type { SlicedWork } from "./upkeep-between.ts";

/** Between batches that come one after the other, maintenance may not take much longer than they do. */
const sliceMs = 1;

/**
 * Maintenance of all stores of a generation: expiry, forgetting of tombstones, compaction. Subscribers of views that are
 * served are told. Views of one topic may differ while rows expire: each goes through its own rows, in slices.
 */
export function makeGenerationUpkeep(
  getGeneration: () => Generation | undefined,
  views: readonly MaterializedView[],
  clock: Clock,
): SlicedWork {
  const doSlice = (): void => {
    const generation = getGeneration();
    const untilMs = clock.monotonicMs() + sliceMs;
    for (const view of views) {
      const store = generation?.stores.get(view.definition.name);
      while (store?.needsMaintenance === true) {
        const isServed = generation?.isComplete === true;
        const changes = store.maintain(isServed ? view.changeDetail : "NONE");
        if (isServed) view.publish(changes);
        if (isServed && changes.length > 0) return; // what subscribers have taken can be read until the macrotask ends
        if (clock.monotonicMs() >= untilMs) return;
      }
    }
  };
  return {
    get isDue() {
      return getGeneration()?.needsMaintenance === true;
    },
    doSlice,
  };
}
