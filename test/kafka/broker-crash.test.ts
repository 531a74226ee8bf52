import { afterAll, beforeAll, expect, test } from "vitest";
import { KafkaBroker } from "./kit/broker.ts";
import { cutLog } from "./kit/cut-log.ts";
import { describeOnKafka, onDiskOf } from "./kit/describe-on-kafka.ts";
import { expectSameRecords } from "./kit/expect-same-fold.ts";
import { KafkaClient } from "./kit/kafka-client.ts";
import { SkippingClock } from "./kit/skipping-clock.ts";

const impatient = { requestTimeoutMs: 1500, connectionTimeoutMs: 1500 };
const values = { keys: 5000, valueBytes: 200 };
const smallAnswers = { maxPartitionBytes: 64 * 1024, maxResponseBytes: 128 * 1024 };

describeOnKafka("a broker that fails", (kafka) => {
  let broker: KafkaBroker;
  let client: KafkaClient;

  beforeAll(async () => {
    broker = await KafkaBroker.start();
    client = new KafkaClient(kafka.driver, broker.bootstrap);
  });
  afterAll(() => broker?.dispose());

  const openLog: typeof kafka.openLog = (options = {}) =>
    kafka.openLog({ brokers: [broker.bootstrap], ...impatient, ...options });

  async function filledTopic(count: number, partitions: number): Promise<string> {
    const topic = kafka.newTopic();
    await client.createTopic(topic, partitions);
    await append(topic, { count, partitions });
    return topic;
  }

  async function append(topic: string, options: { count: number; partitions?: number; first?: number }): Promise<void> {
    const producer = await client.openProducer({ "linger.ms": "5" });
    await producer.generate(topic, { ...values, ...options });
    await producer.close();
  }

  test("L3: killed and restarted while it is read, it loses, repeats and reorders nothing; the leader epoch grows", async () => {
    const topic = await filledTopic(100_000, 3);
    const followed = kafka.follow(openLog({ fetch: smallAnswers }), topic, { pauseAfterRecords: 20_000 });
    const idle = kafka.follow(openLog(), topic);
    await followed.untilRecords(20_000);
    await idle.untilRecords(100_000);
    await broker.kill();
    followed.pull();
    expect((await followed.untilEvent("stalled")).cause.code).toBe("LOG_UNAVAILABLE");
    expect((await idle.untilEvent("stalled")).cause.code).toBe("LOG_UNAVAILABLE");
    expect(followed.records).toBeLessThan(100_000);
    await broker.restart();
    await followed.untilEvent("resumed");
    await append(topic, { count: 3000, partitions: 3, first: 100_000 });
    const truth = await client.fold(topic);
    await followed.untilAt(truth);
    await idle.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    expectSameRecords(idle.fold(), truth);
    const [bounds] = await client.bounds(topic);
    expect(followed.leaderEpochs(0)).toEqual([0, bounds?.leaderEpoch]);
  });

  test("L3: stopped in good order and restarted, it loses, repeats and reorders nothing", async () => {
    const topic = await filledTopic(100, 2);
    const followed = kafka.follow(openLog(), topic);
    await followed.untilRecords(100);
    await broker.stop();
    await followed.untilEvent("stalled");
    await broker.restart();
    await append(topic, { count: 100, partitions: 2 });
    const truth = await client.fold(topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    await followed.untilFollowed();
  });

  test("a log that lost its end in a crash is lost as TRUNCATED, although new records have taken the offsets", async () => {
    const topic = await filledTopic(1000, 1);
    const log = openLog();
    const followed = kafka.follow(log, topic);
    await followed.untilRecords(1000);
    await append(topic, { count: 50, first: 1000 });
    await followed.untilRecords(1050);
    const resume = followed.resumePoint();
    await broker.kill();
    await cutLog(onDiskOf(broker, client, topic), 1000);
    await broker.restart();
    await append(topic, { count: 700, first: 5000 });
    const truth = await client.fold(topic);
    expect(truth["0"]?.position).toBe(1700);
    expect((await followed.untilEvent("lost")).reason).toBe("TRUNCATED");
    expect(followed.records).toBe(1050);
    const resumed = kafka.follow(log, topic, { resume });
    expect((await resumed.untilEvent("lost")).reason).toBe("TRUNCATED");
    const again = kafka.follow(log, topic);
    await again.untilAt(truth);
    expectSameRecords(again.fold(), truth);
  });

  test("L3: frozen and thawed while it is read, it loses, repeats and reorders nothing", async () => {
    const topic = await filledTopic(60_000, 2);
    const followed = kafka.follow(openLog({ fetch: smallAnswers }), topic, { pauseAfterRecords: 5000 });
    await followed.untilRecords(5000);
    await broker.freeze();
    followed.pull();
    expect((await followed.untilEvent("stalled")).cause.code).toBe("LOG_UNAVAILABLE");
    await broker.thaw();
    await followed.untilEvent("resumed");
    const truth = await client.fold(topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
  });

  test("L4: frozen until a reader has been behind for longer than the topic keeps tombstones, it is lost", async () => {
    const hourMs = 3_600_000;
    const compacted = (deleteRetentionMs: number) => ({
      configs: { "cleanup.policy": "compact", "delete.retention.ms": String(deleteRetentionMs) },
    });
    const [topic, keepsLong] = [kafka.newTopic(), kafka.newTopic()];
    await client.createTopic(topic, 1, compacted(hourMs));
    await client.createTopic(keepsLong, 1, compacted(24 * hourMs));
    await append(topic, { count: 20_000 });
    await append(keepsLong, { count: 20_000 });
    const clock = new SkippingClock();
    const log = openLog({ clock, fetch: smallAnswers });
    const [behind, patient] = [topic, keepsLong].map((name) => kafka.follow(log, name, { pauseAfterRecords: 10 }));
    const atItsEnd = kafka.follow(log, topic);
    for (const one of [behind, patient]) await one?.untilRecords(10);
    await atItsEnd.untilRecords(20_000);
    await broker.freeze();
    for (const one of [behind, patient]) one?.pull();
    for (const one of [behind, patient, atItsEnd]) await one?.untilEvent("stalled");
    clock.skip(2 * hourMs);
    await broker.thaw();
    expect((await behind?.untilEvent("lost"))?.reason).toBe("RETENTION_EXCEEDED");
    const truth = await client.fold(keepsLong);
    await patient?.untilAt(truth);
    expectSameRecords(patient?.fold() ?? {}, truth);
    // Nothing was appended while it was away, so no tombstone can have been missed.
    await atItsEnd.untilEvent("resumed");
    expect(atItsEnd.eventsOf("lost")).toEqual([]);
  });
});
