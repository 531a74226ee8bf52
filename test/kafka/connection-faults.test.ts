import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { compactedAtOnce, untilSegmentMayRoll } from "./kit/compaction.ts";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { dumpLog } from "./kit/dump-log.ts";
import { expectSameRecords, expectSameView } from "./kit/expect-same-fold.ts";
import { FaultProxy } from "./kit/fault-proxy.ts";
import type { KafkaProducer } from "./kit/kafka-client.ts";

const impatient = { requestTimeoutMs: 1000, connectionTimeoutMs: 1000 };
const largeAnswer = 100_000;

describeOnKafka("a connection that fails", (kafka) => {
  let proxy: FaultProxy;
  let producer: KafkaProducer;

  beforeAll(async () => {
    const { advertisedProxyPort, proxiedPort } = kafka.shared;
    proxy = await FaultProxy.listen({ port: advertisedProxyPort, targetPort: proxiedPort });
    producer = await kafka.client.openProducer();
  });
  afterAll(async () => {
    await proxy?.close();
    await producer?.close();
  });
  afterEach(() => proxy.heal());

  const openLog: typeof kafka.openLog = (options = {}) =>
    kafka.openLog({ brokers: [`127.0.0.1:${kafka.shared.advertisedProxyPort}`], ...options });

  async function filledTopic(count: number, partitions = 1): Promise<string> {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, partitions);
    await producer.generate(topic, { count, keys: 2000, valueBytes: 300, partitions });
    return topic;
  }

  test("L3: connections cut in the middle of large answers lose, repeat and reorder nothing", async () => {
    const topic = await filledTopic(40_000, 2);
    const truth = await kafka.client.fold(topic);
    const cuts = [4, 17, 1000, 65_000, largeAnswer - 1].map((afterBytes) =>
      proxy.cutAnswer({ minFrameBytes: largeAnswer, afterBytes }),
    );
    const log = openLog({ fetch: { maxPartitionBytes: 256 * 1024, maxResponseBytes: 400 * 1024 } });
    const followed = kafka.follow(log, topic);
    await followed.untilAt(truth);
    await Promise.all(cuts);
    expectSameRecords(followed.fold(), truth);
    await producer.generate(topic, { count: 100, keys: 10, valueBytes: 100, partitions: 2 });
    const later = await kafka.client.fold(topic);
    await followed.untilAt(later);
    expectSameRecords(followed.fold(), later);
  });

  test("L3: answers that come in small late pieces are read exactly", async () => {
    const topic = await filledTopic(300);
    proxy.fragmentBytes = 1021;
    proxy.delayMs = 1;
    const truth = await kafka.client.fold(topic);
    const followed = kafka.follow(openLog(), topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    expect(followed.eventsOf("stalled")).toEqual([]);
  });

  test("L3: a half-open connection is a stall, and once it is healed the view is exact", async () => {
    const topic = await filledTopic(1000);
    const followed = kafka.follow(openLog(impatient), topic);
    await followed.untilRecords(1000);
    proxy.fallSilent();
    const { cause } = await followed.untilEvent("stalled");
    expect(cause.code).toBe("LOG_UNAVAILABLE");
    await producer.generate(topic, { count: 500, keys: 2000, valueBytes: 300, first: 1000 });
    const truth = await kafka.client.fold(topic);
    proxy.heal();
    await followed.untilEvent("resumed");
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
  });

  test("a broker that cannot be reached at the start is a stall, and is read once it can", async () => {
    const topic = await filledTopic(100);
    proxy.refuse();
    const followed = kafka.follow(openLog(), topic);
    expect((await followed.untilEvent("stalled")).cause.code).toBe("LOG_UNAVAILABLE");
    proxy.heal();
    await followed.untilRecords(100);
    expectSameRecords(followed.fold(), await kafka.client.fold(topic));
  });

  test("L4: a reader that was away while a tombstone was compacted away is lost, and a new read is exact", async () => {
    const topic = kafka.newTopic();
    const retentionMs = 3000;
    await kafka.client.createTopic(topic, 1, {
      configs: { ...compactedAtOnce, "delete.retention.ms": String(retentionMs) },
    });
    const log = openLog({ ...impatient, minRetentionMs: retentionMs });
    const followed = kafka.follow(log, topic);
    await followed.untilEvent("opened"); // of an empty topic: it is at its end, however long that took
    await producer.send(
      topic,
      ["stays", "goes"].map((key) => ({ key, value: "1", partition: 0 })),
    );
    await followed.untilRecords(2);
    expect(followed.opened.deleteRetentionMs).toBe(retentionMs);
    proxy.refuse();
    await followed.untilEvent("stalled");

    const [[, tombstone] = [0, -1]] = await producer.send(topic, [{ key: "goes", value: null, partition: 0 }]);
    // It goes in the first cleaning after its retention; each further record makes one more segment to clean.
    while (await isOnDisk(topic, tombstone)) {
      await untilSegmentMayRoll();
      await producer.send(topic, [{ key: "roll", value: "1", partition: 0 }]);
    }
    const truth = await kafka.client.fold(topic);

    proxy.heal();
    expect((await followed.untilEvent("lost")).reason).toBe("RETENTION_EXCEEDED");
    expect(Object.keys(followed.fold()["0"]?.live ?? {})).toEqual(["stays", "goes"]);
    const again = kafka.follow(log, topic);
    await again.untilAt(truth);
    expectSameView(again.fold(), truth);
    expect(Object.keys(again.fold()["0"]?.live ?? {}).toSorted()).toEqual(["roll", "stays"]);
  });

  async function isOnDisk(topic: string, offset: number): Promise<boolean> {
    const batches = await dumpLog(kafka.onDisk(topic));
    return batches.some(
      ({ baseOffset, lastOffset, count }) => baseOffset <= offset && lastOffset >= offset && count > 0,
    );
  }
});
