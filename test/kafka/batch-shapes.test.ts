import { expect, test } from "vitest";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { dumpLog } from "./kit/dump-log.ts";
import { expectSameRecords } from "./kit/expect-same-fold.ts";

const largeMessages = { "max.message.bytes": "67108864" };
const largeBatches = { "batch.size": "33554432", "buffer.memory": "134217728", "max.request.size": "67108864" };

describeOnKafka("batches of every shape", (kafka) => {
  test.each(["none", "gzip", "snappy", "lz4", "zstd"])("records compressed by %s are read exactly", async (codec) => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 2, { configs: { "cleanup.policy": "compact" } });
    const producer = await kafka.client.openProducer({ "compression.type": codec, "linger.ms": "20" });
    await producer.generate(topic, { count: 5000, keys: 700, valueBytes: 300, partitions: 2, tombstoneEvery: 9 });
    // Incompressible bytes, so that a codec also stores blocks as they are.
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    await producer.send(topic, [
      {
        key: "noise",
        value: noise,
        partition: 0,
        headers: [
          ["h", "1"],
          ["h", null],
          ["", noise.subarray(0, 300)],
        ],
      },
      { key: "", value: "", partition: 1, timestamp: 1 },
    ]);
    const batches = await dumpLog(kafka.onDisk(topic));
    expect(new Set(batches.map(({ compression }) => compression))).toEqual(new Set([codec]));
    const truth = await kafka.client.fold(topic);
    const followed = kafka.follow(kafka.openLog(), topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    await producer.close();
  });

  test.each(["none", "gzip"])("a batch of 200,000 records (%s) is read exactly", async (codec) => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 1, { configs: largeMessages });
    const producer = await kafka.client.openProducer({
      ...largeBatches,
      "compression.type": codec,
      "linger.ms": "60000",
    });
    await producer.generate(topic, { count: 200_000, keys: 150_000, valueBytes: 30 });
    expect((await dumpLog(kafka.onDisk(topic))).map(({ count }) => count)).toEqual([200_000]);
    const truth = await kafka.client.fold(topic);
    const followed = kafka.follow(kafka.openLog(), topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    await producer.close();
  });

  test("a record of 5 MB is read exactly, between small ones and beside another partition", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 2, { configs: largeMessages });
    const producer = await kafka.client.openProducer({ "max.request.size": "67108864" });
    const small = { count: 100, keys: 100, valueBytes: 100, partitions: 2 };
    await producer.generate(topic, small);
    await producer.send(topic, [{ key: "large", value: Buffer.alloc(5_000_000, "0123456789abcdef"), partition: 0 }]);
    await producer.generate(topic, { ...small, first: 1000 });
    const truth = await kafka.client.fold(topic);
    const log = kafka.openLog({ fetch: { maxPartitionBytes: 10_000, maxResponseBytes: 20_000 } });
    const followed = kafka.follow(log, topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    await producer.close();
  });
});
