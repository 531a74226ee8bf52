import { MultiBar, Presets } from "cli-progress";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { ViewCatalog, ViewStatus } from "../view/readable-view.ts";

const barEveryMs = 200;
const lineEveryMs = 5_000;

/**
 * Shows how far the views have replayed until all are complete or failed, or `signal` aborts: a bar for each view on a
 * terminal, log lines elsewhere. Resolves then; never rejects.
 */
export async function showProgress(
  views: ViewCatalog,
  {
    isInteractive,
    clock,
    logger,
    signal,
  }: { readonly isInteractive: boolean; readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const show = isInteractive ? openBars(views) : openLines(logger);
  for (;;) {
    const statuses = [...views.values()].map((view) => view.status());
    const isOver = signal.aborted || statuses.every(({ isComplete, phase }) => isComplete || phase === "FAILED");
    show.update(statuses);
    if (isOver) break;
    await clock.sleep(isInteractive ? barEveryMs : lineEveryMs, signal).catch(() => undefined); // an abort ends the loop above
  }
  show.close();
}

interface ProgressDisplay {
  update(statuses: readonly ViewStatus[]): void;
  close(): void;
}

function openBars(views: ViewCatalog): ProgressDisplay {
  const bars = new MultiBar(
    {
      format: "{view} {bar} {percentage}% {records} records, {rate}/s, {left}",
      clearOnComplete: false,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  const width = Math.max(...[...views.keys()].map((name) => name.length));
  const byView = new Map(
    [...views.keys()].map((name) => [
      name,
      bars.create(1_000, 0, { view: name.padEnd(width), records: 0, rate: 0, left: "" }),
    ]),
  );
  return {
    update: (statuses) => {
      for (const status of statuses) {
        byView.get(status.name)?.update(Math.floor(status.replayProgress * 1_000), {
          records: status.recordsApplied.toLocaleString("en"),
          rate: Math.round(status.recordsPerSecond).toLocaleString("en"),
          left: describeLeft(status),
        });
      }
    },
    close: () => bars.stop(),
  };
}

function openLines(logger: Logger): ProgressDisplay {
  return {
    update: (statuses) => {
      for (const {
        name,
        phase,
        reason,
        recordsApplied,
        recordsPerSecond,
        replayProgress,
        etaSeconds,
        entities,
      } of statuses) {
        logger.info(
          {
            view: name,
            phase,
            reason,
            recordsApplied,
            recordsPerSecond: Math.round(recordsPerSecond),
            replayProgress,
            etaSeconds,
            entities,
          },
          "view replay",
        );
      }
    },
    close: () => undefined,
  };
}

function describeLeft({ phase, isComplete, etaSeconds, reason }: ViewStatus): string {
  if (isComplete) return "complete";
  if (phase === "FAILED" || phase === "STARTING") return reason ?? phase.toLowerCase();
  return etaSeconds === undefined ? "" : `${Math.ceil(etaSeconds)} s left`;
}
