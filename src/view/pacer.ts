import type { Clock } from "../base/clock.ts";
import { nextMacrotask } from "../base/event-loop.ts";

/** Lets long work give way to the event loop: call `giveWay` often; it waits a macrotask once the slice is used up. */
export interface Pacer {
  /** Undefined while there is time left, else a promise to await. Its rejection is the abort's reason. */
  giveWay(): Promise<void> | undefined;
}

/** A pacer of slices of `sliceMs`. The first one begins with the first wait: what the present macrotask has done before is not known. */
export function createPacer(clock: Clock, sliceMs: number, signal: AbortSignal): Pacer {
  let beganMs = Number.NEGATIVE_INFINITY;
  return {
    giveWay: () => {
      if (clock.monotonicMs() - beganMs < sliceMs) return undefined;
      return nextMacrotask().then(() => {
        signal.throwIfAborted();
        beganMs = clock.monotonicMs();
      });
    },
  };
}
