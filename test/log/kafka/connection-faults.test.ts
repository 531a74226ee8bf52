import { describe, expect, test } from "vitest";
import { ManualClock } from "../../support/manual-clock.ts";
import type { AskedFetch } from "../../support/scripted-answers.ts";
import type { FetchScript } from "../../support/scripted-broker.ts";
import { scriptedRecords } from "../../support/scripted-topic.ts";
import { openScriptedLog } from "./scripted-log.ts";

/** Five batches of 100 records each; one answer holds two. */
async function openOrders(onFetch?: (fetch: AskedFetch, count: number) => FetchScript | undefined) {
  const scripted = await openScriptedLog({ fetch: { maxPartitionBytes: 30_000 } });
  const partition = scripted.cluster.createTopic("orders").partition(0);
  for (let batch = 0; batch < 5; batch += 1) partition.append(scriptedRecords(100, `b${batch}-`, 100));
  scripted.cluster.onFetch = onFetch;
  return { ...scripted, partition };
}

const inOrder = Array.from({ length: 500 }, (_, offset) => offset);

describe("a faulty connection", () => {
  test("L3: an answer cut in the middle loses, repeats and reorders nothing", async () => {
    const { read } = await openOrders((_, count) => (count < 3 ? { cutAfterBytes: 10_000 } : {}));
    const tape = read("orders");
    await tape.untilRecords(500);
    expect(tape.records.map(({ offset }) => offset)).toEqual(inOrder);
  });

  test("L3: an answer cut inside its first four bytes, and one after its header, leave no trace", async () => {
    const { read } = await openOrders((_, count) => ({ 0: { cutAfterBytes: 3 }, 1: { cutAfterBytes: 8 } })[count]);
    const tape = read("orders");
    await tape.untilRecords(500);
    expect(tape.records.map(({ offset }) => offset)).toEqual(inOrder);
  });

  test.each([
    ["too little for an answer", 3],
    ["negative", -1],
    ["what a web server's first letters are", Buffer.from("HTTP").readInt32BE()],
  ])(
    "L3: a length that no answer has ends the connection, and the log goes on after it: %s",
    async (_, lengthBytes) => {
      let isBroken = true;
      const { cluster, read } = await openOrders(() => (isBroken ? { lengthBytes } : {}));
      const tape = read("orders");
      const { cause } = await tape.until("stalled");
      expect(cause).toMatchObject({
        code: "LOG_PROTOCOL",
        message: expect.stringContaining(`length of ${lengthBytes}`),
      });
      isBroken = false;
      const before = cluster.broker().connections;
      await tape.until("resumed");
      await tape.untilRecords(500);
      expect(tape.records.map(({ offset }) => offset)).toEqual(inOrder);
      expect(cluster.broker().connections).toBeGreaterThan(before);
    },
  );

  test("L3: a broker that is killed in the middle of reading and comes back", async () => {
    const { cluster, read, partition } = await openOrders();
    const tape = read("orders");
    await tape.untilRecords(150);
    await cluster.broker().kill();
    const pending = tape.until("stalled");
    expect((await pending).cause.code).toBe("LOG_UNAVAILABLE");
    partition.elect();
    partition.elect();
    await cluster.broker().listen();
    await tape.until("resumed");
    await tape.untilRecords(500);
    expect(tape.records.map(({ offset }) => offset)).toEqual(inOrder);
  });

  test("L3: a broker that is killed while the reader is idle and comes back", async () => {
    const { cluster, read, partition } = await openOrders();
    const tape = read("orders");
    await tape.untilRecords(500);
    await cluster.broker().kill();
    await tape.until("stalled");
    await cluster.broker().listen();
    partition.append(scriptedRecords(3, "after"));
    await tape.untilRecords(503);
    expect(tape.values().slice(500)).toEqual(["after0", "after1", "after2"]);
    expect(tape.events.filter(({ type }) => type === "stalled")).toHaveLength(1);
    expect(tape.events.filter(({ type }) => type === "resumed")).toHaveLength(1);
  });

  test("L3: connections that are reset again and again", async () => {
    const { cluster, read } = await openOrders();
    const tape = read("orders");
    while (tape.records.length < 500) {
      await tape.until("batch");
      cluster.broker().resetConnections();
    }
    expect(tape.records.map(({ offset }) => offset)).toEqual(inOrder);
  });

  test("a reset that heals at the next try is no stall", async () => {
    const { cluster, read, partition } = await openOrders();
    const tape = read("orders");
    await tape.untilRecords(500);
    cluster.broker().resetConnections();
    partition.append(scriptedRecords(1, "after"));
    await tape.untilRecords(501);
    expect(tape.events.map(({ type }) => type)).not.toContain("stalled");
  });

  test("a connection that answers nothing is destroyed at the request timeout, and the next one is used", async () => {
    const clock = new ManualClock();
    const { cluster, read } = await openScriptedLog({ clock, requestTimeoutMs: 1_000 });
    cluster.createTopic("orders").partition(0).append(scriptedRecords(3, "a"));
    const never = Promise.withResolvers<void>();
    cluster.onFetch = (_, count) => (count === 0 ? { hold: never.promise } : {});
    const tape = read("orders");
    await tape.until("opened");
    const stalled = tape.until("stalled");
    await expect.poll(() => cluster.fetches.length).toBe(1);
    const [held] = [...cluster.broker().sockets].slice(-1);
    clock.advance(1_020);
    expect((await stalled).cause.message).toContain("no byte from 127.0.0.1");
    await tape.untilRecords(3);
    await expect.poll(() => held?.destroyed).toBe(true);
  });

  test("a frozen broker is a stall, and is followed again when it thaws", async () => {
    const { cluster, read } = await openScriptedLog({ requestTimeoutMs: 100, fetch: { maxWaitMs: 10 } });
    const partition = cluster.createTopic("orders").partition(0);
    partition.append(scriptedRecords(3, "a"));
    const tape = read("orders");
    await tape.untilRecords(3);
    cluster.broker().isFrozen = true;
    expect((await tape.until("stalled")).cause.code).toBe("LOG_UNAVAILABLE");
    cluster.broker().isFrozen = false;
    await tape.until("resumed");
    partition.append(scriptedRecords(2, "b"));
    await tape.untilRecords(5);
    expect(tape.values()).toEqual(["a0", "a1", "a2", "b0", "b1"]);
  });
});
