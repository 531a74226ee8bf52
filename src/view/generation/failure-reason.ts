import { inMegabytes, MemoryLimitError } from "../memory/memory-limit-error.ts";
import type { ViewStore } from "../store/view-store.ts";
import type { Generation } from "./generation.ts";
import { estimateMemory } from "./memory-estimate.ts";

/** Why a view has failed, for operators: a defect while doing something, or memory that it may not have, with what it would take. */
export function makeFailureReason(
  defect: unknown,
  doing: string,
  { generation, store }: { readonly generation: Generation; readonly store: ViewStore },
): string {
  if (!(defect instanceof MemoryLimitError)) return `defect while ${doing}: ${describeDefect(defect)}`;
  if (generation.isComplete) return defect.message;
  const estimate = inMegabytes(estimateMemory(store, generation.progress));
  const read = Math.floor(100 * generation.progress);
  return `${defect.message} It has read ${read} % of its log; all of it takes about ${estimate}.`;
}

/** The message of an error, or whatever else was thrown. */
export function describeDefect(defect: unknown): string {
  return defect instanceof Error ? defect.message : String(defect);
}
