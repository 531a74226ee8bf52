import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KafkaBroker } from "./kit/broker.ts";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { FaultProxy } from "./kit/fault-proxy.ts";
import { KafkaClient } from "./kit/kafka-client.ts";
import { ShopTopics } from "./kit/shop-topics.ts";
import { SpawnedGateway } from "./kit/spawned-gateway.ts";
import type { Subscriber } from "./kit/subscriber.ts";

const alice = { name: "Alice" };
const placed = { customerId: "c1", status: "PLACED", total: "12.50" } as const;
const paid = { ...placed, status: "PAID" } as const;
const everyOrder = "{ orders { nodes { id status } } }";
const orderChanges = "subscription { ordersChanged { changes { kind id order { status } merged } } }";

interface OrderChanges {
  readonly ordersChanged: {
    readonly changes: ReadonlyArray<{
      readonly kind: string;
      readonly id: string;
      readonly order: { readonly status: string } | null;
      readonly merged: number;
    }>;
  };
}

describeOnKafka("a gateway on a broker", (kafka) => {
  const start = (topics: ShopTopics, bootstrap = kafka.shared.bootstrap) =>
    SpawnedGateway.startLive({ sdl: topics.sdl, bootstrap });

  test("answers a query with joins both ways from what compacted topics hold", async () => {
    await using topics = await ShopTopics.create(kafka.client);
    await topics.putCustomer("c1", alice);
    await topics.putOrder("o1", placed, { traceId: "t-1", timestamp: 1_700_000_000_000 });
    await topics.putOrder("o2", placed);
    await topics.putOrder("o2", paid);
    await topics.putOrder("o3", { ...placed, customerId: "c2" });
    await topics.putOrder("o4", placed);
    await topics.putOrder("o4", null);
    await using gateway = await start(topics);
    const fields = "totalCount nodes { id status }";
    expect(
      await gateway.query(`{
        order(id: "o1") { total traceId writtenAt customer { name orders { ${fields} } } }
        orders { ${fields} }
        ordersByIds(ids: ["o4", "o3"]) { id customer { name } }
      }`),
    ).toEqual({
      order: {
        total: "12.5",
        traceId: "t-1",
        writtenAt: "2023-11-14T22:13:20.000Z",
        customer: {
          name: "Alice",
          orders: {
            totalCount: 2,
            nodes: [
              { id: "o1", status: "PLACED" },
              { id: "o2", status: "PAID" },
            ],
          },
        },
      },
      orders: {
        totalCount: 3,
        nodes: [
          { id: "o1", status: "PLACED" },
          { id: "o2", status: "PAID" },
          { id: "o3", status: "PLACED" },
        ],
      },
      ordersByIds: [null, { id: "o3", customer: null }],
    });
  });

  test("V3: pushes a record that is produced, and its tombstone as LEFT", async () => {
    await using topics = await ShopTopics.create(kafka.client);
    await topics.putCustomer("c1", alice);
    await using gateway = await start(topics);
    const changes = await gateway.subscribe(
      'subscription { orderChanged(id: "o1") { kind order { status customer { name } } previous { status } } }',
      "Order",
    );
    await topics.putOrder("o1", placed);
    expect(await changes.next()).toEqual({
      orderChanged: { kind: "ENTERED", order: { status: "PLACED", customer: alice }, previous: null },
    });
    await topics.putOrder("o1", paid);
    expect(await changes.next()).toMatchObject({
      orderChanged: { kind: "UPDATED", order: { status: "PAID" }, previous: { status: "PLACED" } },
    });
    await topics.putOrder("o1", null);
    expect(await changes.next()).toEqual({
      orderChanged: { kind: "LEFT", order: null, previous: { status: "PAID" } },
    });
  });

  test("T1: is not ready while a topic is missing, and is once it is there", async () => {
    await using topics = await ShopTopics.choose(kafka.client);
    await topics.createOrders();
    await using gateway = await SpawnedGateway.start({ sdl: topics.sdl, bootstrap: kafka.shared.bootstrap });
    await gateway.untilPhase("Order", "LIVE");
    const missing = await gateway.untilView("Customer", "to miss its topic", ({ reason }) => reason !== null);
    expect(missing.reason).toContain(topics.customers);
    expect(await gateway.readiness()).toMatchObject({
      status: 503,
      text: expect.not.stringContaining(topics.customers),
    });
    await topics.createCustomers();
    expect(await gateway.untilReady()).toMatchObject({ text: "ready\nOrder: live\nCustomer: live\n" });
  });

  test("counts what it holds in its metrics", async () => {
    await using topics = await ShopTopics.create(kafka.client);
    await topics.putOrder("o1", placed);
    await topics.putOrder("o2", placed);
    await topics.putOrder("o2", null);
    await using gateway = await start(topics);
    const metrics = (await gateway.metrics()).split("\n");
    expect(metrics).toEqual(
      expect.arrayContaining([
        'tailwater_view_entities{view="Order"} 1',
        'tailwater_view_records_applied{view="Order"} 3',
        'tailwater_view_tombstones{view="Order"} 1',
        'tailwater_view_lag_records{view="Order",partition="0"} 0',
        'tailwater_view_lag_records{view="Order",partition="1"} 0',
        'tailwater_view_phase{view="Order",phase="LIVE"} 1',
      ]),
    );
  });

  test("T2: pushes what it has, completes subscriptions and exits with 0 on SIGTERM", async () => {
    await using topics = await ShopTopics.create(kafka.client);
    await using gateway = await start(topics);
    const changes = await gateway.subscribe(orderChanges, "Order");
    await topics.putOrder("o1", placed);
    await gateway.untilView("Order", "to have the order", ({ entities }) => entities === 1);
    const exitCode = gateway.terminate();
    expect(await changes.next()).toMatchObject({ ordersChanged: { changes: [{ kind: "ENTERED", id: "o1" }] } });
    expect(await changes.next()).toBeUndefined();
    expect(await exitCode).toBe(0);
  });

  describe("that is away for a while", () => {
    let broker: KafkaBroker;
    let client: KafkaClient;

    beforeAll(async () => {
      broker = await KafkaBroker.start();
      client = new KafkaClient(kafka.driver, broker.bootstrap);
    });
    afterAll(() => broker?.dispose());

    test("T1: is STALE while the broker is frozen and answers on, and LIVE again once it is thawed", async () => {
      await using topics = await ShopTopics.create(client);
      await topics.putOrder("o1", placed);
      await using gateway = await start(topics, broker.bootstrap);
      await broker.freeze();
      try {
        expect((await gateway.untilPhase("Order", "STALE")).reason).toContain("broker");
        expect(await gateway.query(everyOrder)).toEqual({ orders: { nodes: [{ id: "o1", status: "PLACED" }] } });
        expect(await gateway.readiness()).toMatchObject({ status: 200, text: expect.stringContaining("Order: stale") });
      } finally {
        await broker.thaw();
      }
      await topics.putOrder("o1", paid);
      await gateway.untilView(
        "Order",
        "to follow again",
        ({ phase, recordsApplied }) => phase === "LIVE" && recordsApplied === 2,
      );
      expect(await gateway.query(everyOrder)).toEqual({ orders: { nodes: [{ id: "o1", status: "PAID" }] } });
    });

    test("L3: follows a broker that was stopped and restarted, and subscribers get what was written then", async () => {
      await using topics = await ShopTopics.create(client);
      await topics.putOrder("o1", placed);
      await using gateway = await start(topics, broker.bootstrap);
      const changes = await gateway.subscribe(orderChanges, "Order");
      await broker.stop();
      await gateway.untilPhase("Order", "STALE");
      await broker.restart();
      await topics.putOrder("o1", paid);
      await topics.putOrder("o2", placed);
      expect(await foldChanges(changes, [["o1", "PLACED"]], 2)).toEqual(
        new Map([
          ["o1", "PAID"],
          ["o2", "PLACED"],
        ]),
      );
      expect(await gateway.untilPhase("Order", "LIVE")).toMatchObject({ generation: 1, recordsApplied: 3 });
    });

    test("T2: exits with 0 on SIGTERM while the broker does not answer", async () => {
      await using topics = await ShopTopics.create(client);
      await using gateway = await start(topics, broker.bootstrap);
      await broker.freeze();
      try {
        expect(await gateway.terminate()).toBe(0);
      } finally {
        await broker.thaw();
      }
    });
  });

  describe("that it cannot reach for a while", () => {
    let proxy: FaultProxy;
    const proxied = () => `127.0.0.1:${kafka.shared.advertisedProxyPort}`;

    beforeAll(async () => {
      const { advertisedProxyPort, proxiedPort } = kafka.shared;
      proxy = await FaultProxy.listen({ port: advertisedProxyPort, targetPort: proxiedPort });
    });
    afterAll(() => proxy?.close());

    test("L3: subscribers get what changed meanwhile, each record counted once", async () => {
      await using topics = await ShopTopics.create(kafka.client);
      for (const id of ["kept", "changed", "deleted"]) await topics.putOrder(id, placed);
      await using gateway = await start(topics, proxied());
      const changes = await gateway.subscribe(orderChanges, "Order");
      proxy.refuse();
      await gateway.untilPhase("Order", "STALE");
      for (const order of [paid, placed, paid]) await topics.putOrder("changed", order);
      await topics.putOrder("deleted", null);
      await topics.putOrder("new", placed);
      proxy.heal();
      const before = ["kept", "changed", "deleted"].map((id): [string, string] => [id, "PLACED"]);
      expect(await foldChanges(changes, before, 5)).toEqual(
        new Map([
          ["kept", "PLACED"],
          ["changed", "PAID"],
          ["new", "PLACED"],
        ]),
      );
    });

    test("serves the old view while its topic is away, and publishes the difference to the topic re-created", async () => {
      await using topics = await ShopTopics.create(kafka.client);
      // An entity with another time of writing would be another entity.
      const at = { timestamp: 1_700_000_000_000 };
      for (const id of ["kept", "changed", "deleted"]) await topics.putOrder(id, placed, at);
      await using gateway = await start(topics, proxied());
      const changes = await gateway.subscribe(orderChanges, "Order");
      await topics.deleteOrders();
      expect((await gateway.untilPhase("Order", "STALE")).reason).toContain(topics.orders);
      const nodes = ["changed", "deleted", "kept"].map((id) => ({ id, status: "PLACED" }));
      expect(await gateway.query(everyOrder)).toEqual({ orders: { nodes } });
      // Cut off until the new topic is full, so that there is one step from the old to the new, which can be told.
      proxy.refuse();
      await topics.recreateOrders();
      await topics.putOrder("kept", placed, at);
      await topics.putOrder("changed", paid, at);
      await topics.putOrder("new", placed);
      proxy.heal();
      const { ordersChanged } = (await changes.next()) as OrderChanges; // the fields that were asked for
      expect(ordersChanged.changes.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual([
        "ENTERED new",
        "LEFT deleted",
        "UPDATED changed",
      ]);
      expect(await gateway.untilPhase("Order", "LIVE")).toMatchObject({ generation: 2, entities: 3 });
    });
  });
});

/** What a list has become once changes that stand for so many records have come: id → status. */
async function foldChanges(
  changes: Subscriber,
  before: ReadonlyArray<readonly [string, string]>,
  records: number,
): Promise<ReadonlyMap<string, string>> {
  const list = new Map(before);
  let merged = 0;
  while (merged < records) {
    const { ordersChanged } = (await changes.next()) as OrderChanges; // the fields that were asked for
    for (const change of ordersChanged.changes) {
      merged += change.merged;
      if (change.order === null) list.delete(change.id);
      else list.set(change.id, change.order.status);
    }
  }
  return list;
}
