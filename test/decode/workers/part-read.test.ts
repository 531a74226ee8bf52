import { describe, expect, test } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { noMetrics } from "../../../src/base/metrics.ts";
import type { IngestRequest } from "../../../src/decode/ingest.ts";
import type { PostedEvent } from "../../../src/decode/workers/ingest-protocol.ts";
import { IngestWorkerDiedError } from "../../../src/decode/workers/ingest-worker-died-error.ts";
import { PartRead } from "../../../src/decode/workers/part-read.ts";
import { WorkerHost } from "../../../src/decode/workers/worker-host.ts";
import type { PartitionShare } from "../../../src/log/log.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { makeRowBatch } from "../../support/row-batches.ts";
import { defineView } from "../../support/view-definitions.ts";

const view = defineView({ name: "Order", topic: "orders" });
const died = new IngestWorkerDiedError({ worker: 0, cause: new Error("dead"), restartMs: 1 });

function openPart({ resume, share }: { resume?: IngestRequest["resume"]; share?: PartitionShare } = {}) {
  const clock = new ManualClock();
  const host = new WorkerHost({
    worker: 0,
    setup: { log: { kind: "embedded", directory: "nowhere" }, hashSeed: 1, maxBytesInFlight: 1 },
    spawn: () => ({ post: () => undefined, terminate: () => undefined }),
    clock,
    logger: silentLogger,
    metrics: noMetrics,
    random: () => 0,
  });
  const { signal } = new AbortController();
  const request: IngestRequest = { topic: "orders", isolation: "READ_COMMITTED", generation: 1, signal, resume };
  const part = new PartRead({ host, request, share, definitions: () => [view], clock, onItem: () => undefined });
  const say = (...events: readonly PostedEvent[]) => part.onMessage({ type: "events", read: 1, events });
  return { part, clock, say };
}

const boundsOf = (partition: number) => ({ partition, startOffset: 0, lastStableOffset: 9, highWatermark: 9 });

function opened(...partitions: readonly number[]): PostedEvent {
  return { type: "opened", incarnation: "life-1", partitions: partitions.map(boundsOf), deleteRetentionMs: 60_000 };
}

function rows(partition: number, fromOffset: number, nextOffset: number, leaderEpoch = 0): PostedEvent {
  const batch = makeRowBatch(view, [], { partition, fromOffset, nextOffset, leaderEpoch });
  return { type: "rows", batches: [batch], recordCount: 0, sizeBytes: 0, bytes: 1 };
}

describe("where a part of a read goes on", () => {
  test("is the start before its topic is open", () => {
    expect(openPart().part.describe().resume).toBeUndefined();
  });

  test("is after what has arrived, with the last epoch that was known", () => {
    const { part, say } = openPart();
    say(opened(0, 1, 2), rows(0, 0, 4, 3), rows(1, 0, 2), rows(0, 4, 9, -1));
    expect(part.describe().resume).toEqual({
      incarnation: "life-1",
      points: new Map([
        [0, { offset: 9, leaderEpoch: 3, awayMs: 0 }],
        [1, { offset: 2, leaderEpoch: 0, awayMs: 0 }],
      ]),
    });
  });

  test("is where the read was to go on, until something has arrived; of its own partitions only", () => {
    const points = new Map([0, 1, 2].map((partition) => [partition, { offset: 5, leaderEpoch: 1 }] as const));
    const { part, say } = openPart({ resume: { incarnation: "life-1", points }, share: { index: 0, count: 2 } });
    say(opened(0, 2), rows(2, 5, 7, 1));
    expect([...(part.describe().resume?.points ?? [])].map(([partition, { offset }]) => [partition, offset])).toEqual([
      [0, 5],
      [2, 7],
    ]);
  });

  test("L4: says how long each partition has been away from its end: as its worker said it, and the time since", () => {
    const { part, clock, say } = openPart();
    say(opened(0, 1), rows(0, 0, 9), rows(1, 0, 9));
    clock.advance(1_000);
    part.onMessage({ type: "away", read: 1, awayMs: new Map([[0, 200]]) });
    clock.advance(30_000);
    part.onDied(died);
    clock.advance(5_000);
    const points = part.describe().resume?.points;
    expect([points?.get(0)?.awayMs, points?.get(1)?.awayMs]).toEqual([35_200, 36_000]);
    expect(part.awayMs()).toEqual(
      new Map([
        [0, 35_200],
        [1, 36_000],
      ]),
    );
  });

  test("L4: adds how long partitions had been away before the read began", () => {
    const points = new Map([[0, { offset: 5, leaderEpoch: 1, awayMs: 70_000 }]]);
    const { part, clock, say } = openPart({ resume: { incarnation: "life-1", points } });
    clock.advance(1_000);
    say(opened(0), rows(0, 5, 6));
    expect(part.describe().resume?.points.get(0)?.awayMs).toBe(71_000);
  });
});

test("a part whose last view has halted goes on without a position", () => {
  const { part, say } = openPart();
  say(opened(0), { type: "rows", batches: [], recordCount: 3, sizeBytes: 0, bytes: 0 });
  expect(part.describe().resume).toEqual({ incarnation: "life-1", points: new Map() });
});
