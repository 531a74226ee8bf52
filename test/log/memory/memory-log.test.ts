import { describe, expect, onTestFinished, test } from "vitest";
import { createMemoryLog, type MemoryLog } from "../../../src/log/memory/memory-log.ts";
import { LogTape } from "../../contract/log-tape.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function makeLog(partitions = 1): MemoryLog {
  const log = createMemoryLog();
  onTestFinished(() => log.close());
  log.createTopic("t", { partitions, deleteRetentionMs: 1000 });
  return log;
}

const record = (value: string, key = value) => ({ key, value });

describe("the in-memory log", () => {
  test("returns the offset of each record", () => {
    const log = makeLog(2);
    expect(log.append("t", [record("a"), { ...record("b"), partition: 1 }, record("c")])).toEqual([0, 0, 1]);
    log.appendEmpty("t", 0, 3);
    expect(log.append("t", [record("d")])).toEqual([5]);
  });

  test("gives records without a timestamp the time of its clock, -1 without a clock", async () => {
    const clock = new ManualClock(1234);
    const timed = createMemoryLog({ clock });
    onTestFinished(() => timed.close());
    timed.createTopic("t", { partitions: 1 });
    timed.append("t", [record("a"), { ...record("b"), timestamp: 5 }]);
    const untimed = makeLog();
    untimed.append("t", [record("a")]);
    expect((await new LogTape(timed, "t").untilRecords(2)).map(({ timestamp }) => timestamp)).toEqual([1234, 5]);
    expect((await new LogTape(untimed, "t").untilRecords(1)).map(({ timestamp }) => timestamp)).toEqual([-1]);
  });

  test("says the topic's delete.retention.ms", async () => {
    expect((await new LogTape(makeLog(), "t").until("opened")).deleteRetentionMs).toBe(1000);
  });

  test("L1: offsets without records are a batch without records", async () => {
    const log = makeLog();
    log.appendEmpty("t", 0, 7);
    const tape = new LogTape(log, "t");
    const { batch } = await tape.until("batch");
    expect(batch).toMatchObject({ fromOffset: 0, nextOffset: 7, records: [], sizeBytes: 0 });
  });

  test("compaction leaves holes, and positions beyond them stay true", async () => {
    const log = makeLog();
    log.append("t", [
      record("1", "a"),
      record("2", "b"),
      record("3", "a"),
      { key: "b", value: null },
      { key: null, value: "4" },
    ]);
    log.compact("t");
    const kept = new LogTape(log, "t");
    await kept.untilRecords(3);
    expect(kept.records.map(({ offset, value }) => [offset, value])).toEqual([
      [2, "3"],
      [3, null],
      [4, "4"],
    ]);
    log.append("t", [
      { key: null, value: "5" },
      { key: "c", value: null },
    ]);
    log.compact("t", { dropTombstones: true });
    const dropped = new LogTape(log, "t");
    await dropped.until("opened");
    await dropped.untilReached(dropped.opened.partitions);
    expect(dropped.records.map(({ offset, value }) => [offset, value])).toEqual([
      [2, "3"],
      [4, "4"],
      [5, "5"],
    ]);
    expect(dropped.positions().get(0)).toBe(7);
  });

  test("a log that is cut above a reader's position is read on under a new leader epoch", async () => {
    const log = makeLog();
    log.append("t", [record("a"), record("b")]);
    const tape = new LogTape(log, "t");
    await tape.untilRecords(2);
    log.append("t", [record("gone")]);
    log.truncate("t", 0, 2);
    log.append("t", [record("c")]);
    await tape.untilRecords(3);
    expect(tape.values()).toEqual(["a", "b", "c"]);
    expect(tape.batches.map(({ leaderEpoch }) => leaderEpoch)).toEqual([0, 1]);
  });

  test("a position that was read under another leader epoch is lost although it is not beyond the end", async () => {
    const log = makeLog();
    log.append("t", [record("a"), record("b"), record("c")]);
    const { incarnation } = await new LogTape(log, "t").until("opened");
    log.truncate("t", 0, 1);
    log.append("t", [record("x"), record("y"), record("z")]);
    const resume = (offset: number, leaderEpoch: number) =>
      new LogTape(log, "t", { resume: { incarnation, points: new Map([[0, { offset, leaderEpoch }]]) } }).next();
    expect(await resume(3, 0)).toMatchObject({ type: "lost", reason: "TRUNCATED", partition: 0 });
    expect(await resume(1, 0)).toMatchObject({ type: "opened" });
    expect(await resume(3, 1)).toMatchObject({ type: "opened" });
  });

  test("no batch spans two leader epochs", async () => {
    const log = makeLog();
    log.append("t", [record("a"), record("b")]);
    log.truncate("t", 0, 1);
    log.append("t", [record("c"), record("d")]);
    const tape = new LogTape(log, "t");
    await tape.untilRecords(3);
    expect(tape.batches.map((b) => [b.fromOffset, b.nextOffset, b.leaderEpoch])).toEqual([
      [0, 1, 0],
      [1, 3, 1],
    ]);
  });

  test("a reader behind the log start is lost in the midst of reading", async () => {
    const log = makeLog();
    log.append(
      "t",
      Array.from({ length: 1500 }, (_, at) => record(`${at}`)),
    );
    const tape = new LogTape(log, "t");
    await tape.until("batch");
    log.moveLogStart("t", 0, 1200);
    expect(await tape.next()).toMatchObject({ type: "lost", reason: "LOG_START_MOVED", partition: 0 });
  });

  test("lose ends the reads that are under way, and no later one", async () => {
    const log = makeLog();
    const early = new LogTape(log, "t");
    await early.until("opened");
    log.lose("t", "RETENTION_EXCEEDED", "away for 2000 ms");
    expect(await early.next()).toMatchObject({ reason: "RETENTION_EXCEEDED", detail: "away for 2000 ms" });
    expect(await new LogTape(log, "t").next()).toMatchObject({ type: "opened" });
  });

  test("a topic that is deleted is a stall, and another one when it comes back", async () => {
    const log = makeLog();
    const tape = new LogTape(log, "t");
    await tape.until("opened");
    log.deleteTopic("t");
    expect((await tape.until("stalled")).cause.code).toBe("TOPIC_MISSING");
    log.createTopic("t", { partitions: 1 });
    const lost = await tape.untilThat("lost", ({ type }) => type === "lost");
    expect(lost).toMatchObject({ reason: "RECREATED" });
  });

  test("partitions take turns", async () => {
    const log = makeLog(2);
    for (const partition of [0, 1]) {
      log.append(
        "t",
        Array.from({ length: 2500 }, (_, at) => ({ partition, key: `${at}`, value: "v" })),
      );
    }
    const tape = new LogTape(log, "t");
    await tape.untilRecords(5000);
    expect(tape.batches.map(({ partition }) => partition)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  test("refuses topics, partitions and offsets that do not exist", () => {
    const log = makeLog();
    expect(() => log.append("other", [])).toThrow("Expected a topic other in the in-memory log, found none");
    expect(() => log.append("t", [{ ...record("a"), partition: 1 }])).toThrow("topic t has 1 partitions, found 1");
    expect(() => log.truncate("t", 0, 1)).toThrow("offset 1 is outside [0, 0] of partition 0");
    expect(() => log.createTopic("t", { partitions: 1 })).toThrow("topic t exists already");
  });
});
