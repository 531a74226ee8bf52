import type { Clock } from "../base/clock.ts";

/** Who has something to write. */
export interface Writing {
  writeTurn(): void;
}

/** After so long a round goes on in another macrotask, so that requests and health checks are not kept waiting. */
const sliceMs = 4;
const turnsBetweenLooks = 16;

/**
 * Gives writers their turns, once each: from a microtask, so that all that is queued for one socket in one step is one
 * write, and in slices. What is queued for a socket that waits for its turn is written with what it waits for.
 */
export class WriteRounds {
  readonly #clock: Clock;
  readonly #queue: Writing[] = [];
  #isScheduled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The writer gets a turn, before the macrotask ends or in one of the next. */
  add(writer: Writing): void {
    this.#queue.push(writer);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#run());
  }

  #run(): void {
    const endMs = this.#clock.monotonicMs() + sliceMs;
    let turns = 0;
    for (const writer of this.#queue) {
      writer.writeTurn();
      turns += 1;
      if (turns % turnsBetweenLooks === 0 && this.#clock.monotonicMs() >= endMs) break;
    }
    this.#queue.splice(0, turns);
    if (this.#queue.length > 0) setImmediate(() => this.#run());
    else this.#isScheduled = false;
  }
}
