import { afterAll, beforeAll, expect, test } from "vitest";
import { KafkaBroker } from "./kit/broker.ts";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { expectSameRecords } from "./kit/expect-same-fold.ts";
import { KafkaClient } from "./kit/kafka-client.ts";

describeOnKafka("a leader that moves to another broker", (kafka) => {
  let first: KafkaBroker;
  let second: KafkaBroker;
  let client: KafkaClient;

  beforeAll(async () => {
    // As one random id in 64, it looks like an option to Kafka's tools.
    first = await KafkaBroker.start({ clusterId: "-tVmXkYqS5uFh7cB2wJ1Xg" });
    second = await KafkaBroker.start({ nodeId: 2, controller: first });
    client = new KafkaClient(kafka.driver, first.bootstrap);
  });
  afterAll(async () => {
    await second?.dispose();
    await first?.dispose();
  });

  test("L3: is followed there and back, in the middle of the log and at its end", async () => {
    const topic = kafka.newTopic();
    await client.createTopic(topic, 2, { replicas: [1] });
    const producer = await client.openProducer({ "linger.ms": "5" });
    const values = { keys: 3000, valueBytes: 200, partitions: 2 };
    await producer.generate(topic, { ...values, count: 60_000 });
    const log = kafka.openLog({
      brokers: [first.bootstrap],
      fetch: { maxPartitionBytes: 64 * 1024, maxResponseBytes: 128 * 1024 },
    });
    const followed = kafka.follow(log, topic, { pauseAfterRecords: 5000 });
    await followed.untilRecords(5000);
    await client.reassign(topic, 0, 2);
    followed.pull();
    await followed.untilRecords(60_000);
    await client.reassign(topic, 1, 2);
    await producer.generate(topic, { ...values, count: 2000, first: 60_000 });
    await followed.untilRecords(62_000);
    await client.reassign(topic, 0, 1);
    await producer.generate(topic, { ...values, count: 2000, first: 62_000 });
    const truth = await client.fold(topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    expect(followed.eventsOf("lost")).toEqual([]);
    expect(followed.leaderEpochs(0).length).toBeGreaterThan(1);
    await producer.close();
  });
});
