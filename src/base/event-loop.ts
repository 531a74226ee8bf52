import { systemClock } from "./system-clock.ts";
import { Turns } from "./turns.ts";

/** Of this thread: all that is done in slices shares them. */
const turns = new Turns(systemClock);

/** Calls `work` on a later macrotask of its own, after pending I/O had its turn, and after others that have asked before. */
export function takeTurn(work: () => void): void {
  turns.take(work);
}

/** Resolves on a later macrotask, as `takeTurn` calls. */
export function nextMacrotask(): Promise<void> {
  return new Promise((resolve) => {
    takeTurn(resolve);
  });
}
