import { once } from "node:events";
import { describe, expect, test } from "vitest";
import WebSocket from "ws";
import type { GatewayHarness } from "../support/gateway-harness.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { Peer } from "../support/websocket-peer.ts";
import { startingGateways, ways } from "./answered-both-ways.ts";

const connectTo = (harness: GatewayHarness) => new Peer(harness.socketUrl).init();
const changes = "subscription { ordersChanged { changes { kind id order { n } previous { n } merged } position } }";

describe.each(ways)("a WebSocket with compiledOperations: $compiledOperations", (way) => {
  const startTestGateway = startingGateways(way);

  test("pushes every change with its position, and answers queries", async () => {
    await using harness = await startTestGateway();
    await harness.put("a", 1);
    const peer = await connectTo(harness);
    peer.subscribe(changes);
    peer.subscribe("{ orders { totalCount } }", "q");
    expect(await peer.receive()).toMatchObject({
      id: "q",
      type: "next",
      payload: { data: { orders: { totalCount: 1 } }, extensions: { position: expect.any(String) } },
    });
    expect(await peer.receive()).toEqual({ id: "q", type: "complete" });
    await harness.put("a", 2);
    expect(await peer.receive()).toMatchObject({
      id: "1",
      type: "next",
      payload: {
        data: {
          ordersChanged: { changes: [{ kind: "UPDATED", id: "a", order: { n: 2 }, previous: { n: 1 }, merged: 1 }] },
        },
        extensions: { position: expect.any(String) },
      },
    });
    await harness.put("a", null);
    expect(await peer.receive()).toMatchObject({
      payload: { data: { ordersChanged: { changes: [{ kind: "LEFT", id: "a", order: null, previous: { n: 2 } }] } } },
    });
    peer.send({ id: "1", type: "complete" });
    peer.subscribe("{ orders { totalCount } }", "r");
    expect(await peer.receive()).toMatchObject({ id: "r", payload: { data: { orders: { totalCount: 0 } } } });
    peer.socket.terminate();
  });

  test.each([
    ["does not parse", "{ orders {", "GRAPHQL_PARSE_FAILED"],
    ["does not validate", "{ nothing }", "GRAPHQL_VALIDATION_FAILED"],
    ["does not coerce", "query ($id: ID!) { order(id: $id) { id } }", "BAD_USER_INPUT"],
    [
      "is a subscription that does not coerce",
      "subscription ($id: ID!) { orderChanged(id: $id) { id } }",
      "BAD_USER_INPUT",
    ],
  ])("answers a document that %s with an error message of that operation and stays", async (_what, query, code) => {
    await using harness = await startTestGateway();
    await harness.untilLive();
    const peer = await connectTo(harness);
    peer.subscribe(query);
    expect(await peer.receive()).toMatchObject({ id: "1", type: "error", payload: [{ extensions: { code } }] });
    peer.send({ type: "ping" });
    expect(await peer.receive()).toEqual({ type: "pong" });
    peer.socket.terminate();
  });

  test("answers what is never compiled, and whatever is asked more than once", async () => {
    await using harness = await startTestGateway();
    await harness.put("a", 1);
    const peer = await connectTo(harness);
    for (const query of [
      "{ __schema { queryType { name } } }",
      '{ order(id: "a") { n } }',
      "{ orders(first: -1) { totalCount } }",
    ]) {
      const answers: unknown[] = [];
      for (const id of ["1", "2", "3"]) {
        peer.subscribe(query, id);
        answers.push({ ...Object(await peer.receive()), id: "" });
        expect(await peer.receive()).toEqual({ id, type: "complete" });
      }
      expect(answers).toEqual(Array.from({ length: 3 }, () => answers[0]));
      expect(answers[0]).toMatchObject({
        type: "next",
        payload: { data: query.includes("-1") ? null : expect.any(Object) },
      });
    }
    peer.socket.terminate();
  });

  test("answers a subscription to a view that is not ready with an error message, and stays", async () => {
    await using harness = await startTestGateway({ createsTopic: false });
    const peer = await connectTo(harness);
    peer.subscribe(changes);
    expect(await peer.receive()).toMatchObject({
      id: "1",
      type: "error",
      payload: [{ extensions: { code: "VIEW_NOT_READY" } }],
    });
    peer.socket.terminate();
  });

  test("is closed with 4400 after an invalid message", async () => {
    await using harness = await startTestGateway();
    const peer = await connectTo(harness);
    peer.send("no json");
    expect(await peer.closed).toBe(4400);
  });

  test("is closed with 4401 if it subscribes before it is acknowledged", async () => {
    await using harness = await startTestGateway();
    const peer = await new Peer(harness.socketUrl).opened();
    peer.subscribe(changes);
    expect(await peer.closed).toBe(4401);
  });

  test("is closed with 4406 if it does not speak graphql-transport-ws", async () => {
    await using harness = await startTestGateway();
    const peer = new Peer(harness.socketUrl, "graphql-ws");
    const socket = new WebSocket(harness.socketUrl);
    const [code] = await once(socket, "close");
    expect(code).toBe(4406);
    await peer.closed;
  });

  test("is closed with 4408 if it says nothing", async () => {
    await using harness = await startTestGateway({ transport: { connectionInitMs: 50 } });
    expect(await new Peer(harness.socketUrl).closed).toBe(4408);
    await harness.put("a", 1);
    const { status } = await harness.post("{ orders { totalCount } }");
    expect(status).toBe(200);
  });

  test("is closed with 4409 if two operations have one id", async () => {
    await using harness = await startTestGateway();
    await harness.untilLive();
    const peer = await connectTo(harness);
    peer.subscribe(changes);
    peer.subscribe(changes);
    expect(await peer.closed).toBe(4409);
  });

  test("is closed with 4429 if it initialises twice", async () => {
    await using harness = await startTestGateway();
    const peer = await connectTo(harness);
    peer.send({ type: "connection_init" });
    expect(await peer.closed).toBe(4429);
  });

  test("is closed with 4500 when a message of it meets a defect; the others stay", async () => {
    let isBroken = false;
    const clock = new ManualClock();
    const nowMs = clock.nowMs.bind(clock);
    clock.nowMs = () => {
      if (isBroken) throw new RangeError("the clock is broken");
      return nowMs();
    };
    await using harness = await startTestGateway({ clock });
    await harness.untilLive();
    const [peer, other] = [await connectTo(harness), await connectTo(harness)];
    isBroken = true;
    peer.subscribe("{ orders { totalCount } }");
    expect(await peer.closed).toBe(4500);
    expect(await harness.post("{ orders { totalCount } }")).toMatchObject({ status: 500 });
    isBroken = false;
    other.subscribe("{ orders { totalCount } }");
    expect(await other.receive()).toMatchObject({ type: "next", payload: { data: { orders: { totalCount: 0 } } } });
    expect(await harness.post("{ orders { totalCount } }")).toMatchObject({ status: 200 });
    other.socket.terminate();
  });

  test("is closed with 1009 after a message beyond the limit", async () => {
    await using harness = await startTestGateway({ limits: { maxMessageBytes: 200 } });
    const peer = await connectTo(harness);
    peer.subscribe(`{ ${"a".repeat(300)} }`);
    expect(await peer.closed).toBe(1009);
  });

  test("may have so many operations; one more is refused, the others stay", async () => {
    await using harness = await startTestGateway({ limits: { maxSubscriptionsPerSocket: 2 } });
    await harness.untilLive();
    const peer = await connectTo(harness);
    for (const id of ["1", "2", "3"]) peer.subscribe(changes, id);
    expect(await peer.receive()).toMatchObject({
      id: "3",
      type: "error",
      payload: [{ extensions: { code: "TOO_MANY_SUBSCRIPTIONS" } }],
    });
    await harness.put("a", 1);
    expect([await peer.receive(), await peer.receive()]).toMatchObject([{ id: "1" }, { id: "2" }]);
    peer.socket.terminate();
  });

  test("may choose ids, but not long ones", async () => {
    await using harness = await startTestGateway();
    await harness.untilLive();
    const peer = await connectTo(harness);
    peer.subscribe("{ __typename }", "x".repeat(1_001));
    expect(await peer.receive()).toMatchObject({
      type: "error",
      payload: [{ extensions: { code: "BAD_USER_INPUT" } }],
    });
    peer.subscribe("{ __typename }", "x".repeat(1_000));
    expect(await peer.receive()).toMatchObject({ type: "next", id: "x".repeat(1_000) });
    peer.socket.terminate();
  });

  test("of a page of another origin is refused", async () => {
    await using harness = await startTestGateway();
    const peer = new Peer(harness.socketUrl, "graphql-transport-ws", { origin: "https://evil.example" });
    const [error] = await once(peer.socket, "error");
    expect(String(error)).toContain("403");
  });

  test("whose peer is dead is cut; the others stay", async () => {
    const clock = new ManualClock();
    await using harness = await startTestGateway({ clock, transport: { deadPeerMs: 60_000 } });
    await harness.untilLive();
    const dead = await new Peer(harness.socketUrl, "graphql-transport-ws", { autoPong: false }).init();
    clock.advance(45_000);
    const alive = await connectTo(harness);
    clock.advance(15_000);
    expect(await dead.closed).toBe(1006);
    alive.send({ type: "ping" });
    expect(await alive.receive()).toEqual({ type: "pong" });
    alive.socket.terminate();
  });

  test("is one of two thousand idle subscribers that all get the next change", { timeout: 60_000 }, async () => {
    await using harness = await startTestGateway();
    await harness.untilLive();
    const peers = await Promise.all(Array.from({ length: 2_000 }, () => connectTo(harness)));
    for (const peer of peers) peer.subscribe(changes);
    const subscribers = () => harness.gateway.views.get("Order")?.status().subscribers;
    while (subscribers() !== 2_000) await new Promise((resolve) => setImmediate(resolve));
    await harness.put("a", 1);
    const received = await Promise.all(peers.map((peer) => peer.receive()));
    expect(received.filter((message) => JSON.stringify(message).includes("ENTERED"))).toHaveLength(2_000);
    expect((await harness.post("{ orders { totalCount } }")).body).toMatchObject({
      data: { orders: { totalCount: 1 } },
    });
    for (const peer of peers) peer.socket.terminate();
    while (subscribers() !== 0) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe.each(ways)("stopping with compiledOperations: $compiledOperations", (way) => {
  const startTestGateway = startingGateways(way);

  test("T2: subscriptions get what was promised and complete, then the socket is closed with 1001", async () => {
    const harness = await startTestGateway();
    await harness.untilLive();
    const peer = await connectTo(harness);
    peer.subscribe(changes);
    while (harness.gateway.views.get("Order")?.status().subscribers !== 1)
      await new Promise((resolve) => setImmediate(resolve));
    await harness.put("a", 1);
    const stopped = harness.gateway.stop({ graceMs: 5_000 });
    expect(await peer.receive()).toMatchObject({ id: "1", type: "next" });
    expect(await peer.receive()).toEqual({ id: "1", type: "complete" });
    expect(await peer.closed).toBe(1001);
    await stopped;
    await expect(fetch(`${harness.gateway.publicUrl}/livez`)).rejects.toThrow();
  });
});
