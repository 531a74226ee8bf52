import type { Clock } from "./clock.ts";

/** A moment on both clocks. */
export interface Moment {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** The moment now. */
export function takeMoment(clock: Clock): Moment {
  return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}

/** The moment so many milliseconds before. */
export function momentBefore({ nowMs, monotonicMs }: Moment, ms: number): Moment {
  return { nowMs: nowMs - ms, monotonicMs: monotonicMs - ms };
}

/**
 * Milliseconds between two moments, by the clock that counts more: the monotonic one stands still while a machine
 * sleeps, the wall clock may be set back. For what must not be taken for shorter than it was.
 */
export function elapsedMs(since: Moment, until: Moment): number {
  return Math.max(until.monotonicMs - since.monotonicMs, until.nowMs - since.nowMs);
}
