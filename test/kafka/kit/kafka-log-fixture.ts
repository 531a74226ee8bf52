import type { Log } from "../../../src/log/log.ts";
import type { LogFixture, SampleRecord } from "../../contract/log-fixture.ts";
import type { OnKafka } from "./describe-on-kafka.ts";
import type { FaultProxy } from "./fault-proxy.ts";
import type { KafkaProducer, ProducedRecord } from "./kafka-client.ts";

/** Not compacted: null keys are taken, and the log start can be moved. */
const configs = { "cleanup.policy": "delete", "max.message.bytes": "33554432" };

/**
 * The shared broker, reached through a proxy that can stall it, as a fixture of the log contract. `log` reads through
 * the proxy; `producer` does not.
 */
export function openKafkaLogFixture(
  kafka: OnKafka,
  { log, proxy, producer }: { readonly log: Log; readonly proxy: FaultProxy; readonly producer: KafkaProducer },
): LogFixture {
  const { client } = kafka;
  const topics = new Set<string>();
  const producers: KafkaProducer[] = [];
  return {
    log,
    async createTopic(topic, partitions) {
      topics.add(topic);
      await client.createTopic(topic, partitions, { configs });
    },
    async append(topic, records) {
      await producer.send(topic, records.map(toProduced));
    },
    addPartitions: (topic, partitions) => client.createPartitions(topic, partitions),
    async recreateTopic(topic, partitions) {
      await client.deleteTopic(topic);
      await client.createTopic(topic, partitions, { configs, afterDeletion: true });
    },
    moveLogStart: (topic, partition, offset) => client.deleteRecords(topic, partition, offset),
    async setDeleteCleanup(topic, hasDeleteCleanup) {
      await client.alterConfigs(topic, { "cleanup.policy": hasDeleteCleanup ? "compact,delete" : "compact" });
    },
    async stall() {
      proxy.refuse();
      return "LOG_UNAVAILABLE";
    },
    async resume() {
      proxy.heal();
    },
    async appendInTransaction(topic, records) {
      const transactional = await client.openTransactionalProducer();
      producers.push(transactional);
      await transactional.begin();
      await transactional.send(topic, records.map(toProduced));
      return { end: (outcome) => (outcome === "commit" ? transactional.commit() : transactional.abort()) };
    },
    async close() {
      proxy.heal();
      await log.close();
      await Promise.all(producers.map((one) => one.close()));
      await Promise.all([...topics].map((topic) => client.deleteTopic(topic)));
    },
  };
}

function toProduced(record: SampleRecord): ProducedRecord {
  return { ...record, partition: record.partition ?? 0 };
}
