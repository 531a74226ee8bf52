import type { Clock } from "../../../src/base/clock.ts";
import { type LogFields, type Logger, silentLogger } from "../../../src/base/logger.ts";
import { noMetrics } from "../../../src/base/metrics.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import type { MemoryBudget } from "../../../src/view/memory/memory-budget.ts";
import type { ReadableView } from "../../../src/view/readable-view.ts";
import { createTopicMaterializer } from "../../../src/view/topic-materializer.ts";
import type { ViewOptions } from "../../../src/view/view-options.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testHashSeed } from "../../support/row-batches.ts";
import { orderView } from "./order-view.ts";
import { type ScriptedRead, scriptIngest } from "./scripted-ingest.ts";

/** Views over an ingest that a test drives, by a clock that it moves. */
export interface RunningViews extends AsyncDisposable {
  readonly view: ReadableView;
  readonly views: readonly ReadableView[];
  readonly reads: readonly ScriptedRead[];
  readonly errors: readonly LogFields[];
  /** The read that was opened `at`-th, once it is. */
  read(at: number): Promise<ScriptedRead>;
  /** Resolves once the condition holds; looks after every macrotask. */
  until(condition: () => boolean): Promise<void>;
  /** What the view shows: key → n. */
  content(view?: ReadableView): Record<string, unknown>;
}

export function runViews({
  definitions = [orderView],
  clock = new ManualClock(),
  options,
  budget,
}: {
  readonly definitions?: readonly ViewDefinition[];
  readonly clock?: Clock;
  readonly options?: Partial<ViewOptions>;
  readonly budget?: MemoryBudget;
} = {}): RunningViews {
  const { openIngest, reads } = scriptIngest();
  const errors: LogFields[] = [];
  const logger: Logger = { ...silentLogger, error: (fields) => errors.push(fields), child: () => logger };
  const stopping = new AbortController();
  const materializer = createTopicMaterializer({
    definitions,
    openIngest,
    hashSeed: testHashSeed,
    budget,
    clock,
    logger,
    metrics: noMetrics,
    random: () => 0,
    options,
  });
  const { views } = materializer;
  const running = materializer.run(stopping.signal);
  const [view] = views;
  if (view === undefined) throw new Error("there is at least one view");
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise(setImmediate);
  };
  return {
    view,
    views,
    reads,
    errors,
    until,
    read: async (at) => {
      await until(() => reads.length > at);
      return reads[at] as ScriptedRead; // just awaited
    },
    content: (of = view) => {
      const reader = of.reader();
      const n = reader.field("n");
      const rows = reader.all().page({ limit: Number.MAX_SAFE_INTEGER });
      return Object.fromEntries(rows.map((row) => [reader.keyOf(row), n(row)]));
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
    },
  };
}
