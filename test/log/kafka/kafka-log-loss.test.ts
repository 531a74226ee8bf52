import { describe, expect, test } from "vitest";
import type { KafkaLogOptions } from "../../../src/log/kafka/kafka-log-options.ts";
import type { LogTape } from "../../contract/log-tape.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { scriptedRecords } from "../../support/scripted-topic.ts";
import { openScriptedLog } from "./scripted-log.ts";

/** A read that has read five records of epoch 0. */
async function readFive(options: Partial<KafkaLogOptions> = {}) {
  const scripted = await openScriptedLog(options);
  const topic = scripted.cluster.createTopic("orders");
  const partition = topic.partition(0);
  partition.append(scriptedRecords(5, "a"));
  const tape = scripted.read("orders");
  await tape.untilRecords(5);
  return { ...scripted, topic, partition, tape };
}

/** Reads to `lost`, which is the last event; no batch may come before it. */
async function untilLost(tape: LogTape) {
  const batches = tape.batches.length;
  const lost = await tape.until("lost");
  expect(tape.batches).toHaveLength(batches);
  expect(await tape.next()).toBeUndefined();
  return lost;
}

describe("positions that mean nothing any more", () => {
  test("L3: a new leader whose log is shorter than what was read: TRUNCATED, although it has grown again", async () => {
    const { partition, tape } = await readFive();
    partition.elect(1, 3);
    partition.append(scriptedRecords(9, "other"));
    expect((await untilLost(tape)).reason).toBe("TRUNCATED");
  });

  test("L3: a new leader with the same log loses nothing", async () => {
    const { partition, tape } = await readFive();
    partition.elect();
    partition.append(scriptedRecords(2, "b"));
    await tape.untilRecords(7);
    expect(tape.values().slice(5)).toEqual(["b0", "b1"]);
  });

  test("L3: an epoch that the new leader does not know: TRUNCATED", async () => {
    const { partition, tape } = await readFive();
    partition.elect();
    partition.append(scriptedRecords(2, "b"));
    await tape.untilRecords(7);
    partition.leaderEpoch = 5;
    partition.epochs = [{ epoch: 0, startOffset: 0 }];
    expect((await untilLost(tape)).reason).toBe("TRUNCATED");
  });

  test("L3: after a hole at the tail, a new leader that has the hole too is no truncation", async () => {
    const { cluster, read } = await openScriptedLog();
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(2, "a"));
    partition.elect();
    partition.append(scriptedRecords(3, "removed"));
    partition.batches.pop();
    const tape = read("orders");
    await tape.untilReached((await tape.until("opened")).partitions);
    partition.elect();
    partition.append(scriptedRecords(1, "b"));
    await tape.untilRecords(3);
    expect(tape.values()).toEqual(["a0", "a1", "b0"]);
  });

  test("a log that ends before the position, in the same epoch: TRUNCATED", async () => {
    const { partition, tape } = await readFive();
    partition.highWatermark = 3;
    partition.batches = [];
    expect((await untilLost(tape)).reason).toBe("TRUNCATED");
  });

  test("a log start beyond the position: LOG_START_MOVED", async () => {
    const { partition, tape } = await readFive();
    partition.append(scriptedRecords(5, "b"));
    partition.batches = [];
    partition.startOffset = 8;
    const lost = await untilLost(tape);
    expect(lost).toMatchObject({ reason: "LOG_START_MOVED", partition: 0 });
  });

  test("another topic id: RECREATED, before any of the new topic's records, even if it is longer", async () => {
    const { cluster, tape } = await readFive({ refreshIntervalMs: 20 });
    cluster.onFetch = ({ partitions }) =>
      partitions[0]?.fetchOffset === 5 ? { override: () => ({ errorCode: 3 }) } : {};
    cluster.createTopic("orders").partition(0).append(scriptedRecords(50, "new"));
    cluster.changed();
    expect((await untilLost(tape)).reason).toBe("RECREATED");
  });

  test("a topic re-created while the broker was away: RECREATED, before any of the new topic's records", async () => {
    const { cluster, tape } = await readFive({ refreshIntervalMs: 60_000 });
    await cluster.broker().kill();
    cluster.createTopic("orders").partition(0).append(scriptedRecords(50, "new"));
    await cluster.broker().listen();
    expect((await untilLost(tape)).reason).toBe("RECREATED");
  });

  test("an end that falls is looked at before anything is delivered", async () => {
    const { cluster, tape, partition } = await readFive({ refreshIntervalMs: 60_000 });
    cluster.createTopic("orders").partition(0).append(scriptedRecords(4, "new"));
    cluster.changed();
    expect((await untilLost(tape)).reason).toBe("RECREATED");
    expect(partition.highWatermark).toBe(5);
  });

  test("resuming another incarnation: RECREATED", async () => {
    const { read } = await readFive();
    const points = new Map([[0, { offset: 1, leaderEpoch: 0 }]]);
    expect((await untilLost(read("orders", { resume: { incarnation: "another", points } }))).reason).toBe("RECREATED");
  });

  test("resuming at a place that the leader's log never had: TRUNCATED", async () => {
    const { read, partition, tape } = await readFive();
    const { incarnation } = tape.opened;
    partition.elect(1, 3);
    partition.append(scriptedRecords(9, "other"));
    const points = new Map([[0, { offset: 5, leaderEpoch: 0 }]]);
    expect((await untilLost(read("orders", { resume: { incarnation, points } }))).reason).toBe("TRUNCATED");
  });
});

describe("a partition that was away from its end longer than its topic keeps tombstones", () => {
  const day = 24 * 60 * 60 * 1000;

  /** Five records read, then the broker goes, `awayMs` pass, two more records are there, and it comes back. */
  async function comeBackAfter(awayMs: number, configs: Readonly<Record<string, string>>) {
    const clock = new ManualClock();
    const found = await readFive({ clock });
    for (const [name, value] of Object.entries(configs)) found.topic.configs.set(name, value);
    const tape = found.read("orders");
    await tape.untilRecords(5);
    found.tape.abort();
    // At its end: an answer without records has come after the last one with records.
    const pending = tape.next();
    await passTime(clock, 5, found.cluster.fetches);
    await found.cluster.broker().kill();
    found.partition.append(scriptedRecords(2, "b"));
    clock.advance(awayMs);
    await found.cluster.broker().listen();
    const clockwork = setInterval(() => clock.advance(50), 1);
    await pending;
    return { ...found, tape, stop: () => clearInterval(clockwork) };
  }

  /** Lets so many more long polls end. */
  async function passTime(clock: ManualClock, polls: number, fetches: readonly unknown[]) {
    const wanted = fetches.length + polls;
    await expect.poll(() => fetches.length).toBeGreaterThanOrEqual(wanted);
    clock.advance(1);
  }

  test("L4: RETENTION_EXCEEDED, before any further batch", async () => {
    const { tape, stop } = await comeBackAfter(day + 60_000, {});
    const lost = await untilLost(tape);
    stop();
    expect(lost).toMatchObject({ reason: "RETENTION_EXCEEDED", partition: 0 });
  });

  test("L4: a shorter absence loses nothing", async () => {
    const { tape, stop } = await comeBackAfter(day - 60_000, {});
    await tape.untilRecords(7);
    stop();
    expect(tape.values().slice(5)).toEqual(["b0", "b1"]);
  });

  test("L4: a tiny delete.retention.ms counts as the least that is configured", async () => {
    const { tape, stop } = await comeBackAfter(30_000, { "delete.retention.ms": "1" });
    await tape.untilRecords(7);
    stop();
    expect(tape.opened.deleteRetentionMs).toBe(1);
  });

  test("L4: a read that resumes has been away since what its points say", async () => {
    const { read, tape, partition } = await readFive();
    const { incarnation } = tape.opened;
    partition.append(scriptedRecords(2, "b"));
    const readAfter = (awayMs: number) =>
      read("orders", { resume: { incarnation, points: new Map([[0, { offset: 5, leaderEpoch: 0, awayMs }]]) } });
    const soon = readAfter(day - 60_000);
    await soon.untilRecords(2);
    expect(soon.values()).toEqual(["b0", "b1"]);
    expect(await untilLost(readAfter(day + 1))).toMatchObject({ reason: "RETENTION_EXCEEDED", partition: 0 });
  });

  test("L4: a read says how long it has been away from the end of each partition", async () => {
    const clock = new ManualClock();
    const { tape, cluster } = await readFive({ clock });
    expect(tape.iterator.awayMs?.()).toEqual(new Map([[0, 0]]));
    await cluster.broker().kill();
    clock.advance(7_000);
    expect(tape.iterator.awayMs?.()).toEqual(new Map([[0, 7_000]]));
  });

  test("L4: a topic that is not compacted loses no tombstones", async () => {
    const { tape, stop } = await comeBackAfter(30 * day, { "cleanup.policy": "delete" });
    await tape.untilRecords(7);
    stop();
    expect(tape.opened.deleteRetentionMs).toBeNull();
  });
});
