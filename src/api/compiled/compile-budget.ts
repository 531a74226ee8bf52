import type { Clock } from "../../base/clock.ts";

/** How much may be compiled, in members of objects that are planned: most of the time goes with them. */
export interface CompileRate {
  readonly membersPerSecond: number;
  /** At once, after a while with little to compile. */
  readonly burstMembers: number;
}

/** Far more than the operations of an application need. A member takes some 5 µs, so this is at most a twentieth of a core. */
export const defaultCompileRate: CompileRate = { membersPerSecond: 10_000, burstMembers: 20_000 };

/** Bounds the time that goes into compiling, however many new operations come. */
export class CompileBudget {
  readonly #clock: Clock;
  readonly #rate: CompileRate;
  /** Below zero after one that was greater than what was left. */
  #members: number;
  #filledAtMs: number;

  constructor(clock: Clock, rate: CompileRate = defaultCompileRate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#members = rate.burstMembers;
    this.#filledAtMs = clock.monotonicMs();
  }

  /** One operation may be compiled now, however great it is; say afterwards what it took. */
  hasRoom(): boolean {
    const { membersPerSecond, burstMembers } = this.#rate;
    const nowMs = this.#clock.monotonicMs();
    const filled = this.#members + ((nowMs - this.#filledAtMs) / 1_000) * membersPerSecond;
    this.#members = Math.min(burstMembers, filled);
    this.#filledAtMs = nowMs;
    return this.#members > 0;
  }

  /** An operation counts as a member, too. */
  spend(members: number): void {
    this.#members -= members + 1;
  }
}
