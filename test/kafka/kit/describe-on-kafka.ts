import { afterAll, afterEach, beforeAll, describe, inject } from "vitest";
import { createKafkaLog } from "../../../src/log/kafka/kafka-log.ts";
import type { KafkaLogOptions } from "../../../src/log/kafka/kafka-log-options.ts";
import type { Log } from "../../../src/log/log.ts";
import type { KafkaBroker } from "./broker.ts";
import { KafkaDriver } from "./driver.ts";
import type { PartitionOnDisk } from "./dump-log.ts";
import { FollowedTopic } from "./followed-topic.ts";
import { KafkaClient } from "./kafka-client.ts";
import type { SharedKafka } from "./shared-kafka.ts";

/** Options of the log under test that make it notice things at once. */
export const quickLogOptions = {
  refreshIntervalMs: 200,
  configIntervalMs: 200,
  minBackoffMs: 20,
  maxBackoffMs: 500,
} as const;

/** What a suite on Kafka works with. Logs and followed topics end with the test. */
export interface OnKafka {
  /** The broker that all suites share. Never stop, kill or freeze it. */
  readonly shared: Exclude<SharedKafka, { readonly missing: string }>;
  readonly driver: KafkaDriver;
  /** Kafka's own clients, on the shared broker. */
  readonly client: KafkaClient;
  newTopic(): string;
  openLog(options?: Partial<KafkaLogOptions>): Log;
  follow(log: Log, topic: string, options?: ConstructorParameters<typeof FollowedTopic>[2]): FollowedTopic;
  /** A partition of the shared broker, as it lies on disk. */
  onDisk(topic: string, partition?: number): PartitionOnDisk;
}

/**
 * A suite that needs a real broker; skipped, with the reason in its name, where none can be started. What the suite's
 * `beforeAll` opens its `afterAll` closes (not a function that `beforeAll` returns, which runs when Kafka's clients have
 * ended).
 */
export function describeOnKafka(name: string, suite: (kafka: OnKafka) => void): void {
  // Undefined only if the run was set up without the kit, whatever the type says.
  const shared: SharedKafka | undefined = inject("sharedKafka");
  if (shared === undefined) {
    throw new Error(
      "Expected the broker that suites share, found none. Add test/kafka/kit/global-setup.ts to globalSetup.",
    );
  }
  if (shared.missing !== undefined) {
    describe.skip(`${name} (skipped: ${shared.missing})`, () => suite(unreachable()));
    return;
  }
  describe(name, () => {
    let driver: KafkaDriver | undefined;
    let logs: Log[] = [];
    let followed: FollowedTopic[] = [];
    const started = (): KafkaDriver => {
      if (driver === undefined) throw new Error("Expected to be called from a test or a hook of this suite.");
      return driver;
    };

    beforeAll(async () => {
      driver = await KafkaDriver.start({ answerTimeoutMs: 90_000 });
    });
    afterEach(async () => {
      await Promise.all(followed.map((topic) => topic.stop()));
      await Promise.all(logs.map((log) => log.close()));
      followed = [];
      logs = [];
    });
    afterAll(async () => {
      await driver?.close();
    });

    const kafka: OnKafka = {
      shared,
      get driver() {
        return started();
      },
      get client() {
        return new KafkaClient(started(), shared.bootstrap);
      },
      newTopic: () => `t-${crypto.randomUUID()}`,
      openLog: (options = {}) => {
        const log = createKafkaLog({ brokers: [shared.bootstrap], ...quickLogOptions, ...options });
        logs.push(log);
        return log;
      },
      follow: (log, topic, options) => {
        const one = new FollowedTopic(log, topic, options);
        followed.push(one);
        return one;
      },
      onDisk: (topic, partition = 0) => ({ client: kafka.client, dataFolder: shared.dataFolder, topic, partition }),
    };
    suite(kafka);
  });
}

/** Where a partition of a broker of one's own lies on disk. */
export function onDiskOf(broker: KafkaBroker, client: KafkaClient, topic: string, partition = 0): PartitionOnDisk {
  return { client, dataFolder: broker.dataFolder, topic, partition };
}

/** Stands for the tools in a suite that is skipped, where no test or hook runs. */
function unreachable(): OnKafka {
  return new Proxy({} as OnKafka, {
    get: (_, name) => {
      throw new Error(`Expected ${String(name)} to be used inside tests and hooks only.`);
    },
  });
}
