import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KafkaBroker } from "../test/kafka/kit/broker.ts";
import { KafkaDriver } from "../test/kafka/kit/driver.ts";
import { KafkaClient } from "../test/kafka/kit/kafka-client.ts";
import { makeOrderRecords } from "./order-records.ts";
import type { ReplayOptions } from "./replay-options.ts";

/** The topic that both sides read. */
export interface ReplayTopic {
  readonly name: string;
  readonly records: number;
  readonly keys: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
}

/** Compacted, as far as a reader can tell, but nothing is cleaned: what is read is what was written. */
const neverCleaned = {
  "cleanup.policy": "compact",
  "segment.ms": String(7 * 24 * 60 * 60 * 1000),
  "segment.bytes": String(1024 * 1024 * 1024),
  "min.cleanable.dirty.ratio": "1",
  "min.compaction.lag.ms": String(7 * 24 * 60 * 60 * 1000),
};

/** Makes the topic and writes all records, by Kafka's own producer with its defaults but for the codec. */
export async function fillReplayTopic(broker: KafkaBroker, options: ReplayOptions): Promise<ReplayTopic> {
  const { records, keys, partitions, codec } = options;
  const name = "bench.orders";
  const file = join(broker.folder, "records");
  const driver = await KafkaDriver.start();
  try {
    const client = new KafkaClient(driver, broker.bootstrap);
    await client.createTopic(name, partitions, { configs: neverCleaned });
    const producer = await client.openProducer({ "compression.type": codec });
    let keyBytes = 0;
    let valueBytes = 0;
    for (const chunk of makeOrderRecords(options)) {
      await writeFile(file, chunk.bytes);
      await producer.load(name, file);
      keyBytes += chunk.keyBytes;
      valueBytes += chunk.valueBytes;
    }
    await producer.close();
    return { name, records, keys, keyBytes, valueBytes };
  } finally {
    await driver.close();
  }
}
