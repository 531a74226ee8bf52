import { describe, expect, onTestFinished, test, vi } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { systemClock } from "../../../src/base/system-clock.ts";
import type { AnswerBuffers } from "../../../src/log/kafka/answer-buffers.ts";
import { type BrokerConnection, kafkaApis, type OpenConnection } from "../../../src/log/kafka/broker-connection.ts";
import { BrokerLink } from "../../../src/log/kafka/broker-link.ts";
import { createKafkajsConnections } from "../../../src/log/kafka/kafkajs-connection.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { ScriptedCluster } from "../../support/scripted-broker.ts";

const address = { host: "broker", port: 9092 };
const timeouts = { requestTimeoutMs: 1_000, connectionTimeoutMs: 500 };
const body = Buffer.from("question");

/** A connection whose answers and bytes a test gives by hand. */
class HandConnection implements BrokerConnection {
  readonly connected = Promise.withResolvers<void>();
  readonly answers: Array<PromiseWithResolvers<Buffer>> = [];
  bytes = 0;
  destroyedWith: Error | undefined;

  connect(): Promise<void> {
    return this.connected.promise;
  }

  request(): Promise<Buffer> {
    const answer = Promise.withResolvers<Buffer>();
    this.answers.push(answer);
    return answer.promise;
  }

  receivedBytes(): number {
    return this.bytes;
  }

  destroy(reason: Error): void {
    this.destroyedWith ??= reason;
    this.connected.reject(reason);
    for (const answer of this.answers) answer.reject(reason);
  }
}

function openLink() {
  const clock = new ManualClock();
  const opened: HandConnection[] = [];
  let buffers: AnswerBuffers | undefined;
  const open: OpenConnection = (_, given) => {
    const connection = new HandConnection();
    buffers = given;
    opened.push(connection);
    return connection;
  };
  const link = new BrokerLink({ address, open, clock, timeouts });
  const connection = async (at: number) => {
    await expect.poll(() => opened.length).toBeGreaterThan(at);
    return opened[at] ?? expect.fail(`no connection ${at}`);
  };
  const takeBytes = (length: number) => buffers?.take(length) ?? expect.fail("nothing was opened");
  return { link, clock, opened, connection, takeBytes };
}

describe("BrokerLink", () => {
  test("an answer that keeps coming is waited for beyond the timeout; silence is not", async () => {
    const { link, clock, connection } = openLink();
    const failed = expect(link.request(kafkaApis.fetch, body)).rejects.toThrow("no byte from broker:9092 for 1000 ms");
    const first = await connection(0);
    first.connected.resolve();
    await expect.poll(() => first.answers.length).toBe(1);
    for (let second = 0; second < 5; second += 1) {
      first.bytes += 1;
      clock.advance(1_000);
      expect(first.destroyedWith).toBeUndefined();
    }
    clock.advance(1_000);
    await failed;
    expect(first.destroyedWith).toBeDefined();
  });

  test("a request that the broker may hold is waited for so much longer", async () => {
    const { link, clock, connection } = openLink();
    const answered = link.request(kafkaApis.fetch, body, 500);
    const first = await connection(0);
    first.connected.resolve();
    await expect.poll(() => first.answers.length).toBe(1);
    clock.advance(1_400);
    first.answers[0]?.resolve(Buffer.from("answer"));
    expect((await answered).toString()).toBe("answer");
  });

  test("a connection that has failed is never used again", async () => {
    const { link, connection, opened } = openLink();
    const failed = expect(link.request(kafkaApis.fetch, body)).rejects.toThrow("reset");
    const first = await connection(0);
    first.connected.resolve();
    await expect.poll(() => first.answers.length).toBe(1);
    first.answers[0]?.reject(new Error("reset"));
    await failed;
    expect(first.destroyedWith).toBeDefined();
    const answered = link.request(kafkaApis.fetch, body);
    const second = await connection(1);
    second.connected.resolve();
    await expect.poll(() => second.answers.length).toBe(1);
    second.answers[0]?.resolve(Buffer.from("answer"));
    await answered;
    expect(opened).toHaveLength(2);
  });

  test("answers that were given back make room for later ones, until the bytes are dropped or the link destroyed", async () => {
    const { link, connection, takeBytes } = openLink();
    const failed = expect(link.request(kafkaApis.fetch, body)).rejects.toThrow("closed");
    await connection(0);
    const first = takeBytes(100_000);
    link.giveBack(first);
    const second = takeBytes(100_000);
    expect(second.buffer).toBe(first.buffer);
    link.giveBack(second);
    link.dropBuffers();
    const third = takeBytes(100_000);
    expect(third.buffer).not.toBe(first.buffer);
    link.destroy(new Error("closed"));
    link.giveBack(third);
    expect(takeBytes(100_000).buffer).not.toBe(third.buffer);
    await failed;
  });

  test("after destroy, requests reject and nothing is opened", async () => {
    const { link, opened } = openLink();
    link.destroy(new Error("closed"));
    await expect(link.request(kafkaApis.fetch, body)).rejects.toThrow("closed");
    expect(opened).toHaveLength(0);
  });
});

describe("a link over kafkajs", () => {
  async function openRealLink(requestTimeoutMs = 5_000) {
    const cluster = await ScriptedCluster.start();
    const { host, port } = cluster.broker();
    const options = { clientId: "test", ssl: false, sasl: undefined, connectionTimeoutMs: 1_000, logger: silentLogger };
    const link = new BrokerLink({
      address: { host, port },
      open: createKafkajsConnections(options),
      clock: systemClock,
      timeouts: { requestTimeoutMs, connectionTimeoutMs: 1_000 },
    });
    onTestFinished(async () => {
      link.destroy(new Error("end of the test"));
      await cluster.close();
    });
    const ask = () => link.request(kafkaApis.describeConfigs, Buffer.alloc(4));
    return { cluster, link, ask };
  }

  test("requests made at the same time before there is a connection share one", async () => {
    const { cluster, ask } = await openRealLink();
    await Promise.all([ask(), ask(), ask()]);
    expect(cluster.broker().connections).toBe(1);
  });

  test("the end of an old connection does not touch the new one", async () => {
    const { cluster, link, ask } = await openRealLink();
    for (let round = 0; round < 20; round += 1) {
      await ask();
      link.renew(new Error("renewed"));
      await Promise.all([ask(), ask()]);
    }
    expect(cluster.broker().connections).toBe(21);
    await expect.poll(() => cluster.broker().sockets.size).toBe(1);
  });

  test("a silent connection is destroyed, not used again", async () => {
    const { cluster, ask } = await openRealLink(50);
    await ask();
    const [silent] = cluster.broker().sockets;
    cluster.broker().isFrozen = true;
    await expect(ask()).rejects.toThrow("no byte");
    await expect.poll(() => silent?.destroyed).toBe(true);
    cluster.broker().isFrozen = false;
    await ask();
    expect(cluster.broker().connections).toBe(2);
  });

  test("an idle connection sets no timers", async () => {
    const { ask } = await openRealLink();
    await ask();
    const setTimer = vi.spyOn(globalThis, "setTimeout");
    onTestFinished(() => setTimer.mockRestore());
    await ask();
    // The link's own, which ends with the answer.
    expect(setTimer).toHaveBeenCalledTimes(1);
  });
});
