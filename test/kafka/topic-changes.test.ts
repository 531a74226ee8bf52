import { expect, test } from "vitest";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { expectSameRecords } from "./kit/expect-same-fold.ts";

const values = { keys: 100, valueBytes: 100 };

describeOnKafka("a topic that changes", (kafka) => {
  test("V4: an empty partition is at its target at once, beside full ones", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 4);
    const producer = await kafka.client.openProducer();
    await producer.generate(topic, { ...values, count: 500, partitions: 3 });
    const followed = kafka.follow(kafka.openLog(), topic);
    const truth = await kafka.client.fold(topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    expect(followed.opened.partitions.find(({ partition }) => partition === 3)).toEqual({
      partition: 3,
      startOffset: 0,
      lastStableOffset: 0,
      highWatermark: 0,
    });
    await producer.close();
  });

  test("partitions that are added while it is read are read from their start", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 2);
    const producer = await kafka.client.openProducer({ "metadata.max.age.ms": "100" });
    await producer.generate(topic, { ...values, count: 200, partitions: 2 });
    const followed = kafka.follow(kafka.openLog(), topic);
    await followed.untilRecords(200);
    await kafka.client.createPartitions(topic, 4);
    await producer.generate(topic, { ...values, count: 400, partitions: 4 });
    const truth = await kafka.client.fold(topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    const added = followed.eventsOf("partition-added").map(({ bounds }) => [bounds.partition, bounds.startOffset]);
    expect(added.toSorted()).toEqual([
      [2, 0],
      [3, 0],
    ]);
    await producer.close();
  });

  test("a topic that is deleted and re-created with a longer log is lost, and a new read finds the new one", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 1);
    const before = await kafka.client.openProducer();
    await before.generate(topic, { ...values, count: 50 });
    const log = kafka.openLog();
    const followed = kafka.follow(log, topic);
    await followed.untilRecords(50);
    await kafka.client.deleteTopic(topic);
    await kafka.client.createTopic(topic, 1, { afterDeletion: true });
    const after = await kafka.client.openProducer();
    await after.generate(topic, { ...values, count: 500, first: 1000 });
    expect((await followed.untilEvent("lost")).reason).toBe("RECREATED");
    expect(followed.records).toBe(50);
    const again = kafka.follow(log, topic);
    const truth = await kafka.client.fold(topic);
    await again.untilAt(truth);
    expectSameRecords(again.fold(), truth);
    expect(again.opened.incarnation).not.toBe(followed.opened.incarnation);
    await Promise.all([before.close(), after.close()]);
  });

  test("a topic that is deleted is a stall until it is re-created, and then lost", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 1);
    const producer = await kafka.client.openProducer();
    await producer.generate(topic, { ...values, count: 5 });
    const followed = kafka.follow(kafka.openLog(), topic);
    await followed.untilRecords(5);
    await kafka.client.deleteTopic(topic);
    const causes = () => followed.eventsOf("stalled").map(({ cause }) => cause.code);
    await followed.until("a stall for a missing topic", () => causes().includes("TOPIC_MISSING"));
    await kafka.client.createTopic(topic, 1, { afterDeletion: true });
    expect((await followed.untilEvent("lost")).reason).toBe("RECREATED");
    await producer.close();
  });

  test("a topic that is missing at the start is a stall, and is read once it appears", async () => {
    const topic = kafka.newTopic();
    const followed = kafka.follow(kafka.openLog(), topic);
    const { cause } = await followed.untilEvent("stalled");
    expect(cause.code).toBe("TOPIC_MISSING");
    expect(cause.message).toContain(topic);
    await kafka.client.createTopic(topic, 3);
    const producer = await kafka.client.openProducer();
    await producer.generate(topic, { ...values, count: 300, partitions: 3 });
    const truth = await kafka.client.fold(topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    expect(followed.eventsOf("resumed")).toHaveLength(1);
    await producer.close();
  });

  test("a log start that moves past the position is lost, and a new read begins there", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 1, { configs: { "cleanup.policy": "compact,delete" } });
    const producer = await kafka.client.openProducer({ "batch.size": "2000" });
    await producer.generate(topic, { ...values, count: 5000, keys: 5000 });
    const log = kafka.openLog({ fetch: { maxPartitionBytes: 2000, maxResponseBytes: 2000 } });
    const followed = kafka.follow(log, topic, { pauseAfterRecords: 10 });
    await followed.untilRecords(10);
    await kafka.client.deleteRecords(topic, 0, 4500);
    followed.pull();
    const lost = await followed.untilEvent("lost");
    expect([lost.reason, lost.partition]).toEqual(["LOG_START_MOVED", 0]);
    expect(followed.records).toBeLessThan(4500);
    const again = kafka.follow(log, topic);
    const truth = await kafka.client.fold(topic);
    await again.untilAt(truth);
    expectSameRecords(again.fold(), truth);
    expect(again.records).toBe(500);
    await producer.close();
  });
});
