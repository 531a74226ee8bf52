import type { ViewPhase } from "./readable-view.ts";

/** What decides a view's phase. */
export interface PhaseFacts {
  /** Why it failed. */
  readonly failure: string | undefined;
  /** A complete generation is being served. */
  readonly isServed: boolean;
  /** Why the log cannot be followed now. */
  readonly stall: string | undefined;
  /** Why a new generation is being built beside the served one. */
  readonly rebuild: string | undefined;
  /** The topic is known and being read. */
  readonly isReading: boolean;
}

/** The phase, and why it is not LIVE. Pure. */
export function makePhase({ failure, isServed, stall, rebuild, isReading }: PhaseFacts): {
  readonly phase: ViewPhase;
  readonly reason: string | undefined;
} {
  if (failure !== undefined) return { phase: "FAILED", reason: failure };
  const reasons = [rebuild, stall].filter((reason) => reason !== undefined).join("; ");
  if (isServed) return reasons === "" ? { phase: "LIVE", reason: undefined } : { phase: "STALE", reason: reasons };
  if (isReading) return { phase: "REPLAYING", reason: reasons === "" ? "reading the log from its start" : reasons };
  return { phase: "STARTING", reason: reasons === "" ? "waiting for the log" : reasons };
}
