import { describe, expect, onTestFinished, test } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { noMetrics } from "../../../src/base/metrics.ts";
import { createWorkerIngest } from "../../../src/decode/workers/worker-ingest.ts";
import { createMemoryLog } from "../../../src/log/memory/memory-log.ts";
import { createTopicMaterializer } from "../../../src/view/topic-materializer.ts";
import { type BorderOptions, IngestBorder } from "../../support/ingest-border.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { contentOf } from "../../support/view-harness.ts";
import { append, countUp, numbers, topic } from "./open-border.ts";

const hashSeed = 7;

/** A view over workers that a test can kill; it runs until the test ends. */
function startView({
  workers = 1,
  partitions = 1,
  ...options
}: BorderOptions & { workers?: number; partitions?: number } = {}) {
  const log = createMemoryLog();
  log.createTopic(topic, { partitions });
  const border = new IngestBorder(log, options);
  const clock = new ManualClock();
  const parts = { hashSeed, clock, logger: silentLogger, metrics: noMetrics, random: () => 0 };
  const ingest = createWorkerIngest({ ...parts, log: { kind: "kafka", brokers: [] }, workers, spawn: border.spawn });
  const materializer = createTopicMaterializer({
    ...parts,
    definitions: [numbers],
    openIngest: ingest.ofTopic([numbers]),
  });
  const [view] = materializer.views;
  if (view === undefined) throw new Error("there is one definition");
  const stopping = new AbortController();
  const running = materializer.run(stopping.signal);
  onTestFinished(async () => {
    stopping.abort();
    await running;
    await ingest.close();
    await log.close();
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };
  return { log, border, clock, view, until };
}

/** What the topic comes to: key → number of its last record. */
function foldOf(counts: readonly number[]): Record<string, number> {
  const fold: Record<string, number> = {};
  for (const count of counts) for (const n of countUp(count)) fold[`k${n % 50}`] = n;
  return fold;
}

describe("a view whose ingest worker dies", () => {
  test("V1: while it replays, and again while it is live: says so, goes on, and equals the fold of its log", async () => {
    const { log, border, clock, view, until } = startView();
    append(log, 5_000);
    await until(() => (border.threads[0]?.posted.length ?? 0) > 2);
    border.threads[0]?.die("no more memory");
    await until(() => view.status().reason?.includes("ingest worker 0 died: no more memory") === true);
    expect(view.status().phase).not.toBe("FAILED");
    clock.advance(100);
    await until(() => view.status().phase === "LIVE");
    border.threads[1]?.die("bad luck");
    await until(() => view.status().phase === "STALE");
    expect(view.status().reason).toContain("ingest worker 0 died: bad luck");
    append(log, 500, { first: 5_000 });
    clock.advance(1_000);
    await until(() => view.status().phase === "LIVE" && view.position().positions.get(0) === 5_500);
    expect(view.status()).toMatchObject({ generation: 1, recordsApplied: 5_500 });
    expect(Object.fromEntries(Object.entries(contentOf(view)).map(([key, { n }]) => [key, n]))).toEqual(
      foldOf([5_500]),
    );
  });

  test("V1: with texts of several dictionaries at once, from several workers", async () => {
    const { log, border, clock, view, until } = startView({ workers: 3, partitions: 3 });
    for (const partition of [0, 1, 2]) append(log, 1_200, { partition, first: 10_000 * partition });
    await until(() => view.status().phase === "LIVE");
    border.threads[1]?.die();
    await until(() => view.status().phase === "STALE");
    clock.advance(1_000);
    await until(() => view.status().phase === "LIVE");
    append(log, 300, { partition: 1, first: 50_000 });
    await until(() => view.status().recordsApplied === 3_900);
    expect(new Set(Object.values(contentOf(view)).map(({ text }) => text))).toEqual(new Set(["red", "green", "blue"]));
  });
});

describe("a log start that moves", () => {
  test("L5: takes out of a view over workers what was dropped, also what was while a worker was dead", async () => {
    const { log, border, clock, view, until } = startView({ workers: 2 });
    log.setDeleteCleanup(topic, true);
    append(log, 4);
    await until(() => view.status().phase === "LIVE");
    log.moveLogStart(topic, 0, 1);
    await until(() => view.reader().size === 3);
    log.setDeleteCleanup(topic, false);
    log.moveLogStart(topic, 0, 2);
    await until(() => view.status().partitions[0]?.startOffset === 2);
    for (const thread of border.threads) thread.die();
    await until(() => view.status().phase === "STALE");
    log.setDeleteCleanup(topic, true);
    log.moveLogStart(topic, 0, 3);
    clock.advance(1_000);
    await until(() => view.reader().size === 1);
    expect(Object.keys(contentOf(view))).toEqual(["k3"]);
  });
});
