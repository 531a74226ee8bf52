import { TailwaterError } from "../../src/base/errors.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { describeLogContract } from "./log-contract.ts";
import type { SampleRecord } from "./log-fixture.ts";

class BrokerAway extends TailwaterError {
  constructor() {
    super({ code: "LOG_UNAVAILABLE", message: "the broker is away", retriable: true });
  }
}

describeLogContract("the in-memory log", async () => {
  const log = createMemoryLog();
  return {
    log,
    createTopic: async (topic, partitions) => log.createTopic(topic, { partitions }),
    append: async (topic, records) => void log.append(topic, records),
    addPartitions: async (topic, partitions) => log.addPartitions(topic, partitions),
    recreateTopic: async (topic, partitions) => {
      log.deleteTopic(topic);
      log.createTopic(topic, { partitions });
    },
    moveLogStart: async (topic, partition, offset) => log.moveLogStart(topic, partition, offset),
    setDeleteCleanup: async (topic, hasDeleteCleanup) => log.setDeleteCleanup(topic, hasDeleteCleanup),
    truncate: async (topic, partition, offset) => log.truncate(topic, partition, offset),
    stall: async () => {
      log.stall(new BrokerAway());
      return "LOG_UNAVAILABLE";
    },
    resume: async () => log.resume(),
    // Of one partition, 0: the memory log knows where the stable part ends, not what a transaction is.
    appendInTransaction: async (topic: string, records: readonly SampleRecord[]) => {
      const [first = 0] = log.append(topic, records);
      log.setLastStableOffset(topic, 0, first);
      return {
        end: async (outcome) => {
          if (outcome === "abort") {
            log.truncate(topic, 0, first);
            log.appendEmpty(topic, 0, records.length);
          }
          log.appendEmpty(topic, 0, 1);
          log.setLastStableOffset(topic, 0, null);
        },
      };
    },
    close: () => log.close(),
  };
});
