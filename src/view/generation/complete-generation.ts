import { nextMacrotask } from "../../base/event-loop.ts";
import type { MaterializedView, Replacement } from "../materialized-view.ts";
import type { Pacer } from "../pacer.ts";
import type { Generation } from "./generation.ts";
import { type PreparedSwap, prepareSwap } from "./prepare-swap.ts";

/**
 * Makes a generation that has reached its targets complete: all views that have not failed are swapped in one step, at the
 * start of a macrotask. Nothing may be applied meanwhile. A defect that concerns one view goes to `onDefect`; rejects only
 * if the pacer does. Gives what was served before.
 */
export async function completeGeneration(
  generation: Generation,
  views: readonly MaterializedView[],
  { pacer, onDefect }: { readonly pacer: Pacer; readonly onDefect: (view: MaterializedView, defect: unknown) => void },
): Promise<Replacement[]> {
  const swaps: PreparedSwap[] = [];
  for (const view of views) {
    if (!generation.stores.has(view.definition.name)) continue;
    try {
      swaps.push(await prepareSwap(view, generation, pacer));
    } catch (defect) {
      onDefect(view, defect);
    }
  }
  await nextMacrotask();
  for (let late = findLate(swaps); late !== undefined; late = findLate(swaps)) {
    await late.prepare(pacer);
    await nextMacrotask();
  }
  generation.isComplete = true;
  const replacements = swaps.flatMap(({ swap }) => swap() ?? []);
  await nextMacrotask();
  for (const { leave } of replacements) leave();
  return replacements;
}

function findLate(swaps: readonly PreparedSwap[]): PreparedSwap | undefined {
  return swaps.find(({ isReady }) => !isReady);
}
