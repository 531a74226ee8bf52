import { afterAll, beforeAll } from "vitest";
import { describeLogContract } from "../contract/log-contract.ts";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { FaultProxy } from "./kit/fault-proxy.ts";
import type { KafkaProducer } from "./kit/kafka-client.ts";
import { openKafkaLogFixture } from "./kit/kafka-log-fixture.ts";

describeOnKafka("log contract", (kafka) => {
  let proxy: FaultProxy;
  let producer: KafkaProducer;

  beforeAll(async () => {
    const { advertisedProxyPort, proxiedPort } = kafka.shared;
    proxy = await FaultProxy.listen({ port: advertisedProxyPort, targetPort: proxiedPort });
    producer = await kafka.client.openProducer({ "max.request.size": "33554432" });
  });

  afterAll(async () => {
    await proxy?.close();
    await producer?.close();
  });

  describeLogContract(
    "a Kafka topic",
    async () => {
      const log = kafka.openLog({
        brokers: [`127.0.0.1:${kafka.shared.advertisedProxyPort}`],
        configIntervalMs: 200,
      });
      return openKafkaLogFixture(kafka, { log, proxy, producer });
    },
    {
      missing: {
        truncate: "one broker never cuts its own log; broker-crash.test.ts cuts the file",
      },
    },
  );
});
