import { expect, test } from "vitest";
import type { ContractContext } from "./contract-context.ts";
import type { SampleRecord } from "./log-fixture.ts";

/** `count` records of one partition; values are `<prefix>0`, `<prefix>1`, … */
export function sampleRecords(count: number, prefix: string, partition = 0): readonly SampleRecord[] {
  return Array.from({ length: count }, (_, at) => ({ partition, key: `k${at % 7}`, value: json(`${prefix}${at}`) }));
}

/** Values are JSON, because an embedded log holds nothing else. */
export function json(text: string): string {
  return JSON.stringify({ text });
}

/** What a read from the log's start gives: order, positions, bounds, and what is in a record. */
export function contractOfRecords({ fixture, newTopic, read, testWith }: ContractContext): void {
  test("says opened first, with the true bounds of every partition", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 2);
    await fixture().append(topic, [...sampleRecords(5, "a"), ...sampleRecords(3, "b", 1)]);
    const tape = read(topic);
    await tape.next();
    expect(tape.opened.incarnation).not.toBe("");
    expect(tape.opened.partitions.map(({ partition }) => partition).toSorted()).toEqual([0, 1]);
    await tape.untilReached(tape.opened.partitions);
    expect(tape.values(0)).toEqual(sampleRecords(5, "a").map(({ value }) => value));
    expect(tape.values(1)).toEqual(sampleRecords(3, "b").map(({ value }) => value));
  });

  test("gives the records of a partition in order, in batches that follow on one another", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 2);
    await fixture().append(topic, [...sampleRecords(2500, "a"), ...sampleRecords(1500, "b", 1)]);
    const tape = read(topic);
    await tape.untilRecords(4000);
    const positions = new Map(tape.opened.partitions.map((bounds) => [bounds.partition, bounds.startOffset]));
    for (const batch of tape.batches) {
      expect(batch.fromOffset).toBe(positions.get(batch.partition));
      expect(batch.nextOffset).toBeGreaterThan(batch.fromOffset);
      const offsets = batch.records.map(({ offset }) => offset);
      expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
      for (const offset of offsets) {
        expect(offset >= batch.fromOffset && offset < batch.nextOffset).toBe(true);
      }
      positions.set(batch.partition, batch.nextOffset);
    }
    expect(tape.values(0)).toEqual(sampleRecords(2500, "a").map(({ value }) => value));
    expect(tape.values(1)).toEqual(sampleRecords(1500, "b").map(({ value }) => value));
  });

  test("an empty topic has equal bounds", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    const { partitions } = await read(topic).until("opened");
    expect(partitions).toEqual([{ partition: 0, startOffset: 0, lastStableOffset: 0, highWatermark: 0 }]);
  });

  testWith("emptyPartitions", "an empty partition has equal bounds beside a full one", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 3);
    await fixture().append(topic, sampleRecords(4, "a", 1));
    const { partitions } = await read(topic).until("opened");
    const sizes = partitions.map((bounds) => [bounds.partition, bounds.lastStableOffset - bounds.startOffset] as const);
    expect(new Map(sizes)).toEqual(
      new Map([
        [0, 0],
        [1, 4],
        [2, 0],
      ]),
    );
  });

  test("keeps tombstones, null keys, empty keys, repeated headers and timestamps", async () => {
    const topic = newTopic();
    const timestamp = Date.UTC(2024, 1, 29, 12, 30);
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, [
      { key: "k", value: null, timestamp },
      { key: null, value: json("no key"), timestamp: timestamp + 1 },
      { key: "", value: json("empty key"), timestamp: timestamp + 2 },
      {
        key: "h",
        value: json("headers"),
        headers: [
          ["h", "1"],
          ["other", ""],
          ["h", "2"],
        ],
        timestamp,
      },
    ]);
    const records = await read(topic).untilRecords(4);
    expect(records.map(({ key, value, headers, timestamp: at }) => ({ key, value, headers, at }))).toEqual([
      { key: "k", value: null, headers: [], at: timestamp },
      { key: null, value: json("no key"), headers: [], at: timestamp + 1 },
      { key: "", value: json("empty key"), headers: [], at: timestamp + 2 },
      {
        key: "h",
        value: json("headers"),
        headers: [
          ["h", "1"],
          ["other", ""],
          ["h", "2"],
        ],
        at: timestamp,
      },
    ]);
  });

  testWith("nullHeaders", "tells a null header from an empty one", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, [
      {
        key: "k",
        value: json("v"),
        headers: [
          ["h", null],
          ["h", ""],
        ],
      },
    ]);
    const [record] = await read(topic).untilRecords(1);
    expect(record?.headers).toEqual([
      ["h", null],
      ["h", ""],
    ]);
  });

  testWith("binary", "keeps keys and values that are no text", async () => {
    const topic = newTopic();
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, [{ key: bytes, value: bytes.toReversed() }]);
    const [record] = await read(topic).untilRecords(1);
    expect(record?.key).toBe(Buffer.from(bytes).toString("latin1"));
    expect(record?.value).toBe(Buffer.from(bytes.toReversed()).toString("latin1"));
  });

  test("a record of 5 MB arrives whole, between its neighbours", async () => {
    const topic = newTopic();
    const large = json("x".repeat(5_000_000));
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, [{ key: "a", value: json("before") }]);
    await fixture().append(topic, [{ key: "b", value: large }]);
    await fixture().append(topic, [{ key: "c", value: json("after") }]);
    const tape = read(topic);
    await tape.untilRecords(3);
    expect(tape.values().map((value) => value?.length)).toEqual([
      json("before").length,
      large.length,
      json("after").length,
    ]);
    expect(tape.values()[1] === large).toBe(true);
  });

  test("hands out slices of bounded size and counts their bytes", async () => {
    const topic = newTopic();
    const small = Array.from({ length: 6000 }, (_, at) => ({ key: `${at}`, value: json("s") }));
    const broad = Array.from({ length: 400 }, (_, at) => ({ key: `${at}`, value: json("x".repeat(10_000)) }));
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, small);
    await fixture().append(topic, broad);
    const tape = read(topic);
    await tape.untilRecords(6400);
    for (const { records, sizeBytes } of tape.batches) {
      expect(records.length).toBeLessThanOrEqual(1100);
      expect(records.length <= 1 || sizeBytes <= 300 * 1024).toBe(true);
      expect(sizeBytes).toBe(
        records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0),
      );
    }
  });

  test("resuming from a point gives exactly the rest", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 2);
    await fixture().append(topic, [...sampleRecords(20, "a"), ...sampleRecords(10, "b", 1)]);
    const first = read(topic);
    const seen = await first.untilRecords(30);
    const sixth = seen.filter(({ partition }) => partition === 0)[5];
    const points = new Map([
      [0, { offset: sixth?.offset ?? -1, leaderEpoch: -1 }],
      [1, { offset: first.positions().get(1) ?? -1, leaderEpoch: first.batches.at(-1)?.leaderEpoch ?? -1 }],
    ]);
    const second = read(topic, { resume: { incarnation: first.opened.incarnation, points } });
    await second.untilRecords(15);
    await fixture().append(topic, [...sampleRecords(1, "c"), ...sampleRecords(1, "d", 1)]);
    await second.untilRecords(17);
    expect(second.opened.incarnation).toBe(first.opened.incarnation);
    expect(second.batches.find(({ partition }) => partition === 0)?.fromOffset).toBe(sixth?.offset);
    expect(second.values(0)).toEqual(
      [...sampleRecords(20, "a").slice(5), ...sampleRecords(1, "c")].map((r) => r.value),
    );
    expect(second.values(1)).toEqual(sampleRecords(1, "d").map((r) => r.value));
  });

  test("resuming without a point for a partition reads that one from its start", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 2);
    await fixture().append(topic, [...sampleRecords(3, "a"), ...sampleRecords(3, "b", 1)]);
    const first = read(topic);
    await first.untilRecords(6);
    const points = new Map([[0, { offset: first.positions().get(0) ?? -1, leaderEpoch: -1 }]]);
    const second = read(topic, { resume: { incarnation: first.opened.incarnation, points } });
    await second.untilRecords(3);
    expect(second.values()).toEqual(sampleRecords(3, "b").map((r) => r.value));
  });

  testWith("transactions", "L2: an aborted transaction is never seen, and the position moves past it", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(2, "a"));
    const transaction = await fixture().appendInTransaction?.(topic, sampleRecords(3, "aborted"));
    await transaction?.end("abort");
    const tape = read(topic);
    await tape.until("opened");
    await tape.untilReached(tape.opened.partitions);
    expect(tape.values()).toEqual(sampleRecords(2, "a").map((r) => r.value));
    expect(tape.positions().get(0)).toBeGreaterThanOrEqual(5);
  });

  testWith(
    "transactions",
    "an open transaction is seen only once it is committed, or by READ_UNCOMMITTED",
    async () => {
      const topic = newTopic();
      await fixture().createTopic(topic, 1);
      await fixture().append(topic, sampleRecords(2, "a"));
      const transaction = await fixture().appendInTransaction?.(topic, sampleRecords(3, "b"));
      const uncommitted = read(topic, { isolation: "READ_UNCOMMITTED" });
      await uncommitted.untilRecords(5);
      const committed = read(topic);
      const { partitions } = await committed.until("opened");
      expect(partitions.map(({ lastStableOffset, highWatermark }) => [lastStableOffset, highWatermark])).toEqual([
        [2, 5],
      ]);
      await committed.untilReached(partitions);
      expect(committed.records).toHaveLength(2);
      await transaction?.end("commit");
      await committed.untilRecords(5);
      expect(committed.values()).toEqual(uncommitted.values());
    },
  );
}
