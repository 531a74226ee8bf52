import { InvariantError } from "../../base/errors.ts";
import type { MaterializedView, Replacement } from "../materialized-view.ts";
import type { Pacer } from "../pacer.ts";
import { KeyDifferences } from "../store/key-differences.ts";
import { compareGenerations } from "../store/store-difference.ts";
import type { Generation } from "./generation.ts";

/** The swap of one view to a generation that has reached its targets. Nothing may be applied to either meanwhile. */
export interface PreparedSwap {
  /** Nothing is missing for `swap` now. */
  readonly isReady: boolean;
  /** Does what is missing, giving way in between. */
  prepare(pacer: Pacer): Promise<void>;
  /** Serves the generation from now on. Only when ready, in the same synchronous step. */
  swap(): Replacement | undefined;
}

/**
 * Builds the indexes of one view's store, and finds out in what it differs from what is served now, if somebody follows all
 * keys. Rejects if the pacer does, or for a defect.
 */
export async function prepareSwap(view: MaterializedView, generation: Generation, pacer: Pacer): Promise<PreparedSwap> {
  const { name } = view.definition;
  const store = generation.stores.get(name);
  if (store === undefined) throw new InvariantError(`generation ${generation.number} has no store of ${name}`);
  await store.buildIndexes(pacer);
  const before = view.servedStore;
  let difference: KeyDifferences | undefined;
  return {
    // Somebody may begin to follow while the next view is prepared.
    get isReady() {
      return difference !== undefined || before === undefined || !view.hasFollowersOfAll;
    },
    prepare: async (latePacer) => {
      if (before !== undefined) difference = await compareGenerations(before.reader, store.reader, latePacer);
    },
    swap: () => view.serve(generation, difference ?? new KeyDifferences()),
  };
}
