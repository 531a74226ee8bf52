import type { Clock } from "../../base/clock.ts";

const windowMs = 5_000;
const sampleEveryMs = 250;

/** Counts things and says how many came per second, over about the last five seconds. */
export class RateMeter {
  readonly #clock: Clock;
  readonly #samples: { readonly atMs: number; readonly total: number }[] = [];
  #total = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#samples.push({ atMs: clock.monotonicMs(), total: 0 });
  }

  get total(): number {
    return this.#total;
  }

  add(count: number): void {
    this.#total += count;
    const nowMs = this.#clock.monotonicMs();
    const last = this.#samples.at(-1);
    if (last === undefined || nowMs - last.atMs >= sampleEveryMs)
      this.#samples.push({ atMs: nowMs, total: this.#total });
    this.#dropOld(nowMs);
  }

  perSecond(): number {
    const nowMs = this.#clock.monotonicMs();
    this.#dropOld(nowMs);
    const oldest = this.#samples[0];
    if (oldest === undefined || nowMs <= oldest.atMs) return 0;
    return ((this.#total - oldest.total) * 1_000) / Math.max(nowMs - oldest.atMs, sampleEveryMs);
  }

  /** Keeps one sample older than the window, as its edge. */
  #dropOld(nowMs: number): void {
    while ((this.#samples[1]?.atMs ?? nowMs) < nowMs - windowMs) this.#samples.shift();
    const [edge] = this.#samples;
    if (this.#samples.length === 1 && edge !== undefined && edge.atMs < nowMs - windowMs) {
      this.#samples[0] = { atMs: nowMs - windowMs, total: this.#total };
    }
  }
}
