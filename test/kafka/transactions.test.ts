import { expect, test } from "vitest";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { expectSameRecords } from "./kit/expect-same-fold.ts";
import type { KafkaProducer, ProducedRecord } from "./kit/kafka-client.ts";

const writers = 3;
const rounds = 20;
const partitions = 3;

describeOnKafka("transactions", (kafka) => {
  const record = (key: string, value: string, partition = 0): ProducedRecord => ({ key, value, partition });

  test("L2: of overlapping transactions, committed ones are seen and aborted ones are not", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, partitions, { configs: { "cleanup.policy": "compact" } });
    const producers = await Promise.all(
      Array.from({ length: writers }, () => kafka.client.openTransactionalProducer()),
    );
    const committed = new Map<string, string>();
    // Every writer has a transaction open while the others end theirs, in another order each time.
    for (let round = 0; round < rounds; round += 1) {
      const order = producers.map((producer, writer) => ({
        producer,
        writer,
        isAborted: (round * 2 + writer) % 3 === 0,
      }));
      for (const { producer } of order) await producer.begin();
      for (const part of [0, 1]) {
        for (const { producer, writer, isAborted } of order) {
          const entries = Array.from({ length: 6 }, (_, at) => {
            const key = `w${writer}-${(round + at + part * 3) % 11}`;
            return {
              key,
              value: `${isAborted ? "aborted" : "committed"} ${round}.${part}.${at}`,
              partition: at % partitions,
            };
          });
          await producer.send(topic, entries);
          if (!isAborted) for (const { key, value, partition } of entries) committed.set(`${partition}/${key}`, value);
        }
      }
      for (const { producer, isAborted } of rotated(order, round)) {
        await (isAborted ? producer.abort() : producer.commit());
      }
    }
    const truth = await kafka.client.fold(topic);
    const followed = kafka.follow(kafka.openLog({ fetch: { maxPartitionBytes: 700 } }), topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    const liveKeys = Object.entries(truth).flatMap(([partition, { live }]) =>
      Object.keys(live).map((key) => `${partition}/${key}`),
    );
    expect(liveKeys.toSorted()).toEqual([...committed.keys()].toSorted());
    await closeAll(producers);
  });

  test("L2: an aborted record is not seen although its key looks like an abort marker", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 1);
    const producer = await kafka.client.openTransactionalProducer();
    await producer.begin();
    await producer.send(topic, [{ key: Buffer.alloc(4), value: "aborted", partition: 0 }, record("a", "aborted too")]);
    await producer.abort();
    await producer.begin();
    await producer.send(topic, [record("b", "committed")]);
    await producer.commit();
    const followed = kafka.follow(kafka.openLog(), topic);
    await followed.untilRecords(1);
    expect(Object.keys(followed.fold()["0"]?.live ?? {})).toEqual(["b"]);
    await producer.close();
  });

  test("L1: V4: a log that ends in control records and aborted ones only is read to its end", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 2, { configs: { "cleanup.policy": "compact" } });
    const producer = await kafka.client.openTransactionalProducer();
    for (let round = 0; round < 5; round += 1) {
      await producer.begin();
      await producer.send(
        topic,
        Array.from({ length: 20 }, (_, at) => record(`k${at}`, "aborted", at % 2)),
      );
      await producer.abort();
    }
    const [bounds, other] = await kafka.client.bounds(topic);
    expect([bounds?.lastStableOffset, other?.lastStableOffset]).toEqual([55, 55]);
    const followed = kafka.follow(kafka.openLog(), topic);
    await followed.untilAt({ 0: { position: 55 }, 1: { position: 55 } });
    expect(followed.records).toBe(0);
    expect(followed.opened.partitions.map(({ lastStableOffset }) => lastStableOffset)).toEqual([55, 55]);
    await producer.close();
  });

  test("an open transaction holds the target back to the last stable offset, until it ends", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 1);
    const plain = await kafka.client.openProducer();
    const producer = await kafka.client.openTransactionalProducer();
    await plain.send(topic, [record("a", "1"), record("b", "1")]);
    await producer.begin();
    await producer.send(
      topic,
      Array.from({ length: 50 }, (_, at) => record(`open${at}`, "pending")),
    );
    await plain.send(topic, [record("a", "behind the open transaction")]);
    const followed = kafka.follow(kafka.openLog(), topic);
    const opened = await followed.untilEvent("opened");
    expect(opened.partitions).toEqual([{ partition: 0, startOffset: 0, lastStableOffset: 2, highWatermark: 53 }]);
    await followed.untilAt({ 0: { position: 2 } });
    expect(followed.records).toBe(2);
    const uncommitted = kafka.follow(kafka.openLog(), topic, { isolation: "READ_UNCOMMITTED" });
    await uncommitted.untilRecords(53);
    await producer.commit();
    const truth = await kafka.client.fold(topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    await closeAll([plain, producer]);
  });

  test("an aborted transaction longer than one answer is not seen, wherever the answers cut it", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 1);
    const [aborting, committing] = await Promise.all([
      kafka.client.openTransactionalProducer({ "batch.size": "2000" }),
      kafka.client.openTransactionalProducer({ "batch.size": "2000" }),
    ]);
    await aborting.begin();
    await committing.begin();
    for (let round = 0; round < 20; round += 1) {
      await aborting.generate(topic, { count: 50, keys: 1000, first: round * 50, valueBytes: 200 });
      await committing.generate(topic, { count: 50, keys: 40, first: round * 50, valueBytes: 200 });
    }
    await committing.commit();
    await aborting.abort();
    const truth = await kafka.client.fold(topic);
    const followed = kafka.follow(kafka.openLog({ fetch: { maxPartitionBytes: 5000, maxResponseBytes: 5000 } }), topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    expect(followed.records).toBe(1000);
    await closeAll([aborting, committing]);
  });
});

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

async function closeAll(producers: readonly KafkaProducer[]): Promise<void> {
  await Promise.all(producers.map((producer) => producer.close()));
}
