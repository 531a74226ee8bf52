import type { Clock } from "./clock.ts";

/** Once turns have taken so long, the next one waits for the event loop to come round. */
const roundMs = 2;

/**
 * Gives long works that are done in slices their turns: each in a macrotask of its own, in the order in which they asked,
 * and as many in one round of the event loop as fit into a few milliseconds. Works know nothing of each other: ten topics
 * that are replayed would hold the loop ten times as long as one if each had a turn in every round.
 */
export class Turns {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #waiting: Array<() => void> = [];
  /** When this round's first turn began. */
  #roundBeganMs: number | undefined;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** Calls `work` once, in a macrotask of its own, after pending I/O had its turn. */
  take(work: () => void): void {
    this.#waiting.push(work);
    setImmediate(this.#giveNext);
  }

  readonly #giveNext = (): void => {
    const nowMs = this.#clock.monotonicMs();
    if (this.#roundBeganMs === undefined) {
      this.#roundBeganMs = nowMs;
      // What is asked for by `setImmediate` from here on comes in the next round; this before all turns that are asked for meanwhile.
      setImmediate(() => {
        this.#roundBeganMs = undefined;
      });
    } else if (nowMs - this.#roundBeganMs >= roundMs) {
      setImmediate(this.#giveNext);
      return;
    }
    this.#waiting.shift()?.();
  };
}
