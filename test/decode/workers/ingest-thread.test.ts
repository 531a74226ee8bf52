import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { noMetrics } from "../../../src/base/metrics.ts";
import { systemClock } from "../../../src/base/system-clock.ts";
import type { PostToWorker, ToWorker } from "../../../src/decode/workers/ingest-protocol.ts";
import { type IngestThread, makeThreadSpawner, type SpawnThread } from "../../../src/decode/workers/ingest-thread.ts";
import { openIngest } from "../../../src/decode/workers/open-ingest.ts";
import { createWorkerIngest } from "../../../src/decode/workers/worker-ingest.ts";
import { appendRecords, type EmbeddedRecord } from "../../../src/log/embedded/append-records.ts";
import type { LogSpec } from "../../../src/log/log-spec.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import { IngestTape } from "../../support/ingest-tape.ts";
import { defineView } from "../../support/view-definitions.ts";

const topic = "shop.orders";
const numbers = defineView({ name: "Numbers", topic, fields: { n: "Int!" } });
const parts = { hashSeed: 7, clock: systemClock, logger: silentLogger, metrics: noMetrics, random: () => 0 };

function records(count: number, first = 0, partition = 0): readonly EmbeddedRecord[] {
  return Array.from({ length: count }, (_, at) => ({ key: `k${at}`, value: { n: first + at }, partition }));
}

const countUp = (count: number) => Array.from({ length: count }, (_, at) => at);

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tailwater-thread-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** Real threads; a test gets hold of each as it starts, and of what it says. */
function watchThreads(onMessage: (thread: IngestThread, message: number) => void = () => undefined) {
  const threads: IngestThread[] = [];
  const exits: Array<Error | undefined> = [];
  const real = makeThreadSpawner();
  const spawn: SpawnThread = (name, setup, listener) => {
    let messages = 0;
    const thread = real(name, setup, {
      onMessage: (message) => {
        listener.onMessage(message);
        messages += 1;
        onMessage(thread, messages);
      },
      onExit: (cause) => {
        exits.push(cause);
        listener.onExit(cause);
      },
    });
    threads.push(thread);
    return thread;
  };
  return { threads, exits, spawn };
}

function openRead(
  log: LogSpec,
  { spawn, definitions = [numbers] }: { spawn: SpawnThread; definitions?: readonly ViewDefinition[] },
) {
  const service = createWorkerIngest({ ...parts, log, spawn });
  onTestFinished(() => service.close());
  return { service, tape: new IngestTape(service.ofTopic(definitions), definitions, { topic }) };
}

const numbersOf = (tape: IngestTape, partition = 0) => tape.values(undefined, partition).map(([, n]) => n);

describe("an ingest worker's thread", { timeout: 30_000 }, () => {
  test("L3: killed by force wherever it is, again and again: nothing is lost, nothing comes twice", async () => {
    const directory = await makeDirectory();
    await appendRecords({ directory, topic }, [...records(6_000), ...records(6_000, 0, 1)]);
    const { exits, spawn } = watchThreads((thread, messages) => {
      if (exits.length < 4 && messages === 3) thread.terminate();
    });
    const { tape } = openRead({ kind: "embedded", directory }, { spawn });
    await tape.untilRows(9_000);
    await appendRecords({ directory, topic }, [...records(10, 6_000), ...records(10, 6_000, 1)]);
    await tape.untilRows(12_020);
    for (const partition of [0, 1]) expect(numbersOf(tape, partition)).toEqual(countUp(6_010));
    tape.requireNoGaps();
    expect(exits.length).toBeGreaterThan(0);
  });

  test("ended by an error that nobody caught is replaced, and says which error", async () => {
    const directory = await makeDirectory();
    await appendRecords({ directory, topic }, records(3));
    const { threads, exits, spawn } = watchThreads();
    const { tape } = openRead({ kind: "embedded", directory }, { spawn });
    await tape.untilRows(3);
    // What no host sends: a message without its request.
    const post: PostToWorker | undefined = threads[0]?.post;
    post?.({ type: "open", read: 99 } as ToWorker, []); // deliberately wrong
    const { cause } = await tape.until("stalled");
    await tape.until("resumed");
    await appendRecords({ directory, topic }, records(2, 3));
    await tape.untilRows(5);
    expect(numbersOf(tape)).toEqual(countUp(5));
    expect(cause).toMatchObject({ code: "INGEST_WORKER_DIED" });
    expect(cause.message).toContain("Cannot destructure");
    expect(exits).toHaveLength(1);
  });

  test("out of memory ends it, and not the process", async () => {
    const directory = await makeDirectory();
    await appendRecords({ directory, topic }, records(3));
    const wide = defineView({ name: "Wide", topic, fields: { n: "JSON" } });
    // The escape sends it the slow way; what JSON.parse makes of so long a text does not fit into the first thread's heap.
    const text = `["\\u0041",${"[1],".repeat(300_000)}0]`;
    await writeFile(join(directory, `${topic}.ndjson`), `{"key":"big","value":{"n":${text}}}\n`, { flag: "a" });
    const { exits, spawn: spawnFreely } = watchThreads();
    const spawnTightly = makeThreadSpawner({ maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 });
    let spawned = 0;
    const spawn: SpawnThread = (...args) => {
      spawned += 1;
      return spawned === 1 ? spawnTightly(...args) : spawnFreely(...args);
    };
    const { tape } = openRead({ kind: "embedded", directory }, { spawn, definitions: [wide] });
    const { cause } = await tape.until("stalled");
    await tape.untilRows(4);
    expect(cause.message).toContain("out of memory");
    expect(tape.rows.map(({ key }) => key)).toEqual(["k0", "k1", "k2", "big"]);
    expect(exits).toEqual([]);
  });

  test("that cannot start, or has a log that cannot be opened, is told", async () => {
    const { exits, spawn } = watchThreads();
    const { tape, service } = openRead({ kind: "kafka", brokers: [] }, { spawn });
    const { cause } = await tape.until("stalled");
    await service.close();
    expect(cause.code).toBe("INGEST_WORKER_DIED");
    expect(cause.message).toContain("broker");
    expect(exits.length).toBeGreaterThan(0);
  });

  test("ends by itself when it is told to, in the middle of its work", async () => {
    const directory = await makeDirectory();
    await appendRecords({ directory, topic }, records(20_000));
    const { threads, exits, spawn } = watchThreads();
    let terminated = 0;
    const { tape, service } = openRead(
      { kind: "embedded", directory },
      {
        spawn: (...args) => {
          const thread = spawn(...args);
          return {
            post: thread.post,
            terminate: () => {
              terminated += 1;
              thread.terminate();
            },
          };
        },
      },
    );
    await tape.untilRows(1_000);
    await service.close();
    expect(await tape.next()).toBeUndefined();
    expect([threads.length, exits, terminated]).toEqual([1, [undefined], 0]);
  });
});

describe("the ingest of a gateway", () => {
  test("rejects at once for a log that nobody can open, whatever thread would read it", async () => {
    for (const workers of [0, 1]) {
      await expect(openIngest({ ...parts, log: { kind: "kafka", brokers: [] }, workers })).rejects.toThrow("broker");
    }
  });

  test("D1: has the same rows with generated scanners and without them, on a thread of its own or not", async () => {
    const directory = await makeDirectory();
    const view = defineView({ name: "Mixed", topic, fields: { n: "Int!", at: "DateTime", tags: "[String!]" } });
    const values = [
      { n: 1, at: "2024-05-31T10:00:00Z", tags: ["a", "\u00e4"] },
      { tags: [], n: 2 },
      { n: "no" },
      { n: 4e2 },
    ];
    await appendRecords(
      { directory, topic },
      values.map((value, at) => ({ key: `k${at}`, value })),
    );
    const rowsOf = async (workers: number, generatedScanners: boolean) => {
      const log: LogSpec = { kind: "embedded", directory };
      const service = await openIngest({ ...parts, log, workers, generatedScanners });
      onTestFinished(() => service.close());
      const tape = new IngestTape(service.ofTopic([view]), [view], { topic });
      await tape.untilRows(3);
      return tape.rows;
    };
    const [rows, ...others] = [
      await rowsOf(0, true),
      await rowsOf(0, false),
      await rowsOf(1, true),
      await rowsOf(1, false),
    ];
    expect(rows.map(({ key }) => key)).toEqual(["k0", "k1", "k3"]);
    for (const other of others) expect(other).toStrictEqual(rows);
  });

  test("tells its threads whether they may generate scanners", async () => {
    const directory = await makeDirectory();
    await appendRecords({ directory, topic }, records(3));
    const ways: unknown[] = [];
    const real = makeThreadSpawner();
    const spawn: SpawnThread = (name, setup, listener) => {
      ways.push(setup.decodeWay);
      return real(name, setup, listener);
    };
    const service = createWorkerIngest({
      ...parts,
      log: { kind: "embedded", directory },
      decodeWay: "PARSED",
      spawn,
    });
    onTestFinished(() => service.close());
    const tape = new IngestTape(service.ofTopic([numbers]), [numbers], { topic });
    await tape.untilRows(3);
    expect(ways).toEqual(["PARSED"]);
  });
});
