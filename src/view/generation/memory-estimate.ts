import type { ViewStore } from "../store/view-store.ts";

/**
 * Bytes that a store takes at most once all of its log is read, the building of its indexes counted, if the rest of the log
 * is like what has been read: `progress`, 0 to 1. A log that is not compacted has fewer keys to come than that.
 */
export function estimateMemory(store: Pick<ViewStore, "counts" | "unbuiltBytes">, progress: number): number {
  const bytes = store.counts.memoryBytes + store.unbuiltBytes;
  return progress === 0 ? bytes : Math.round(bytes / progress);
}
