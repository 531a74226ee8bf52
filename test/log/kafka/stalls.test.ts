import { describe, expect, onTestFinished, test } from "vitest";
import { createKafkaLog } from "../../../src/log/kafka/kafka-log.ts";
import { LogTape } from "../../contract/log-tape.ts";
import { scriptedRecords } from "../../support/scripted-topic.ts";
import { openScriptedLog } from "./scripted-log.ts";

describe("what stands in the way of a topic", () => {
  test("a topic that is missing is said, and read once it appears", async () => {
    const { cluster, read } = await openScriptedLog();
    const tape = read("orders");
    const { cause } = await tape.until("stalled");
    expect(cause.code).toBe("TOPIC_MISSING");
    expect(cause.message).toContain("orders");
    cluster.createTopic("orders").partition(0).append(scriptedRecords(2, "a"));
    await tape.untilRecords(2);
    expect(tape.events.map(({ type }) => type).slice(0, 3)).toEqual(["stalled", "resumed", "opened"]);
  });

  test("a topic that is deleted while it is read is said; when it is made anew, it is RECREATED", async () => {
    const { cluster, read } = await openScriptedLog();
    cluster.createTopic("orders").partition(0).append(scriptedRecords(2, "a"));
    const tape = read("orders");
    await tape.untilRecords(2);
    cluster.topics.delete("orders");
    expect((await tape.until("stalled")).cause.code).toBe("TOPIC_MISSING");
    cluster.createTopic("orders").partition(0).append(scriptedRecords(9, "new"));
    expect((await tape.until("lost")).reason).toBe("RECREATED");
    expect(tape.records).toHaveLength(2);
  });

  test("a topic that may not be described is said", async () => {
    const { cluster, read } = await openScriptedLog();
    cluster.createTopic("orders").metadataError = 29;
    expect((await read("orders").until("stalled")).cause.code).toBe("LOG_AUTHORIZATION_FAILED");
  });

  test("a partition without leader keeps the topic from being opened half", async () => {
    const { cluster, read } = await openScriptedLog();
    const topic = cluster.createTopic("orders", 2);
    topic.partition(1).leaderId = -1;
    const tape = read("orders");
    expect((await tape.until("stalled")).cause.message).toContain("no leader of orders/1");
    topic.partition(1).leaderId = 1;
    expect((await tape.until("opened")).partitions).toHaveLength(2);
  });

  test("no broker at all is said once, whatever it looks like each time", async () => {
    const { cluster, read } = await openScriptedLog();
    cluster.createTopic("orders").partition(0).append(scriptedRecords(2, "a"));
    await cluster.broker().kill();
    const tape = read("orders");
    expect((await tape.until("stalled")).cause.code).toBe("LOG_UNAVAILABLE");
    await cluster.broker().listen();
    await tape.untilRecords(2);
    expect(tape.events.map(({ type }) => type).slice(0, 3)).toEqual(["stalled", "resumed", "opened"]);
  });

  test("a login that is refused names mechanism and user, never the password", async () => {
    const { cluster, read } = await openScriptedLog({
      sasl: { mechanism: "PLAIN", username: "gateway", password: "s3cret-wrong" },
    });
    cluster.createTopic("orders");
    cluster.users = new Map([["gateway", "right"]]);
    const { cause } = await read("orders").until("stalled");
    expect(cause.code).toBe("LOG_AUTHENTICATION_FAILED");
    expect(cause.message).toContain('PLAIN as user "gateway"');
    expect(cause.message).toContain("Invalid username or password");
    expect(JSON.stringify([cause.message, String(cause.cause), cause.stack])).not.toContain("s3cret-wrong");
  });

  test("a login that is accepted is used for every connection", async () => {
    const { cluster, read } = await openScriptedLog({
      sasl: { mechanism: "PLAIN", username: "gateway", password: "right" },
    });
    cluster.users = new Map([["gateway", "right"]]);
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(2, "a"));
    const tape = read("orders");
    await tape.untilRecords(2);
    cluster.broker().resetConnections();
    partition.append(scriptedRecords(2, "b"));
    await tape.untilRecords(4);
  });

  test("a mechanism that the broker does not offer is a refused login", async () => {
    const { cluster, read } = await openScriptedLog({
      sasl: { mechanism: "SCRAM-SHA-256", username: "gateway", password: "right" },
    });
    cluster.users = new Map([["gateway", "right"]]);
    const { cause } = await read("orders").until("stalled");
    expect(cause.code).toBe("LOG_AUTHENTICATION_FAILED");
    expect(cause.message).toContain("SCRAM-SHA-256");
  });

  test("a token provider that fails is a refused login", async () => {
    const provideToken = () => Promise.reject(new Error("the identity server is away"));
    const { cluster, read } = await openScriptedLog({ sasl: { mechanism: "OAUTHBEARER", provideToken } });
    cluster.users = new Map();
    const { cause } = await read("orders").until("stalled");
    expect(cause.code).toBe("LOG_AUTHENTICATION_FAILED");
    expect(cause.message).toContain("the identity server is away");
  });

  test("a broker that is too old is said", async () => {
    const { cluster, read } = await openScriptedLog();
    cluster.apiVersions = cluster.apiVersions.map((range) => (range[0] === 3 ? [3, 0, 9] : range));
    const { cause } = await read("orders").until("stalled");
    expect(cause.code).toBe("LOG_UNSUPPORTED");
    expect(cause.message).toContain("Metadata version 12");
  });

  test("a broker of several that is away from the start keeps nobody waiting", async () => {
    const { cluster } = await openScriptedLog({}, { brokers: 2 });
    cluster.createTopic("orders").partition(0).append(scriptedRecords(2, "a"));
    const brokers = ["127.0.0.1:1", ...cluster.addresses];
    const log = createKafkaLog({ brokers });
    onTestFinished(() => log.close());
    await new LogTape(log, "orders").untilRecords(2);
  });

  test("addresses that cannot be read are refused at once", () => {
    expect(() => createKafkaLog({ brokers: [] })).toThrow("host:port");
    expect(() => createKafkaLog({ brokers: ["broker-1"] })).toThrow('"broker-1"');
  });
});

describe("the end of a read", () => {
  test("leaves no connection of its own", async () => {
    const { cluster, log, read } = await openScriptedLog();
    cluster.createTopic("orders").partition(0).append(scriptedRecords(2, "a"));
    const tape = read("orders");
    await tape.untilRecords(2);
    const pending = tape.next();
    await expect.poll(() => cluster.broker().sockets.size).toBe(2);
    await tape.iterator.return?.();
    expect(await pending).toBeUndefined();
    await expect.poll(() => cluster.broker().sockets.size).toBe(1);
    await log.close();
    await expect.poll(() => cluster.broker().sockets.size).toBe(0);
  });

  test("close answers at once, though brokers are frozen and reads are pending", async () => {
    const { cluster, log, read } = await openScriptedLog();
    cluster.createTopic("orders");
    const open = read("orders");
    await open.until("opened");
    cluster.broker().isFrozen = true;
    const waiting = [open.next(), read("other").next()];
    await log.close();
    expect((await Promise.all(waiting)).at(1)).toBeUndefined();
    await expect.poll(() => cluster.broker().sockets.size).toBe(0);
  });

  test("nothing is connected before the first pull", async () => {
    const { cluster, read } = await openScriptedLog();
    cluster.createTopic("orders");
    const tape = read("orders");
    await tape.iterator.return?.();
    expect(cluster.broker().connections).toBe(0);
  });
});
