import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GatewayHarness, startTestGateway } from "../support/gateway-harness.ts";
import { defineView } from "../support/view-definitions.ts";
import { Peer } from "../support/websocket-peer.ts";
import { ways } from "./answered-both-ways.ts";

const definitions = [
  defineView({
    name: "Order",
    topic: "shop.orders",
    fields: { n: { type: "Int" }, text: { type: "String" } },
  }),
];
const changes = "subscription { ordersChanged { changes { id order { n text } merged } } }";
const changesOf = (id: string) => `subscription { orderChanged(id: "${id}") { kind order { n } merged } }`;
const counts = "{ orders { totalCount } }";

interface NextMessage {
  readonly id: string;
  readonly type: string;
  readonly payload: { readonly data: { readonly ordersChanged: { readonly changes: ReadonlyArray<Change> } } };
}

interface Change {
  readonly id: string;
  readonly order: { readonly n: number } | null;
  readonly merged: number;
}

/** Peers that subscribe to all changes of a gateway. */
async function subscribeTo(harness: GatewayHarness, ids: readonly string[]): Promise<Peer[]> {
  const peers = await Promise.all(ids.map(() => new Peer(harness.socketUrl).init()));
  for (const [at, peer] of peers.entries()) peer.subscribe(changes, ids[at]);
  while (subscribersOf(harness) !== ids.length) await new Promise((resolve) => setImmediate(resolve));
  return peers;
}

function subscribersOf({ gateway }: GatewayHarness): number | undefined {
  return gateway.views.get("Order")?.status().subscribers;
}

describe.each(ways)("subscribers with compiledOperations: $compiledOperations", ({ compiledOperations }) => {
  let harness: GatewayHarness;
  beforeEach(async () => {
    harness = await startTestGateway({ definitions, transport: { compiledOperations } });
    await harness.untilLive();
  });
  afterEach(() => harness[Symbol.asyncDispose]());

  const connect = () => new Peer(harness.socketUrl).init();
  const untilSubscribers = async (count: number): Promise<void> => {
    while (subscribersOf(harness) !== count) await new Promise((resolve) => setImmediate(resolve));
  };
  const append = (key: string, value: object | null) =>
    harness.log.append("shop.orders", [{ key, value: value === null ? null : JSON.stringify(value) }]);
  const readMetric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${harness.gateway.adminUrl}/metrics`)).text();
    return Number(new RegExp(`^tailwater_${name} (\\d+)$`, "m").exec(text)?.[1]);
  };

  test("of one operation get it under the ids that each has chosen", async () => {
    const ids = ["1", '"\\', "ä\u{1F600}\n", "\ud800", "x".repeat(300), "ordersChanged"];
    const peers = await subscribeTo(harness, ids);
    await harness.put("a", 1);
    for (const [at, peer] of peers.entries()) {
      expect(await peer.receive()).toEqual({
        id: ids[at],
        type: "next",
        payload: {
          data: { ordersChanged: { changes: [{ id: "a", order: { n: 1, text: null }, merged: 1 }] } },
          extensions: { position: expect.any(String) },
        },
      });
    }
    if (compiledOperations === true) {
      expect(await readMetric("distinct_subscriptions")).toBe(1);
      expect(await readMetric("subscription_evaluations")).toBe(1);
      expect(await readMetric("subscription_messages")).toBe(ids.length);
      expect(await readMetric("subscription_messages_shared")).toBe(ids.length - 1);
    }
    for (const peer of peers) peer.socket.terminate();
  });

  test("of many operations on one socket get the events of each in order", async () => {
    const peer = await connect();
    for (const id of ["a", "b"]) peer.subscribe(changesOf(id), id);
    for (const id of ["all", "too"]) peer.subscribe(changes, id);
    await untilSubscribers(4);
    for (const n of [1, 2, 3]) for (const key of ["a", "b", "c"]) await harness.put(key, n);
    const received = new Map<string, unknown[]>();
    for (let count = 0; count < 3 + 3 + 9 + 9; count += 1) {
      const { id, payload } = (await peer.receive()) as NextMessage;
      received.set(id, [...(received.get(id) ?? []), payload.data]);
    }
    const event = (n: number) => ({
      orderChanged: { kind: n === 1 ? "ENTERED" : "UPDATED", order: { n }, merged: 1 },
    });
    for (const id of ["a", "b"]) expect(received.get(id)).toEqual([1, 2, 3].map(event));
    expect(received.get("too")).toEqual(received.get("all"));
    peer.socket.terminate();
  });

  test("F1: one that takes nothing for a while has changes merged, beside others that get each", async () => {
    const steps = 120;
    const [fast, slow] = (await subscribeTo(harness, ["fast", "slow"])) as [Peer, Peer]; // as many as ids
    slow.socket.pause();
    const text = "t".repeat(200_000); // altogether more than the kernel holds for a socket
    for (let n = 1; n <= steps; n += 1) {
      append(n % 2 === 0 ? "a" : "b", { n, text });
      const { payload } = (await fast.receive()) as NextMessage;
      expect(payload.data.ordersChanged.changes).toMatchObject([{ order: { n }, merged: 1 }]);
    }
    slow.socket.resume();
    const held = new Map<string, number | undefined>();
    let [messages, records] = [0, 0];
    while (records < steps) {
      const { id, payload } = (await slow.receive()) as NextMessage;
      expect(id).toBe("slow");
      messages += 1;
      for (const { id: key, order, merged } of payload.data.ordersChanged.changes) {
        expect(order?.n).toBeGreaterThan(held.get(key) ?? 0);
        held.set(key, order?.n);
        records += merged;
      }
    }
    expect(records).toBe(steps);
    expect(held).toEqual(
      new Map([
        ["b", steps - 1],
        ["a", steps],
      ]),
    );
    expect(messages).toBeLessThan(steps);
    for (const peer of [fast, slow]) peer.socket.terminate();
  });

  test("F3: one that completes, or goes, gets nothing more and leaves nothing behind", async () => {
    const peers = await subscribeTo(harness, ["1", "1", "1"]);
    const [completing, leaving, staying] = peers as [Peer, Peer, Peer]; // as many as ids
    append("a", { n: 1 });
    completing.send({ id: "1", type: "complete" });
    completing.send({ type: "ping" });
    leaving.socket.terminate();
    await untilSubscribers(1);
    await harness.put("a", 2);
    completing.subscribe(counts, "after");
    const received: unknown[] = [];
    while (!JSON.stringify(received.at(-1) ?? "").includes('"complete"')) received.push(await completing.receive());
    const types = received.map((message) => (message as NextMessage).type);
    expect(types.slice(types.indexOf("pong"))).toEqual(["pong", "next", "complete"]);
    expect(received.at(-2)).toMatchObject({ id: "after", payload: { data: { orders: { totalCount: 1 } } } });
    let last: unknown;
    while (!JSON.stringify(last ?? "").includes('"n":2')) last = await staying.receive();
    staying.socket.terminate();
    await untilSubscribers(0);
  });

  test("F3: may use the id of an operation again as soon as they have completed it, and leave nothing behind", async () => {
    const peer = await connect();
    peer.subscribe(changes);
    await untilSubscribers(1);
    for (let time = 0; time < 3; time += 1) {
      peer.send({ id: "1", type: "complete" });
      peer.subscribe(changesOf("a"));
    }
    peer.send({ type: "ping" });
    expect(await peer.receive()).toEqual({ type: "pong" });
    await harness.put("a", 1);
    expect(await peer.receive()).toMatchObject({ id: "1", type: "next", payload: { data: { orderChanged: {} } } });
    await untilSubscribers(1);
    peer.socket.terminate();
    await untilSubscribers(0);
  });

  test("T2: all get what is pending and complete when the gateway stops, a slow one too", async () => {
    const [fast, slow] = (await subscribeTo(harness, ["1", "1"])) as [Peer, Peer]; // as many as ids
    slow.socket.pause();
    const text = "t".repeat(200_000);
    for (let n = 1; n <= 100; n += 1) {
      append("a", { n, text });
      await fast.receive();
    }
    const stopped = harness.gateway.stop({ graceMs: 20_000 });
    expect(await fast.receive()).toEqual({ id: "1", type: "complete" });
    slow.socket.resume();
    let last: NextMessage | undefined;
    for (let message = (await slow.receive()) as NextMessage; message.type === "next"; ) {
      last = message;
      message = (await slow.receive()) as NextMessage;
    }
    expect(last?.payload.data.ordersChanged.changes).toMatchObject([{ order: { n: 100 } }]);
    expect([await fast.closed, await slow.closed]).toEqual([1001, 1001]);
    await stopped;
  });

  test("F6: end with an event that would cost too much: left out, it would leave them with wrong lists; their sockets stay", async () => {
    await using tight = await startTestGateway({
      definitions,
      transport: { compiledOperations },
      limits: { maxOutputBytes: 2_000 },
    });
    await tight.untilLive();
    const peers = await subscribeTo(tight, ["1", "1"]);
    tight.log.append("shop.orders", [{ key: "a", value: JSON.stringify({ n: 1, text: "t".repeat(3_000) }) }]);
    for (const peer of peers) {
      expect(await peer.receive()).toMatchObject({
        id: "1",
        type: "error",
        payload: [{ extensions: { code: "QUERY_TOO_COSTLY" } }],
      });
      expect(peer.socket.readyState).toBe(peer.socket.OPEN);
    }
    for (const peer of peers) peer.socket.terminate();
  });

  test("that fall too far behind end with SUBSCRIBER_TOO_SLOW; their socket stays", async () => {
    await using small = await startTestGateway({
      definitions,
      transport: { compiledOperations },
      views: { maxPendingKeys: 3 },
    });
    await small.untilLive();
    const [fast, slow] = (await subscribeTo(small, ["1", "1"])) as [Peer, Peer]; // as many as ids
    slow.socket.pause();
    const text = "t".repeat(500_000);
    for (let n = 0; subscribersOf(small) === 2; n += 1) {
      small.log.append("shop.orders", [{ key: `key ${n % 5}`, value: JSON.stringify({ n, text }) }]);
      await fast.receive();
    }
    slow.socket.resume();
    let message = (await slow.receive()) as NextMessage;
    while (message.type === "next") message = (await slow.receive()) as NextMessage;
    expect(message).toMatchObject({ type: "error", payload: [{ extensions: { code: "SUBSCRIBER_TOO_SLOW" } }] });
    slow.subscribe(counts, "after");
    expect(await slow.receive()).toMatchObject({ id: "after", type: "next" });
    const closed = once(slow.socket, "close");
    for (const peer of [fast, slow]) peer.socket.terminate();
    await closed;
  });
});
