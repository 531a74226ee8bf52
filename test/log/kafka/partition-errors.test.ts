import { describe, expect, test } from "vitest";
import { scriptedRecords } from "../../support/scripted-topic.ts";
import { openScriptedLog } from "./scripted-log.ts";

/** Two partitions of one batch each; partition 1 answers `errorCode` to its first `times` Fetches. */
async function openWithError(errorCode: number, times: number) {
  const scripted = await openScriptedLog();
  const topic = scripted.cluster.createTopic("orders", 2);
  topic.partition(0).append(scriptedRecords(3, "good"));
  topic.partition(1).append(scriptedRecords(3, "late"));
  let left = times;
  scripted.cluster.onFetch = () => ({
    override: ({ partition }) => {
      if (partition !== 1 || left === 0) return undefined;
      left -= 1;
      return { errorCode };
    },
  });
  return scripted;
}

describe("a partition in error", () => {
  test.each([
    [3, "UNKNOWN_TOPIC_OR_PARTITION"],
    [6, "NOT_LEADER_OR_FOLLOWER"],
    [9, "REPLICA_NOT_AVAILABLE"],
    [56, "KAFKA_STORAGE_ERROR"],
    [74, "FENCED_LEADER_EPOCH"],
    [75, "UNKNOWN_LEADER_EPOCH"],
    [78, "OFFSET_NOT_AVAILABLE"],
    [1, "OFFSET_OUT_OF_RANGE"],
    [-1, "UNKNOWN_SERVER_ERROR"],
  ])("L3: error %i (%s) in the middle of reading loses and repeats nothing", async (errorCode) => {
    const { read } = await openWithError(errorCode, 2);
    const tape = read("orders");
    await tape.untilRecords(6);
    expect(tape.values(0)).toEqual(["good0", "good1", "good2"]);
    expect(tape.values(1)).toEqual(["late0", "late1", "late2"]);
  });

  test("does not keep the good partitions of the same answer back", async () => {
    const { cluster, read } = await openWithError(56, Number.POSITIVE_INFINITY);
    const tape = read("orders");
    await tape.untilRecords(3);
    cluster.topics.get("orders")?.partition(0).append(scriptedRecords(2, "more"));
    await tape.untilRecords(5);
    expect(tape.values()).toEqual(["good0", "good1", "good2", "more0", "more1"]);
  });

  test("is a stall that names topic, partition and code, and ends when it is read", async () => {
    const { read } = await openWithError(56, 3);
    const tape = read("orders");
    const { cause } = await tape.until("stalled");
    expect(cause).toMatchObject({ code: "LOG_UNAVAILABLE" });
    expect(cause.message).toContain("orders/1");
    await tape.until("resumed");
    expect(tape.values(1)).toEqual(["late0", "late1", "late2"]);
  });

  test("an epoch that has changed once is no stall", async () => {
    const { read } = await openWithError(74, 1);
    const tape = read("orders");
    await tape.untilRecords(6);
    expect(tape.events.map(({ type }) => type)).not.toContain("stalled");
  });

  test("a topic that may not be read is a stall of its own code", async () => {
    const { read } = await openWithError(29, Number.POSITIVE_INFINITY);
    const { cause } = await read("orders").until("stalled");
    expect(cause.code).toBe("LOG_AUTHORIZATION_FAILED");
    expect(cause.message).toContain('"orders"');
  });

  test("L3: a leader that moves to another broker is followed there", async () => {
    const { cluster, read } = await openScriptedLog({}, { brokers: 2 });
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(3, "a"));
    const tape = read("orders");
    await tape.untilRecords(3);
    partition.elect(2);
    partition.append(scriptedRecords(3, "b"));
    await tape.untilRecords(6);
    expect(tape.records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(tape.batches.map(({ leaderEpoch }) => leaderEpoch)).toEqual([0, 1]);
  });

  test("L3: when one broker of two dies, its partitions are read from the other, and the rest goes on", async () => {
    const { cluster, read } = await openScriptedLog({}, { brokers: 2 });
    const topic = cluster.createTopic("orders", 2);
    topic.partition(1).leaderId = 2;
    for (const partition of topic.partitions) partition.append(scriptedRecords(3, "a"));
    const tape = read("orders");
    await tape.untilRecords(6);
    await cluster.broker(2).kill();
    topic.partition(0).append(scriptedRecords(1, "b"));
    await tape.untilRecords(7);
    topic.partition(1).elect(1);
    topic.partition(1).append(scriptedRecords(1, "c"));
    await tape.untilRecords(8);
    expect(tape.values(1)).toEqual(["a0", "a1", "a2", "c0"]);
  });
});

describe("a corrupt batch", () => {
  test("met once is fetched again over another connection, without a word", async () => {
    const { cluster, read } = await openScriptedLog();
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(3, "a"));
    const { bytes } = partition.append(scriptedRecords(3, "b"));
    const sound = Buffer.concat(partition.batches.map((batch) => batch.bytes));
    const broken = Buffer.from(sound);
    broken.writeUInt8(broken.readUInt8(sound.length - 5) ^ 1, sound.length - 5);
    cluster.onFetch = (_, count) => (count === 0 ? { override: () => ({ records: broken }) } : {});
    const tape = read("orders");
    await tape.until("opened");
    const connections = cluster.broker().connections;
    await tape.untilRecords(6);
    expect(tape.records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(tape.events.map(({ type }) => type)).not.toContain("stalled");
    expect(cluster.broker().connections).toBeGreaterThan(connections + 1);
    expect(bytes.length).toBeGreaterThan(0);
  });

  test("that stays corrupt stops its partition alone, at the last good record, until it is repaired", async () => {
    const { cluster, read } = await openScriptedLog();
    const topic = cluster.createTopic("orders", 2);
    topic.partition(0).append(scriptedRecords(3, "a"));
    const bad = topic.partition(0).append(scriptedRecords(3, "b"));
    const sound = bad.bytes;
    bad.bytes = Buffer.from(sound);
    bad.bytes.writeUInt8(sound.readUInt8(sound.length - 5) ^ 1, sound.length - 5);
    const tape = read("orders");
    const { cause } = await tape.until("stalled");
    expect(cause.code).toBe("LOG_CORRUPT");
    topic.partition(1).append(scriptedRecords(2, "other"));
    await tape.untilRecords(5);
    expect(tape.values(0)).toEqual(["a0", "a1", "a2"]);
    bad.bytes = sound;
    await tape.until("resumed");
    expect(tape.values(0)).toEqual(["a0", "a1", "a2", "b0", "b1", "b2"]);
    expect(tape.events.filter(({ type }) => type === "stalled")).toHaveLength(1);
  });

  test("that says it is of an older format is a stall which says so, and is read if it was damage", async () => {
    const { cluster, read } = await openScriptedLog();
    const batch = cluster.createTopic("orders").partition(0).append(scriptedRecords(3, "a"));
    const sound = batch.bytes;
    batch.bytes = Buffer.from(sound);
    batch.bytes.writeInt8(1, 16);
    const tape = read("orders");
    expect((await tape.until("stalled")).cause.code).toBe("LOG_UNSUPPORTED");
    batch.bytes = sound;
    await tape.until("resumed");
    expect(tape.values()).toEqual(["a0", "a1", "a2"]);
  });

  test.each([0, 5, -1, 2_000_000_000])("with a damaged length (%i) is never skipped", async (length) => {
    const { cluster, read } = await openScriptedLog();
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(3, "a"));
    const bad = partition.append(scriptedRecords(3, "b"));
    partition.append(scriptedRecords(3, "c"));
    const sound = bad.bytes;
    bad.bytes = Buffer.from(sound);
    bad.bytes.writeInt32BE(length, 8);
    const tape = read("orders");
    expect((await tape.until("stalled")).cause.code).toBe("LOG_CORRUPT");
    expect(tape.values()).toEqual(["a0", "a1", "a2"]);
    bad.bytes = sound;
    await tape.untilRecords(9);
    expect(tape.records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
