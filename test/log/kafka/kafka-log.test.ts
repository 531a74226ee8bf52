import { describe, expect, test } from "vitest";
import { type Logger, silentLogger } from "../../../src/base/logger.ts";
import { scriptedRecords } from "../../support/scripted-topic.ts";
import { openScriptedLog } from "./scripted-log.ts";

const values = (count: number, prefix: string) => scriptedRecords(count, prefix).map(({ value }) => value);

describe("KafkaLog", () => {
  test("reads every partition from its start, in order, and follows what is appended", async () => {
    const { cluster, read } = await openScriptedLog();
    const topic = cluster.createTopic("orders", 3);
    topic.partition(0).append(scriptedRecords(5, "a"));
    topic.partition(0).append(scriptedRecords(5, "b"));
    topic.partition(2).append(scriptedRecords(3, "c"));
    const tape = read("orders");
    await tape.untilRecords(13);
    topic.partition(1).append(scriptedRecords(2, "d"));
    cluster.changed();
    await tape.untilRecords(15);
    expect(tape.values(0)).toEqual([...values(5, "a"), ...values(5, "b")]);
    expect(tape.values(1)).toEqual(values(2, "d"));
    expect(tape.values(2)).toEqual(values(3, "c"));
  });

  test("opens with bounds, topic id and retention", async () => {
    const { cluster, read } = await openScriptedLog();
    const topic = cluster.createTopic("orders");
    topic.configs.set("delete.retention.ms", "120000");
    topic.partition(0).append(scriptedRecords(5, "a"));
    topic.partition(0).lastStableOffset = 3;
    const opened = await read("orders").until("opened");
    expect(opened).toEqual({
      type: "opened",
      incarnation: opened.incarnation,
      partitions: [{ partition: 0, startOffset: 0, lastStableOffset: 3, highWatermark: 5 }],
      deleteRetentionMs: 120_000,
      hasDeleteCleanup: false,
    });
    expect(opened.incarnation).not.toBe("");
  });

  test("says whether the log drops records at its start, and again when the topic's settings change", async () => {
    const { cluster, read } = await openScriptedLog({ configIntervalMs: 1 });
    const topic = cluster.createTopic("orders");
    topic.configs.set("cleanup.policy", "compact,delete");
    const tape = read("orders");
    expect((await tape.until("opened")).hasDeleteCleanup).toBe(true);
    topic.configs.set("cleanup.policy", "compact");
    expect((await tape.until("cleanup-changed")).hasDeleteCleanup).toBe(false);
  });

  test("warns once that settings cannot be read, and says what the log does once they can", async () => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (_, message) => warnings.push(message), child: () => logger };
    const { cluster, read } = await openScriptedLog({ configIntervalMs: 1, logger });
    const topic = cluster.createTopic("orders");
    topic.configs.set("cleanup.policy", "delete");
    topic.configError = 29;
    const tape = read("orders");
    expect((await tape.until("opened")).hasDeleteCleanup).toBeUndefined();
    await expect.poll(() => topic.configReads).toBeGreaterThan(2);
    topic.configError = 0;
    expect((await tape.until("cleanup-changed")).hasDeleteCleanup).toBe(true);
    expect(warnings.filter((message) => message.includes("cleanup.policy"))).toHaveLength(1);
  });

  test("what was known of the topic's cleanup holds while its settings cannot be read", async () => {
    const { cluster, read } = await openScriptedLog({ configIntervalMs: 1 });
    const topic = cluster.createTopic("orders");
    topic.configs.set("cleanup.policy", "delete");
    const tape = read("orders");
    expect((await tape.until("opened")).hasDeleteCleanup).toBe(true);
    topic.configError = 29;
    const { configReads } = topic;
    await expect.poll(() => topic.configReads).toBeGreaterThan(configReads + 2);
    topic.partition(0).append(scriptedRecords(1, "a"));
    await tape.untilRecords(1);
    expect(tape.events.filter(({ type }) => type === "cleanup-changed")).toEqual([]);
  });

  test("reads on from a resume point, and partitions it does not name from their start", async () => {
    const { cluster, read } = await openScriptedLog();
    const topic = cluster.createTopic("orders", 2);
    topic.partition(0).append(scriptedRecords(5, "a"));
    topic.partition(1).append(scriptedRecords(2, "b"));
    const { incarnation } = await read("orders").until("opened");
    const points = new Map([[0, { offset: 3, leaderEpoch: 0 }]]);
    const tape = read("orders", { resume: { incarnation, points } });
    await tape.untilRecords(4);
    expect(tape.values(0)).toEqual(["a3", "a4"]);
    expect(tape.values(1)).toEqual(["b0", "b1"]);
  });

  test("READ_UNCOMMITTED reads beyond the last stable offset, READ_COMMITTED does not", async () => {
    const { cluster, read } = await openScriptedLog();
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(2, "a"));
    partition.append(scriptedRecords(2, "open"));
    partition.lastStableOffset = 2;
    const committed = read("orders");
    await committed.untilRecords(2);
    const uncommitted = read("orders", { isolation: "READ_UNCOMMITTED" });
    await uncommitted.untilRecords(4);
    partition.lastStableOffset = 4;
    await committed.untilRecords(4);
    expect(committed.values()).toEqual(uncommitted.values());
  });

  test("L1: an empty batch that comes alone moves the position", async () => {
    const { cluster, read } = await openScriptedLog({ fetch: { maxPartitionBytes: 1 } });
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(2, "a"));
    partition.append([], 7);
    partition.append(scriptedRecords(2, "b"));
    const tape = read("orders");
    await tape.untilRecords(4);
    expect(tape.batches.map(({ fromOffset, nextOffset }) => [fromOffset, nextOffset])).toEqual([
      [0, 2],
      [2, 9],
      [9, 11],
    ]);
  });

  test("L1: a batch whose last offsets compaction took is passed by one request, not offset by offset", async () => {
    const { cluster, read } = await openScriptedLog({ fetch: { maxPartitionBytes: 1 } });
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(2, "a"), 1_000);
    partition.append(scriptedRecords(2, "b"), 1_000);
    const tape = read("orders");
    await tape.untilReached((await tape.until("opened")).partitions);
    expect(tape.records.map(({ offset }) => offset)).toEqual([0, 1, 1_000, 1_001]);
    const asked = cluster.fetches.map(({ partitions }) => partitions[0]?.fetchOffset);
    expect(asked.filter((offset) => ![0, 1_000, 2_000].includes(offset ?? -1))).toEqual([]);
  });

  test("names in each request the leader epoch that was verified, so that a leader of another answers an error", async () => {
    const { cluster, read } = await openScriptedLog();
    const partition = cluster.createTopic("orders").partition(0);
    partition.elect();
    partition.append(scriptedRecords(2, "a"));
    const tape = read("orders");
    await tape.untilRecords(2);
    partition.elect();
    partition.append(scriptedRecords(2, "b"));
    cluster.changed();
    await tape.untilRecords(4);
    const epochs = cluster.fetches.map(({ partitions }) => partitions[0]?.currentLeaderEpoch);
    expect([...new Set(epochs)]).toEqual([1, 2]);
  });

  test("L1: a hole at the tail is passed as a batch without records, and what follows it is read", async () => {
    const { cluster, read } = await openScriptedLog();
    const topic = cluster.createTopic("orders", 2);
    const partition = topic.partition(0);
    partition.append(scriptedRecords(2, "a"));
    partition.append(scriptedRecords(3, "removed"));
    partition.batches.pop();
    topic.partition(1).append(scriptedRecords(1, "other"));
    const tape = read("orders");
    await tape.untilReached((await tape.until("opened")).partitions);
    partition.append(scriptedRecords(2, "b"));
    await tape.untilRecords(5);
    const runs = tape.batches.filter((batch) => batch.partition === 0);
    expect(runs.map(({ fromOffset, nextOffset, records }) => [fromOffset, nextOffset, records.length])).toEqual([
      [0, 2, 2],
      [2, 5, 0],
      [5, 7, 2],
    ]);
  });

  test("a partition whose whole log was compacted away reaches its end", async () => {
    const { cluster, read } = await openScriptedLog();
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(9, "removed"));
    partition.batches.pop();
    const tape = read("orders");
    await tape.untilReached((await tape.until("opened")).partitions);
    expect(tape.positions()).toEqual(new Map([[0, 9]]));
    expect(tape.records).toEqual([]);
  });

  test("a batch above the limits is read, behind others and beside fuller partitions", async () => {
    const { cluster, read } = await openScriptedLog({ fetch: { maxPartitionBytes: 2_000, maxResponseBytes: 4_000 } });
    const topic = cluster.createTopic("orders", 4);
    for (const partition of topic.partitions) {
      partition.append(scriptedRecords(3, "small"));
      partition.append(scriptedRecords(1, "large", 50_000));
      for (let batch = 0; batch < 5; batch += 1) partition.append(scriptedRecords(3, "more", 400));
    }
    const tape = read("orders");
    await tape.untilReached((await tape.until("opened")).partitions);
    expect(tape.records).toHaveLength(4 * 19);
    for (const batch of tape.batches) expect(batch.fromOffset).toBe(batch.records[0]?.offset);
  });

  test("begins each request with another partition", async () => {
    const { cluster, read } = await openScriptedLog({ fetch: { maxWaitMs: 1 } });
    cluster.createTopic("orders", 3);
    const tape = read("orders");
    await tape.until("opened");
    const next = tape.next();
    await expect.poll(() => cluster.fetches.length).toBeGreaterThan(3);
    expect(new Set(cluster.fetches.slice(0, 3).map(({ partitions }) => partitions[0]?.partition)).size).toBe(3);
    tape.abort();
    await next;
  });

  test("holds two answers at most while the consumer does not pull", async () => {
    const { cluster, read } = await openScriptedLog({ fetch: { maxPartitionBytes: 1 } });
    const partition = cluster.createTopic("orders").partition(0);
    for (let batch = 0; batch < 20; batch += 1) partition.append(scriptedRecords(1, `b${batch}-`));
    const tape = read("orders");
    await tape.untilRecords(1);
    await expect.poll(() => cluster.fetches.length).toBe(2);
    const other = read("orders");
    await other.untilRecords(20);
    expect(cluster.fetches.filter(({ partitions }) => partitions[0]?.fetchOffset === 2)).toHaveLength(1);
    await tape.untilRecords(20);
  });

  test("an idle topic whose long poll never ends keeps no other topic waiting", async () => {
    const never = Promise.withResolvers<void>();
    const { cluster, read } = await openScriptedLog();
    for (const name of ["idle-1", "idle-2", "idle-3", "busy"]) cluster.createTopic(name);
    cluster.onFetch = ({ partitions }) => (partitions[0]?.topic === "busy" ? {} : { hold: never.promise });
    const idle = ["idle-1", "idle-2", "idle-3"].map((name) => read(name));
    for (const tape of idle) await tape.until("opened");
    const pending = idle.map((tape) => tape.next());
    await expect.poll(() => cluster.fetches.length).toBe(3);
    cluster.topics.get("busy")?.partition(0).append(scriptedRecords(3, "a"));
    const busy = read("busy");
    expect(await busy.untilRecords(3)).toHaveLength(3);
    for (const tape of idle) tape.abort();
    await Promise.all(pending);
  });

  test("a partition that is added later is said and read from its start", async () => {
    const { cluster, read } = await openScriptedLog();
    const topic = cluster.createTopic("orders", 1);
    const tape = read("orders");
    await tape.until("opened");
    topic.addPartition().append(scriptedRecords(3, "new"));
    expect(await tape.until("partition-added")).toEqual({
      type: "partition-added",
      bounds: { partition: 1, startOffset: 0, lastStableOffset: 3, highWatermark: 3 },
    });
    await tape.untilRecords(3);
    expect(tape.values(1)).toEqual(values(3, "new"));
  });

  test("a failed look-up of an end is repeated, never counted as an empty partition", async () => {
    const { cluster, read } = await openScriptedLog();
    const topic = cluster.createTopic("orders", 2);
    topic.partition(1).append(scriptedRecords(4, "a"));
    let refusals = 3;
    cluster.listOffsetsError = (partition) => {
      if (partition !== 1 || refusals === 0) return undefined;
      refusals -= 1;
      return 78;
    };
    const { partitions } = await read("orders").until("opened");
    expect(refusals).toBe(0);
    expect(partitions[1]).toEqual({ partition: 1, startOffset: 0, lastStableOffset: 4, highWatermark: 4 });
  });

  test("says newer bounds as they are seen", async () => {
    const { cluster, read } = await openScriptedLog();
    const partition = cluster.createTopic("orders").partition(0);
    const tape = read("orders");
    await tape.until("opened");
    partition.append(scriptedRecords(5, "a"));
    partition.lastStableOffset = 5;
    const { bounds } = await tape.until("bounds");
    expect(bounds).toEqual({ partition: 0, startOffset: 0, lastStableOffset: 5, highWatermark: 5 });
  });
});
