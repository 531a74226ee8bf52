import type { Clock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { noMetrics } from "../../src/base/metrics.ts";
import { systemClock } from "../../src/base/system-clock.ts";
import { createIngest } from "../../src/decode/ingest-topic.ts";
import { createMemoryLog, type MemoryLog } from "../../src/log/memory/memory-log.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import type { ReadableView, ViewPhase } from "../../src/view/readable-view.ts";
import { createTopicMaterializer } from "../../src/view/topic-materializer.ts";
import type { ViewOptions } from "../../src/view/view-options.ts";
import { testHashSeed } from "./row-batches.ts";

/** Real views over an in-memory log, running until the harness is closed. */
export interface ViewHarness extends AsyncDisposable {
  readonly log: MemoryLog;
  readonly views: readonly ReadableView[];
  readonly view: ReadableView;
  /** Resolves once the view is in the phase; checked after every macrotask. */
  untilPhase(phase: ViewPhase, view?: ReadableView): Promise<void>;
  /** Resolves once the condition holds; checked after every macrotask. */
  until(condition: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

export function startViews(
  definitions: readonly ViewDefinition[],
  {
    log = createMemoryLog(),
    clock = systemClock,
    options,
  }: { log?: MemoryLog; clock?: Clock; options?: Partial<ViewOptions> } = {},
): ViewHarness {
  const stopping = new AbortController();
  const materializer = createTopicMaterializer({
    definitions,
    openIngest: createIngest({ log, definitions, hashSeed: testHashSeed }),
    hashSeed: testHashSeed,
    clock,
    logger: silentLogger,
    metrics: noMetrics,
    random: () => 0.5,
    options,
  });
  const running = materializer.run(stopping.signal);
  const [view] = materializer.views;
  if (view === undefined) throw new Error("a harness needs a view");
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  return {
    log,
    views: materializer.views,
    view,
    until,
    untilPhase: (phase, of = view) => until(() => of.status().phase === phase),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await log.close();
    },
  };
}

/** What the view shows, by key, as plain values of its stored fields. */
export function contentOf(view: ReadableView): Record<string, Record<string, unknown>> {
  const reader = view.reader();
  const fields = view.definition.fields.map(({ name }) => [name, reader.field(name)] as const);
  const content: Record<string, Record<string, unknown>> = {};
  for (const row of reader.all().page({ limit: Number.MAX_SAFE_INTEGER })) {
    content[reader.keyOf(row)] = Object.fromEntries(fields.map(([name, read]) => [name, read(row)]));
  }
  return content;
}
