import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { KafkaLogOptions, SaslOptions } from "../../src/log/kafka/kafka-log-options.ts";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { expectSameRecords } from "./kit/expect-same-fold.ts";
import { kafkaUsers, plainSessionMs } from "./kit/shared-kafka.ts";

const mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const;

describeOnKafka("a listener with TLS and login", (kafka) => {
  const secured = (options: Partial<KafkaLogOptions>) =>
    kafka.openLog({
      brokers: [kafka.shared.saslSslBootstrap],
      ssl: { ca: kafka.shared.certificate },
      ...options,
    });
  const login = (mechanism: (typeof mechanisms)[number], password: string = kafkaUsers.alice): SaslOptions => ({
    mechanism,
    username: "alice",
    password,
  });

  async function filledTopic(): Promise<string> {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 2);
    const producer = await kafka.client.openProducer();
    await producer.generate(topic, { count: 20_000, keys: 500, valueBytes: 200, partitions: 2 });
    await producer.close();
    return topic;
  }

  test.each(mechanisms)("SASL_SSL with %s reads exactly", async (mechanism) => {
    const topic = await filledTopic();
    const truth = await kafka.client.fold(topic);
    const followed = kafka.follow(secured({ sasl: login(mechanism) }), topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    expect(followed.eventsOf("stalled")).toEqual([]);
  });

  test.each(mechanisms)(
    "a wrong password with %s is a stall that names user and mechanism, not the password",
    async (mechanism) => {
      const topic = kafka.newTopic();
      const followed = kafka.follow(secured({ sasl: login(mechanism, "not-the-password") }), topic);
      const { cause } = await followed.untilEvent("stalled");
      expect(cause.code).toBe("LOG_AUTHENTICATION_FAILED");
      expect(cause.message).toContain("alice");
      expect(cause.message).toContain(mechanism);
      expect(cause.message).not.toContain("not-the-password");
    },
  );

  test("L3: a login that runs out while reading is renewed without a stall", async () => {
    const topic = await filledTopic();
    const followed = kafka.follow(secured({ sasl: login("PLAIN"), fetch: { maxWaitMs: 100 } }), topic);
    const producer = await kafka.client.openProducer();
    for (let session = 0; session < 2; session += 1) {
      await producer.generate(topic, { count: 100, keys: 10, valueBytes: 100, partitions: 2 });
      await followed.untilRecords(20_000 + 100 * (session + 1));
      await sleep(plainSessionMs); // only time ends a session
    }
    await producer.generate(topic, { count: 100, keys: 10, valueBytes: 100, partitions: 2 });
    const truth = await kafka.client.fold(topic);
    await followed.untilAt(truth);
    expectSameRecords(followed.fold(), truth);
    expect(followed.eventsOf("stalled")).toEqual([]);
    await producer.close();
  });

  test("a certificate that nobody trusts is a stall that says so", async () => {
    const followed = kafka.follow(secured({ ssl: true, sasl: login("PLAIN") }), kafka.newTopic());
    const { cause } = await followed.untilEvent("stalled");
    expect(cause.code).toBe("LOG_UNAVAILABLE");
    expect(cause.message).toContain("certificate");
  });

  test("a listener that wants TLS is a stall for a client without it", async () => {
    const followed = kafka.follow(secured({ ssl: false, sasl: login("PLAIN") }), kafka.newTopic());
    const { cause } = await followed.untilEvent("stalled");
    expect(cause.code).toBe("LOG_UNAVAILABLE");
    expect(cause.message).toContain("TLS");
  });
});
