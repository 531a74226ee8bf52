import { describe, expect, onTestFinished, test, vi } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { systemClock } from "../../../src/base/system-clock.ts";
import { kafkaApis } from "../../../src/log/kafka/broker-connection.ts";
import { BrokerLink } from "../../../src/log/kafka/broker-link.ts";
import { createKafkajsConnections } from "../../../src/log/kafka/kafkajs-connection.ts";
import { loginRenewalMarginMs } from "../../../src/log/kafka/login-renewal.ts";
import { ScriptedCluster } from "../../support/scripted-broker.ts";
import { scriptedRecords } from "../../support/scripted-topic.ts";
import { openScriptedLog } from "./scripted-log.ts";

const sasl = { mechanism: "PLAIN", username: "gateway", password: "right" } as const;
const users = new Map([["gateway", "right"]]);

/** A link to a broker whose logins hold for `sessionMs`, by a clock that only `pass` moves. */
async function openLink(sessionMs: number) {
  vi.useFakeTimers({ toFake: ["hrtime"] });
  const cluster = await ScriptedCluster.start();
  cluster.users = users;
  cluster.sessionMs = sessionMs;
  const { host, port } = cluster.broker();
  const options = { clientId: "test", ssl: false, sasl, connectionTimeoutMs: 5_000, logger: silentLogger };
  const link = new BrokerLink({
    address: { host, port },
    open: createKafkajsConnections(options),
    clock: systemClock,
    timeouts: { requestTimeoutMs: 5_000, connectionTimeoutMs: 5_000 },
  });
  onTestFinished(async () => {
    vi.useRealTimers();
    link.destroy(new Error("end of the test"));
    await cluster.close();
  });
  return {
    cluster,
    ask: () => link.request(kafkaApis.describeConfigs, Buffer.alloc(4)),
    pass: (ms: number) => vi.advanceTimersByTime(ms),
  };
}

describe("a login that holds for a time", () => {
  test.each([1_500, 10_000])("of %i ms is not renewed before its end is near", async (sessionMs) => {
    const { cluster, ask, pass } = await openLink(sessionMs);
    for (let request = 0; request < 5; request += 1) await ask();
    pass(sessionMs / 2);
    await Promise.all([ask(), ask(), ask()]);
    expect(cluster.logins).toBe(1);
  });

  test.each([1_100, 1_500, 10_000, 3_600_000])(
    "of %i ms is renewed on its connection, once for requests made together",
    async (sessionMs) => {
      const { cluster, ask, pass } = await openLink(sessionMs);
      for (let session = 0; session < 4; session += 1) {
        await Promise.all([ask(), ask(), ask()]);
        pass(sessionMs - loginRenewalMarginMs(sessionMs));
      }
      await ask();
      expect(cluster.logins).toBe(5);
      expect(cluster.broker().connections).toBe(1);
    },
  );

  test("of 1500 ms is renewed after its end, when nothing was asked for longer", async () => {
    const { cluster, ask, pass } = await openLink(1_500);
    await ask();
    pass(60_000);
    await ask();
    expect(cluster.broker().connections).toBe(1);
  });

  test("gives another connection where it cannot be renewed on its own", async () => {
    const { cluster, ask, pass } = await openLink(300);
    await ask();
    pass(300);
    await expect(ask()).rejects.toMatchObject({ code: "LOG_UNAVAILABLE", reason: "closed" });
    await ask();
    expect(cluster.broker().connections).toBe(2);
  });

  test("takes what each renewal says of the next session", async () => {
    const { cluster, ask, pass } = await openLink(60_000);
    await ask();
    cluster.sessionMs = 2_000;
    pass(55_000);
    await ask();
    for (let request = 0; request < 5; request += 1) await ask();
    expect(cluster.logins).toBe(2);
    pass(1_900);
    await ask();
    expect(cluster.logins).toBe(3);
  });

  test("is renewed under the password of now: a changed one is a refused login", async () => {
    const { cluster, ask, pass } = await openLink(10_000);
    await ask();
    cluster.users = new Map([["gateway", "changed"]]);
    pass(9_000);
    await expect(ask()).rejects.toMatchObject({ code: "LOG_AUTHENTICATION_FAILED" });
  });

  test("L3: short or not, a topic is read through it without a stall", async () => {
    const { cluster, read } = await openScriptedLog({ sasl });
    cluster.users = users;
    cluster.sessionMs = 1_500;
    const partition = cluster.createTopic("orders").partition(0);
    const tape = read("orders");
    for (let batch = 0; batch < 20; batch += 1) {
      partition.append(scriptedRecords(1, `b${batch}-`));
      cluster.changed();
      await tape.untilRecords(batch + 1);
    }
    expect(tape.events.map(({ type }) => type)).not.toContain("stalled");
  });
});

describe("a login that fails", () => {
  test("because its connection breaks is no refusal, and is tried again without a word", async () => {
    const { cluster, read } = await openScriptedLog({ sasl });
    cluster.users = users;
    cluster.createTopic("orders").partition(0).append(scriptedRecords(2, "a"));
    let broken = 0;
    cluster.onLogin = (socket) => {
      broken += 1;
      if (broken === 1) socket.destroy();
    };
    const tape = read("orders");
    await tape.untilRecords(2);
    expect(broken).toBeGreaterThan(1);
    expect(tape.events.map(({ type }) => type)).not.toContain("stalled");
  });

  test("at a listener that takes none says so", async () => {
    const { cluster, read } = await openScriptedLog({ sasl });
    cluster.createTopic("orders");
    const { cause } = await read("orders").until("stalled");
    expect(cause.code).toBe("LOG_AUTHENTICATION_FAILED");
    expect(cause.message).toContain("takes no login");
  });
});
