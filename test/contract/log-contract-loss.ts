import { expect, test } from "vitest";
import type { LossReason } from "../../src/log/log.ts";
import type { ContractContext } from "./contract-context.ts";
import { sampleRecords } from "./log-contract-records.ts";
import type { LogTape } from "./log-tape.ts";

/** What a reader says when its positions no longer mean anything. */
export function contractOfLoss({ fixture, newTopic, read, testWith }: ContractContext): void {
  test("resuming with another topic's incarnation is lost: RECREATED", async () => {
    const topic = newTopic();
    const other = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().createTopic(other, 1);
    await fixture().append(topic, sampleRecords(3, "a"));
    await fixture().append(other, sampleRecords(3, "b"));
    const { incarnation } = await read(other).until("opened");
    const points = new Map([[0, { offset: 1, leaderEpoch: -1 }]]);
    await expectLost(read(topic, { resume: { incarnation, points } }), "RECREATED");
  });

  test("resuming a topic that was re-created meanwhile is lost: RECREATED", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(3, "a"));
    const first = read(topic);
    await first.untilRecords(3);
    first.abort();
    await fixture().recreateTopic(topic, 1);
    await fixture().append(topic, sampleRecords(8, "b"));
    const points = new Map([[0, { offset: 3, leaderEpoch: -1 }]]);
    await expectLost(read(topic, { resume: { incarnation: first.opened.incarnation, points } }), "RECREATED");
  });

  test("a topic that is re-created while it is read is lost: RECREATED; then it is another incarnation", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(3, "a"));
    const first = read(topic);
    await first.untilRecords(3);
    const lost = expectLost(first, "RECREATED");
    await fixture().recreateTopic(topic, 1);
    await fixture().append(topic, sampleRecords(5, "b"));
    await lost;
    const second = read(topic);
    await second.untilRecords(5);
    expect(second.opened.incarnation).not.toBe(first.opened.incarnation);
    expect(second.values()).toEqual(sampleRecords(5, "b").map(({ value }) => value));
  });

  test("resuming beyond the end is lost: TRUNCATED", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(3, "a"));
    const first = read(topic);
    await first.untilRecords(3);
    const points = new Map([[0, { offset: (first.positions().get(0) ?? 0) + 10, leaderEpoch: -1 }]]);
    await expectLost(read(topic, { resume: { incarnation: first.opened.incarnation, points } }), "TRUNCATED");
  });

  testWith("truncate", "a log that is cut below a reader's position is lost: TRUNCATED", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(5, "a"));
    const tape = read(topic);
    await tape.untilRecords(5);
    const lost = expectLost(tape, "TRUNCATED");
    await fixture().truncate?.(topic, 0, 2);
    await fixture().append(topic, sampleRecords(9, "b"));
    await lost;
  });

  testWith("moveLogStart", "resuming below the log start is lost: LOG_START_MOVED", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(6, "a"));
    const { incarnation } = await read(topic).until("opened");
    await fixture().moveLogStart?.(topic, 0, 4);
    const points = new Map([[0, { offset: 2, leaderEpoch: -1 }]]);
    await expectLost(read(topic, { resume: { incarnation, points } }), "LOG_START_MOVED");
  });

  testWith("moveLogStart", "a log start that moves up to a position, or stays below it, loses nothing", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(6, "a"));
    const tape = read(topic);
    await tape.untilRecords(6);
    await fixture().moveLogStart?.(topic, 0, 6);
    await fixture().append(topic, sampleRecords(2, "b"));
    await tape.untilRecords(8);
    const fresh = read(topic);
    expect((await fresh.until("opened")).partitions[0]?.startOffset).toBe(6);
    await fresh.untilRecords(2);
    expect(fresh.values()).toEqual(sampleRecords(2, "b").map(({ value }) => value));
  });
}

/** Reads until `lost`, which must be the last event. Only what resuming needs may be said before it. */
async function expectLost(tape: LogTape, reason: LossReason): Promise<void> {
  const before = tape.batches.length;
  for (;;) {
    const event = await tape.next();
    expect(event, `the read must not end before lost ${reason}`).toBeDefined();
    if (event?.type !== "lost") continue;
    expect(event.reason).toBe(reason);
    expect(event.detail).not.toBe("");
    break;
  }
  expect(tape.batches).toHaveLength(before);
  expect((await tape.iterator.next()).done).toBe(true);
}
