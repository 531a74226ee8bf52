import { InvariantError } from "../base/errors.ts";
import type { Generation } from "./generation.ts";
import type { KeyChange } from "./key-change.ts";
import type { MaterializedView } from "./materialized-view.ts";
import type { Pacer } from "./pacer.ts";
import { addImages, compareGenerations } from "./store-difference.ts";
import type { ViewStore } from "./view-store.ts";

/** The swap of one view to a generation that has reached its targets. Nothing may be applied to either meanwhile. */
export interface PreparedSwap {
  /** Nothing is missing for `swap` now. */
  readonly isReady: boolean;
  /** Does what is missing, giving way in between. */
  prepare(pacer: Pacer): Promise<void>;
  /** Serves the generation from now on; gives the store that was served before, to be closed. Only when ready, in the same synchronous step. */
  swap(): ViewStore | undefined;
}

/**
 * Builds the indexes of one view's store, and finds out what leads there from what is served now. Rejects if the pacer
 * does, or for a defect.
 */
export async function prepareSwap(view: MaterializedView, generation: Generation, pacer: Pacer): Promise<PreparedSwap> {
  const { name } = view.definition;
  const store = generation.stores.get(name);
  if (store === undefined) throw new InvariantError(`generation ${generation.number} has no store of ${name}`);
  await store.buildIndexes(pacer);
  const before = view.servedStore;
  let difference: readonly KeyChange[] =
    before === undefined ? [] : await compareGenerations(before.reader, store.reader, pacer);
  let hasImages = before === undefined;
  return {
    // Somebody may begin to ask for images while others' are being made.
    get isReady() {
      return hasImages || view.changeDetail !== "IMAGES";
    },
    prepare: async (latePacer) => {
      if (before === undefined || hasImages) return;
      difference = await addImages(difference, (key) => before.takeImage(key), latePacer);
      hasImages = true;
    },
    swap: () => view.serve(generation, difference),
  };
}
