import { onTestFinished } from "vitest";
import { createKafkaLog } from "../../../src/log/kafka/kafka-log.ts";
import type { KafkaLogOptions } from "../../../src/log/kafka/kafka-log-options.ts";
import type { Log } from "../../../src/log/log.ts";
import { LogTape } from "../../contract/log-tape.ts";
import { ScriptedCluster } from "../../support/scripted-broker.ts";

export interface ScriptedLog {
  readonly cluster: ScriptedCluster;
  readonly log: Log;
  read(topic: string, options?: ConstructorParameters<typeof LogTape>[2]): LogTape;
}

/** A log over scripted brokers, quick to try again; both end with the test. */
export async function openScriptedLog(
  options: Partial<KafkaLogOptions> = {},
  { brokers = 1 }: { readonly brokers?: number } = {},
): Promise<ScriptedLog> {
  const cluster = await ScriptedCluster.start(brokers);
  const log = createKafkaLog({
    brokers: cluster.addresses,
    requestTimeoutMs: 5_000,
    refreshIntervalMs: 100,
    minBackoffMs: 5,
    maxBackoffMs: 20,
    corruptRetryMs: 20,
    random: () => 0,
    ...options,
    fetch: { maxWaitMs: 20, ...options.fetch },
  });
  onTestFinished(async () => {
    await log.close();
    await cluster.close();
  });
  return { cluster, log, read: (topic, request) => new LogTape(log, topic, request) };
}
