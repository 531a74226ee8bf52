import type { TestProject } from "vitest/node";
import { KafkaBroker } from "./broker.ts";
import { whyNoKafka } from "./java-tools.ts";
import { kafkaUsers, plainSessionMs } from "./shared-kafka.ts";

let broker: KafkaBroker | undefined;

/** Starts the broker that all suites on Kafka share. Without Java or Maven they are skipped, and said to be; in CI that is a failure. */
export async function setup(project: TestProject): Promise<void> {
  const missing = await whyNoKafka();
  if (missing !== undefined) {
    const sentence = `The suites on a real Kafka broker cannot run: ${missing}`;
    if (process.env["CI"] !== undefined && process.env["CI"] !== "") throw new Error(sentence);
    process.stderr.write(`\n SKIPPED  ${sentence}\n\n`);
    project.provide("sharedKafka", { missing });
    return;
  }
  broker = await KafkaBroker.start({
    users: kafkaUsers,
    properties: { "listener.name.sasl_ssl.plain.connections.max.reauth.ms": String(plainSessionMs) },
  });
  project.provide("sharedKafka", {
    bootstrap: broker.bootstrap,
    saslSslBootstrap: broker.saslSslBootstrap,
    certificate: broker.tls?.certificate ?? "",
    dataFolder: broker.dataFolder,
    proxiedPort: broker.ports.proxied,
    advertisedProxyPort: broker.ports.advertisedProxy,
  });
}

export async function teardown(): Promise<void> {
  await broker?.dispose();
  broker = undefined;
}
