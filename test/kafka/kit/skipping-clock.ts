import type { Clock } from "../../../src/base/clock.ts";
import { systemClock } from "../../../src/base/system-clock.ts";

/** The machine's clock, with hours that a test leaves out: timers run as ever, and `skip` makes it later at once. */
export class SkippingClock implements Clock {
  readonly sleep = systemClock.sleep;
  readonly after = systemClock.after;
  #skippedMs = 0;

  nowMs(): number {
    return systemClock.nowMs() + this.#skippedMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#skippedMs;
  }

  skip(ms: number): void {
    this.#skippedMs += ms;
  }
}
