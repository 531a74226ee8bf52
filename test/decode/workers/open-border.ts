import { onTestFinished } from "vitest";
import { type Logger, silentLogger } from "../../../src/base/logger.ts";
import { type Metrics, noMetrics } from "../../../src/base/metrics.ts";
import type { IngestRequest } from "../../../src/decode/ingest.ts";
import { createWorkerIngest } from "../../../src/decode/workers/worker-ingest.ts";
import { createMemoryLog } from "../../../src/log/memory/memory-log.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import { type BorderOptions, IngestBorder } from "../../support/ingest-border.ts";
import { IngestTape } from "../../support/ingest-tape.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { defineView } from "../../support/view-definitions.ts";

export const topic = "shop.orders";
export const numbers = defineView({ name: "Numbers", fields: { n: "Int!", text: "String" } });

/** Appends to a partition of `topic`: rows whose numbers count up from `first`, with texts that come again. */
export function append(
  log: ReturnType<typeof createMemoryLog>,
  count: number,
  { first = 0, partition = 0 }: { readonly first?: number; readonly partition?: number } = {},
): void {
  const texts = ["red", "green", "blue"];
  log.append(
    topic,
    Array.from({ length: count }, (_, at) => ({
      key: `k${(first + at) % 50}`,
      value: JSON.stringify({ n: first + at, text: texts[at % texts.length] }),
      partition,
    })),
  );
}

export const countUp = (count: number, first = 0) => Array.from({ length: count }, (_, at) => first + at);

/** The numbers of the rows of one partition, in the order in which they came. */
export function numbersOf(tape: IngestTape, partition = 0, view?: string): readonly unknown[] {
  return tape.values(view, partition).map(([, n]) => n);
}

export interface OpenBorderOptions extends BorderOptions {
  readonly workers?: number;
  readonly partitions?: number;
  readonly maxBytesInFlight?: number;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
}

/** An ingest in workers over a log in memory that has `topic`; its clock stands still until a test moves it. Closed with the test. */
export function openBorder({ workers = 1, partitions = 1, ...options }: OpenBorderOptions = {}) {
  const { maxBytesInFlight, logger = silentLogger, metrics = noMetrics } = options;
  const log = createMemoryLog();
  log.createTopic(topic, { partitions });
  const border = new IngestBorder(log, options);
  const clock = new ManualClock();
  const service = createWorkerIngest({
    log: { kind: "kafka", brokers: [] },
    hashSeed: 7,
    workers,
    maxBytesInFlight,
    clock,
    logger,
    metrics,
    random: () => 0,
    spawn: border.spawn,
  });
  const tapes: IngestTape[] = [];
  onTestFinished(async () => {
    for (const tape of tapes) tape.abort();
    const closed = service.close();
    clock.advance(60_000); // for threads that are deaf
    await closed;
    await log.close();
  });
  const read = (
    definitions: readonly ViewDefinition[] = [numbers],
    request: Partial<Omit<IngestRequest, "signal">> = {},
  ) => {
    const tape = new IngestTape(service.ofTopic(definitions), definitions, { topic, ...request });
    tapes.push(tape);
    return tape;
  };
  return { log, border, clock, service, read };
}

/** Reads until so many rows have come; whenever a worker is said to have died, time passes until it is replaced. */
export async function readThroughDeaths(tape: IngestTape, rows: number, clock: ManualClock): Promise<void> {
  while (tape.rows.length < rows) {
    const event = await tape.next();
    if (event === undefined || event.type === "lost") throw new Error(`the read ended: ${tape.story()}`);
    if (event.type === "stalled" && event.cause.code === "INGEST_WORKER_DIED") clock.advance(60_000);
  }
}
