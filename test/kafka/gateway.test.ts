import { expect, test } from "vitest";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { paid, placed, ShopTopics } from "./kit/shop-topics.ts";
import { SpawnedGateway } from "./kit/spawned-gateway.ts";

const alice = { name: "Alice" };
const orderChanges = "subscription { ordersChanged { changes { kind id order { status } merged } } }";

describeOnKafka("a gateway on a broker", (kafka) => {
  const start = (topics: ShopTopics) =>
    SpawnedGateway.startLive({ sdl: topics.sdl, bootstrap: kafka.shared.bootstrap });

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
});
