import { InvariantError } from "../base/errors.ts";
import type { Generation } from "./generation.ts";
import type { MaterializedView } from "./materialized-view.ts";
import type { Pacer } from "./pacer.ts";
import { compareGenerations } from "./store-difference.ts";

/**
 * Builds the indexes of one view's store in a generation that has reached its targets, and finds out what leads there
 * from what is served now. The returned step swaps; nothing may be applied before. Rejects if the pacer does, or for a
 * defect.
 */
export async function prepareSwap(view: MaterializedView, generation: Generation, pacer: Pacer): Promise<() => void> {
  const { name } = view.definition;
  const store = generation.stores.get(name);
  if (store === undefined) throw new InvariantError(`generation ${generation.number} has no store of ${name}`);
  await store.buildIndexes(pacer);
  const before = view.servedReader;
  const difference = before === undefined ? [] : await compareGenerations(before, store.reader, pacer);
  return () => view.serve(generation, difference);
}
