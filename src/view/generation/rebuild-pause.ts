import type { ViewOptions } from "../view-options.ts";

/**
 * How long to wait before a lost log is read again: not at all if what was lost had been complete, else twice as long
 * as before, within the options' bounds. Pure.
 */
export function nextRebuildPause(
  { previousMs, hadCompleted }: { readonly previousMs: number; readonly hadCompleted: boolean },
  { minRebuildPauseMs, maxRebuildPauseMs }: ViewOptions,
): number {
  if (hadCompleted) return 0;
  return Math.min(maxRebuildPauseMs, Math.max(minRebuildPauseMs, previousMs * 2));
}

/** Half to all of a pause, so that replicas do not come back together; `random` gives 0 (inclusive) to 1 (exclusive). Pure. */
export function withJitter(pauseMs: number, random: () => number): number {
  return pauseMs * (0.5 + random() / 2);
}
