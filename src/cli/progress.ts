import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { ReadableView, ViewStatus } from "../view/readable-view.ts";
import { hasRoomForBars, openBars, type ProgressDisplay } from "./progress-bars.ts";
import type { Screen } from "./screen.ts";

const lookEveryMs = 200;
const lineEveryMs = 5_000;

export interface ProgressOptions {
  readonly screen: Screen;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Shows how far the views have replayed until all are complete or failed, or `signal` aborts: a bar for each view on a
 * terminal with room for them, log lines elsewhere. Resolves then; never rejects.
 */
export async function showProgress(
  views: ReadonlyMap<string, Pick<ReadableView, "status">>,
  { screen, clock, logger, signal }: ProgressOptions,
): Promise<void> {
  const display = hasRoomForBars(screen, views.size)
    ? openBars(screen, [...views.keys()])
    : openLines({ logger, clock });
  for (;;) {
    const statuses = [...views.values()].map((view) => view.status());
    display.update(statuses, { isStopping: signal.aborted });
    if (signal.aborted || statuses.every(isOver)) break;
    await clock.sleep(lookEveryMs, signal).catch((reason: unknown) => {
      if (!signal.aborted) throw reason;
    });
  }
  display.close();
}

function isOver({ isComplete, phase }: ViewStatus): boolean {
  return isComplete || phase === "FAILED";
}

/** Now and then a line for each view that is on its way, and a last one when it is there. */
function openLines({ logger, clock }: { readonly logger: Logger; readonly clock: Clock }): ProgressDisplay {
  const ended = new Set<string>();
  let nextMs = clock.monotonicMs();
  return {
    update: (statuses) => {
      const isDue = clock.monotonicMs() >= nextMs;
      if (isDue) nextMs += lineEveryMs;
      for (const status of statuses) {
        if (ended.has(status.name) || !(isDue || isOver(status))) continue;
        logger.info(makeFields(status), "view replay");
        if (isOver(status)) ended.add(status.name);
      }
    },
    close: () => undefined,
  };
}

function makeFields(status: ViewStatus) {
  const { name, phase, reason, recordsApplied, recordsPerSecond, replayProgress, etaSeconds, entities } = status;
  const rate = Math.round(recordsPerSecond);
  return { view: name, phase, reason, recordsApplied, recordsPerSecond: rate, replayProgress, etaSeconds, entities };
}
