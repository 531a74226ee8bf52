/** Where pauses between tries begin and end, and the jitter's source (0 inclusive to 1 exclusive). */
export interface BackoffOptions {
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly random: () => number;
}

/**
 * Pause before the next try after `failures` failures in a row. The first failure is tried again at once, since most
 * are a leader that has just moved; then the pause doubles up to the maximum, less a random half of it, so that many
 * readers do not come back together.
 */
export function backoffMs(failures: number, { minBackoffMs, maxBackoffMs, random }: BackoffOptions): number {
  if (failures <= 1) return 0;
  const ceilingMs = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(failures - 2, 30));
  return Math.round(ceilingMs * (1 - random() / 2));
}
