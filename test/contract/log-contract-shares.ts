import { expect, test } from "vitest";
import type { LogEvent } from "../../src/log/log.ts";
import type { ContractContext } from "./contract-context.ts";
import { sampleRecords } from "./log-contract-records.ts";
import type { LogTape } from "./log-tape.ts";

/** What a read of some of the partitions sees. */
export function contractOfShares({ fixture, newTopic, read }: ContractContext): void {
  const values = (count: number, prefix: string) => sampleRecords(count, prefix).map(({ value }) => value);

  test("reads of two shares see each partition once, and never speak of one of the other's", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 3);
    await fixture().append(topic, [
      ...sampleRecords(4, "a"),
      ...sampleRecords(3, "b", 1),
      ...sampleRecords(1200, "c", 2),
    ]);
    const even = read(topic, { share: { index: 0, count: 2 } });
    const odd = read(topic, { share: { index: 1, count: 2 } });
    await even.untilRecords(1204);
    await odd.untilRecords(3);
    await fixture().append(topic, [...sampleRecords(1, "d", 2), ...sampleRecords(1, "e", 1), ...sampleRecords(1, "f")]);
    await even.untilRecords(1206);
    await odd.untilRecords(4);
    expect(even.values(0)).toEqual([...values(4, "a"), ...values(1, "f")]);
    expect(even.values(2)).toEqual([...values(1200, "c"), ...values(1, "d")]);
    expect(odd.values(1)).toEqual([...values(3, "b"), ...values(1, "e")]);
    expect([partitionsOf(even), partitionsOf(odd)]).toEqual([new Set([0, 2]), new Set([1])]);
    expect(odd.opened.incarnation).toBe(even.opened.incarnation);
  });

  test("a share without partitions is open, and has those that are added later", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(2, "a"));
    const tape = read(topic, { share: { index: 1, count: 2 } });
    const { partitions } = await tape.until("opened");
    const pending = tape.until("partition-added");
    await fixture().addPartitions(topic, 2);
    await fixture().append(topic, [...sampleRecords(1, "b"), ...sampleRecords(2, "c", 1)]);
    const { bounds } = await pending;
    await tape.untilRecords(2);
    expect([partitions, bounds.partition]).toEqual([[], 1]);
    expect(tape.values()).toEqual(values(2, "c"));
    expect(partitionsOf(tape)).toEqual(new Set([1]));
  });

  test("a share goes on from its own points; points of other partitions mean nothing", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 2);
    await fixture().append(topic, [...sampleRecords(5, "a"), ...sampleRecords(5, "b", 1)]);
    const whole = read(topic);
    await whole.untilRecords(10);
    const third = whole.records.filter(({ partition }) => partition === 1)[3]?.offset ?? -1;
    const points = new Map([
      [0, { offset: 1_000_000, leaderEpoch: -1 }],
      [1, { offset: third, leaderEpoch: -1 }],
    ]);
    const { incarnation } = whole.opened;
    const tape = read(topic, { share: { index: 1, count: 2 }, resume: { incarnation, points } });
    await tape.untilRecords(2);
    expect(tape.batches[0]).toMatchObject({ partition: 1, fromOffset: third });
    expect(tape.values()).toEqual(values(5, "b").slice(3));
  });
}

function partitionsOf({ events }: LogTape): ReadonlySet<number> {
  return new Set(events.flatMap(partitionsNamedBy));
}

function partitionsNamedBy(event: LogEvent): readonly number[] {
  switch (event.type) {
    case "opened":
      return event.partitions.map(({ partition }) => partition);
    case "partition-added":
    case "bounds":
      return [event.bounds.partition];
    case "batch":
      return [event.batch.partition];
    default:
      return [];
  }
}
