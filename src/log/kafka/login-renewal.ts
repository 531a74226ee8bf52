const longestMarginMs = 10_000;
const marginShare = 0.15;
/** Kafka refuses a login that is renewed sooner than this after the last renewal began (KIP-368). */
const shortestPauseMs = 1_000;

/**
 * How long before a login session ends it is renewed, in whole milliseconds, given the session's lifetime (0: it never
 * ends). Late enough that Kafka does not refuse it: at most once a second. A session of less than a second can not
 * always be renewed in time (the margin is then negative); the broker closes its connection, and another is made.
 */
export function loginRenewalMarginMs(lifetimeMs: number): number {
  return Math.floor(Math.min(longestMarginMs, lifetimeMs * marginShare, lifetimeMs - shortestPauseMs));
}
