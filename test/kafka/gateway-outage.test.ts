import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KafkaBroker } from "./kit/broker.ts";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { FaultProxy } from "./kit/fault-proxy.ts";
import { KafkaClient } from "./kit/kafka-client.ts";
import { paid, placed, ShopTopics } from "./kit/shop-topics.ts";
import { SpawnedGateway } from "./kit/spawned-gateway.ts";
import type { Subscriber } from "./kit/subscriber.ts";

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

describeOnKafka("a gateway whose broker", (kafka) => {
  const start = (topics: ShopTopics, bootstrap: string) => SpawnedGateway.startLive({ sdl: topics.sdl, bootstrap });

  describe("is away for a while", () => {
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

  describe("cannot be reached for a while", () => {
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
