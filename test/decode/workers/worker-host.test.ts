import { describe, expect, test } from "vitest";
import type { LogFields, Logger } from "../../../src/base/logger.ts";
import { noMetrics } from "../../../src/base/metrics.ts";
import type { FromWorker, ToWorker } from "../../../src/decode/workers/ingest-protocol.ts";
import type { SpawnThread, ThreadListener } from "../../../src/decode/workers/ingest-thread.ts";
import { type HostedRead, WorkerHost } from "../../../src/decode/workers/worker-host.ts";
import { ManualClock } from "../../support/manual-clock.ts";

interface FakeThread {
  readonly listener: ThreadListener;
  readonly posted: ToWorker[];
  readonly spawnedAtMs: number;
  isTerminated: boolean;
}

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

function openHost() {
  const clock = new ManualClock();
  const threads: FakeThread[] = [];
  const lines: Line[] = [];
  const counts: unknown[] = [];
  const spawn: SpawnThread = (_name, _setup, listener) => {
    const thread: FakeThread = { listener, posted: [], spawnedAtMs: clock.monotonicMs(), isTerminated: false };
    threads.push(thread);
    return {
      post: (message) => thread.posted.push(message),
      terminate: () => {
        thread.isTerminated = true;
        listener.onExit(undefined);
      },
    };
  };
  const host = new WorkerHost({
    worker: 3,
    setup: { log: { kind: "embedded", directory: "nowhere" }, hashSeed: 1, maxBytesInFlight: 1 },
    spawn,
    clock,
    logger: recordingLogger(lines),
    metrics: { ...noMetrics, counter: (name) => (by, labels) => counts.push([name, by, labels]) },
    random: () => 0,
  });
  return { host, clock, threads, lines, counts, last: () => threads.at(-1) };
}

function recordingLogger(lines: Line[], own: LogFields = {}): Logger {
  const write = (level: string) => (fields: LogFields, message: string) =>
    lines.push({ level, message, fields: { ...own, ...fields } });
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => recordingLogger(lines, { ...own, ...fields }),
  };
}

function makeRead(): HostedRead & { readonly deaths: string[] } {
  const deaths: string[] = [];
  return {
    deaths,
    describe: () => ({ topic: "t", isolation: "READ_COMMITTED", generation: 1, definitions: [] }),
    onMessage: () => undefined,
    onDied: ({ message }) => deaths.push(message),
  };
}

describe("a worker", () => {
  test("has no thread before something is to be read, and then one", () => {
    const { host, threads } = openHost();
    expect([threads.length, host.isRunning]).toEqual([0, false]);
    host.prepare();
    expect([threads.length, host.isRunning]).toEqual([1, true]);
    host.open(makeRead());
    expect([threads.length, host.isRunning]).toEqual([1, true]);
  });

  test("that keeps dying is replaced after pauses that grow up to half a minute", () => {
    const { host, clock, threads, last } = openHost();
    host.open(makeRead());
    for (let death = 0; death < 11; death += 1) {
      last()?.listener.onExit(new Error("dead"));
      while (clock.pendingTimers > 0) clock.advance(100);
    }
    const pauses = threads.map(({ spawnedAtMs }, at) => spawnedAtMs - (threads[at - 1]?.spawnedAtMs ?? 0));
    expect(pauses).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  });

  test("that has lived long is replaced soon", () => {
    const { host, clock, last } = openHost();
    const read = makeRead();
    host.open(read);
    for (let death = 0; death < 5; death += 1) {
      last()?.listener.onExit(new Error("dead"));
      clock.advance(30_000);
    }
    clock.advance(30_001);
    last()?.listener.onExit(new Error("dead at last"));
    expect(read.deaths.at(-1)).toBe(
      "ingest worker 3 died: dead at last; a new one goes on from the same positions in 100 ms",
    );
  });

  test("that dies is logged and counted", () => {
    const { host, lines, counts, last } = openHost();
    host.open(makeRead());
    last()?.listener.onExit(undefined);
    expect(lines).toMatchObject([
      { level: "error", message: "ingest worker died", fields: { ingestWorker: 3, restartMs: 100, deathsInARow: 1 } },
    ]);
    expect(String(lines[0]?.fields["err"])).toContain("it ended by itself");
    expect(counts).toEqual([["ingest_worker_deaths", undefined, undefined]]);
  });

  test("ends in order when it is told to", async () => {
    const { host, clock, lines, last } = openHost();
    host.open(makeRead());
    const stopped = host.stop();
    expect(last()?.posted.at(-1)).toEqual({ type: "stop" });
    last()?.listener.onExit(undefined);
    await stopped;
    expect([last()?.isTerminated, clock.pendingTimers, lines]).toEqual([false, 0, []]);
  });

  test("that does not end when it is told to is ended by force", async () => {
    const { host, clock, lines, last } = openHost();
    host.open(makeRead());
    const stopped = host.stop();
    clock.advance(4_999);
    expect(last()?.isTerminated).toBe(false);
    clock.advance(1);
    await stopped;
    expect([last()?.isTerminated, lines.map(({ level }) => level)]).toEqual([true, ["warn"]]);
  });

  test("that fails while it ends is not replaced, and that is logged", async () => {
    const { host, clock, threads, lines, last } = openHost();
    host.open(makeRead());
    const stopped = host.stop();
    last()?.listener.onExit(new Error("no more memory"));
    await stopped;
    expect([clock.pendingTimers, threads.length]).toEqual([0, 1]);
    expect(lines).toMatchObject([{ level: "warn", message: "ingest worker did not end in order" }]);
  });

  test("that is stopped while it is dead is not replaced", async () => {
    const { host, clock, threads, last } = openHost();
    host.open(makeRead());
    last()?.listener.onExit(new Error("dead"));
    await host.stop();
    clock.advance(60_000);
    expect([clock.pendingTimers, threads.length]).toEqual([0, 1]);
  });

  test("that has been stopped before it had anything to read ends at once and begins nothing", async () => {
    const { host, threads } = openHost();
    await host.stop();
    host.prepare();
    host.open(makeRead());
    await host.stop();
    expect(threads).toEqual([]);
  });

  test("that has been stopped begins nothing", async () => {
    const { host, threads, last } = openHost();
    host.prepare();
    const stopped = host.stop();
    last()?.listener.onExit(undefined);
    await stopped;
    host.open(makeRead());
    await host.stop();
    expect(threads).toHaveLength(1);
    expect(last()?.posted.map(({ type }) => type)).toEqual(["stop"]);
  });

  test("speaks to the log and the metrics of this thread", () => {
    const { host, lines, counts, last } = openHost();
    host.open(makeRead());
    const cause = {
      name: "TypeError",
      message: "x is no y",
      stack: "at z",
      code: undefined,
      retriable: false,
      cause: undefined,
    };
    const said: readonly FromWorker[] = [
      { type: "log", level: "warn", message: "odd", fields: { topic: "t" }, errors: { err: cause } },
      {
        type: "count",
        name: "log_fetched_bytes",
        help: "Bytes.",
        labelNames: ["topic"],
        by: 7,
        labels: { topic: "t" },
      },
    ];
    for (const message of said) last()?.listener.onMessage(message);
    expect(lines).toMatchObject([{ level: "warn", message: "odd", fields: { ingestWorker: 3, topic: "t" } }]);
    expect(lines[0]?.fields["err"]).toMatchObject({ name: "TypeError", message: "x is no y", stack: "at z" });
    expect(counts).toEqual([["log_fetched_bytes", 7, { topic: "t" }]]);
  });
});
