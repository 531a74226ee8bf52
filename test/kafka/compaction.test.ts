import { expect, test } from "vitest";
import { compactedAtOnce, untilCompacted, untilSegmentMayRoll } from "./kit/compaction.ts";
import { describeOnKafka, type OnKafka } from "./kit/describe-on-kafka.ts";
import type { LoggedBatch } from "./kit/dump-log.ts";
import { expectSameRecords, expectSameView } from "./kit/expect-same-fold.ts";
import type { ProducedRecord } from "./kit/kafka-client.ts";

describeOnKafka("compaction", (kafka) => {
  test.each([
    ["large answers", 1024 * 1024],
    ["one batch an answer", 1],
  ])(
    "L1: V4: a log with holes and empty batches, also at its tail, is read to its end in %s",
    async (_, maxPartitionBytes) => {
      const topic = await compactedTopic(kafka);
      const truth = await kafka.client.fold(topic);
      const followed = kafka.follow(kafka.openLog({ fetch: { maxPartitionBytes } }), topic);
      await followed.untilAt(truth);
      expectSameRecords(followed.fold(), truth);
      const [bounds] = await kafka.client.bounds(topic);
      expect(followed.position(0)).toBe(bounds?.lastStableOffset);
    },
  );

  test("V1: a view that follows while the log is compacted under it holds what a new reader finds", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 1, { configs: compactedAtOnce });
    const producer = await kafka.client.openProducer();
    const followed = kafka.follow(kafka.openLog({ fetch: { maxPartitionBytes: 2000 } }), topic, {
      pauseAfterRecords: 1,
    });
    for (let round = 0; round < 4; round += 1) {
      await producer.send(topic, keyed(200, `round ${round} ${"x".repeat(100)}`));
      await producer.send(topic, [{ key: `k${round}`, value: null, partition: 0 }]);
      await untilSegmentMayRoll();
    }
    await producer.send(topic, [{ key: "last", value: "1", partition: 0 }]);
    followed.pull();
    await untilCompacted(kafka.onDisk(topic), (batches) => recordCount(batches) <= 205);
    const truth = await kafka.client.fold(topic);
    await followed.untilAt(truth);
    expectSameView(followed.fold(), truth);
    await producer.close();
  });
});

/**
 * A compacted partition that shows all that compaction leaves behind, proved by Kafka's own dump of it: offsets missing
 * between batches and inside one, data batches and control batches without records, and a tail of nothing but those
 * and one control record.
 */
async function compactedTopic({ client, newTopic, onDisk }: OnKafka): Promise<string> {
  const topic = newTopic();
  await client.createTopic(topic, 1, { configs: compactedAtOnce });
  const committing = await client.openTransactionalProducer();
  await committing.begin();
  await committing.send(topic, keyed(20, "overwritten"));
  await committing.commit();
  await untilSegmentMayRoll();
  for (const round of [1, 2, 3]) {
    const producer = await client.openProducer();
    await producer.send(topic, keyed(round === 3 ? 10 : 20, `round ${round}`));
    await producer.send(topic, [{ key: `gone${round}`, value: null, partition: 0 }]);
    await untilSegmentMayRoll();
    await producer.close();
  }
  const aborting = await client.openTransactionalProducer();
  await aborting.begin();
  await aborting.send(topic, keyed(5, "aborted"));
  await untilSegmentMayRoll();
  await aborting.abort(); // the marker opens a segment of its own, so that all before it is compacted
  await Promise.all([committing.close(), aborting.close()]);

  const batches = await untilCompacted(onDisk(topic), (found) => {
    const [first, ...tail] = found.slice(-3);
    return (
      found.some(({ count, isControl }) => count === 0 && isControl) &&
      found.some(({ count, isControl, isTransactional }) => count === 0 && !isControl && !isTransactional) &&
      first?.count === 0 &&
      tail.map(({ count, isControl }) => [count, isControl]).join() === "0,false,1,true"
    );
  });
  const spans = batches.map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset] as const);
  expect(spans.some(([base], at) => at > 0 && base > (spans[at - 1]?.[1] ?? 0) + 1)).toBe(true);
  expect(batches.some(({ baseOffset, lastOffset, count }) => count > 0 && count < lastOffset - baseOffset + 1)).toBe(
    true,
  );
  return topic;
}

function keyed(count: number, value: string): readonly ProducedRecord[] {
  return Array.from({ length: count }, (_, at) => ({ key: `k${at}`, value, partition: 0 }));
}

function recordCount(batches: readonly LoggedBatch[]): number {
  return batches.reduce((sum, { count }) => sum + count, 0);
}
