import { execute, parse } from "graphql";
import { afterEach, describe, expect, test } from "vitest";
import { findTailwaterError } from "../../src/api/client-errors.ts";
import { describePosition } from "../../src/api/position-description.ts";
import { nextMacrotask } from "../../src/base/event-loop.ts";
import { defaultViewOptions } from "../../src/view/view-options.ts";
import { openWorld, type World } from "./kit/open-world.ts";
import { customer, customersTopic, openShop, order, ordersTopic, shopDefinitions, tombstone } from "./kit/shop.ts";

let world: World;
afterEach(() => world.close());

const changesOfOrders =
  "subscription { ordersChanged { reset complete changes { kind id order { id total } previous { total } merged } } }";
const changesOfOrder =
  "subscription ($id: ID!) { orderChanged(id: $id) { kind id order { total customer { name } } previous { total } merged position } }";

describe("ordersChanged", () => {
  test("sends one message for each step: ENTERED, UPDATED, LEFT with images before and after", async () => {
    world = await openShop({ orders: [order("1", { total: 1 }), order("2", { total: 2 })] });
    const events = await world.subscribe(changesOfOrders);
    const next = events.next();
    await world.append(ordersTopic, [order("3", { total: 3 }), order("1", { total: 10 }), tombstone("2")]);
    expect((await next).value.data).toEqual({
      ordersChanged: {
        reset: false,
        complete: true,
        changes: [
          { kind: "ENTERED", id: "3", order: { id: "3", total: 3 }, previous: null, merged: 1 },
          { kind: "UPDATED", id: "1", order: { id: "1", total: 10 }, previous: { total: 1 }, merged: 1 },
          { kind: "LEFT", id: "2", order: null, previous: { total: 2 }, merged: 1 },
        ],
      },
    });
    await events.return?.();
  });

  test("merges what nobody took, and says how many records it stands for", async () => {
    world = await openShop({ orders: [order("1", { total: 1 })] });
    const events = await world.subscribe(changesOfOrders);
    const first = events.next();
    await world.append(ordersTopic, [order("2")]);
    await first;
    for (const total of [2, 3, 4]) await world.append(ordersTopic, [order("1", { total })]);
    await world.append(ordersTopic, [order("9"), tombstone("9")]);
    expect((await events.next()).value.data).toEqual({
      ordersChanged: {
        reset: false,
        complete: true,
        changes: [{ kind: "UPDATED", id: "1", order: { id: "1", total: 4 }, previous: { total: 1 }, merged: 3 }],
      },
    });
    await events.return?.();
  });

  test("from: NOW misses nothing that is applied after the operation has started", async () => {
    world = await openShop();
    const events = await world.subscribe("subscription { ordersChanged(from: NOW) { changes { id } } }");
    const next = events.next();
    await world.append(ordersTopic, [order("1")]);
    expect((await next).value.data).toEqual({ ordersChanged: { changes: [{ id: "1" }] } });
    await events.return?.();
  });

  test("F3: leaves nothing behind after return(), also while next() is pending", async () => {
    world = await openShop();
    const events = await world.subscribe(changesOfOrders);
    const next = events.next();
    await nextMacrotask();
    expect(world.views.get("Order")?.status().subscribers).toBe(1);
    await events.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(world.views.get("Order")?.status().subscribers).toBe(0);
  });

  test("leaves nothing behind when it is dropped before its first next()", async () => {
    world = await openShop();
    await world.subscribe(changesOfOrders);
    expect(world.views.get("Order")?.status().subscribers).toBe(0);
  });

  test("ends with SUBSCRIBER_TOO_SLOW when more keys wait than one subscriber may have", async () => {
    world = await openShop();
    const events = await world.subscribe(changesOfOrders);
    const first = events.next();
    await world.append(ordersTopic, [order("first")]);
    await first;
    await world.append(
      ordersTopic,
      Array.from({ length: defaultViewOptions.maxPendingKeys + 1 }, (_, at) => order(String(at))),
    );
    const error = await events.next().catch((thrown: unknown) => thrown);
    expect(findTailwaterError(error)?.code).toBe("SUBSCRIBER_TOO_SLOW");
    expect(world.views.get("Order")?.status().subscribers).toBe(0);
  });

  test("ends when the gateway stops", async () => {
    world = await openShop();
    const events = await world.subscribe(changesOfOrders);
    const next = events.next();
    await nextMacrotask();
    await world.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test("is refused while the view is not complete", async () => {
    world = await openWorld({ definitions: shopDefinitions, isRunning: false });
    const error = await world.subscribe(changesOfOrders).catch((thrown: unknown) => thrown);
    expect(findTailwaterError(error)?.code).toBe("VIEW_NOT_READY");
  });
});

describe("orderChanged", () => {
  test("sends the changes of that entity only, from before it exists until after it is gone", async () => {
    world = await openShop({ customers: [customer("c1", "Ada")] });
    const events = await world.subscribe(changesOfOrder, { id: "7" });
    const seen: unknown[] = [];
    for (const record of [order("7", { total: 1 }), order("7", { total: 2 }), tombstone("7")]) {
      const next = events.next();
      await world.append(ordersTopic, [order("8"), record]);
      const { orderChanged } = (await next).value.data ?? {};
      seen.push(orderChanged);
    }
    expect(seen).toMatchObject([
      { kind: "ENTERED", id: "7", order: { total: 1, customer: { name: "Ada" } }, previous: null },
      { kind: "UPDATED", id: "7", order: { total: 2 }, previous: { total: 1 } },
      { kind: "LEFT", id: "7", order: null, previous: { total: 2 } },
    ]);
    await events.return?.();
  });

  test("joins at the present cut of each event", async () => {
    world = await openShop({ customers: [customer("c1", "Ada")] });
    const events = await world.subscribe(changesOfOrder, { id: "7" });
    const names: unknown[] = [];
    for (const name of ["Grace", "Barbara"]) {
      await world.append(customersTopic, [customer("c1", name)]);
      const next = events.next();
      await world.append(ordersTopic, [order("7")]);
      names.push((await next).value.data);
    }
    expect(names).toMatchObject([
      { orderChanged: { order: { customer: { name: "Grace" } } } },
      { orderChanged: { order: { customer: { name: "Barbara" } } } },
    ]);
    await events.return?.();
  });
});

describe("positions of events", () => {
  test("stand after the step, in the payload for the view, in extensions with the joined views too", async () => {
    world = await openShop({ orders: [order("7")], customers: [customer("c1")] });
    const events = await world.subscribe(changesOfOrder, { id: "7" });
    const next = events.next();
    await world.append(ordersTopic, [order("7")]);
    const { data, extensions } = (await next).value;
    const inPayload = describePosition(data.orderChanged.position);
    const inExtensions = describePosition(extensions.position);
    expect(inPayload.views.map(({ view, positions }) => [view, positions])).toEqual([["Order", { "0": 2 }]]);
    expect(inExtensions.views.map(({ view, positions }) => [view, positions])).toEqual([
      ["Customer", { "0": 1 }],
      ["Order", { "0": 2 }],
    ]);
    await events.return?.();
  });

  test("are the same in the change set, its changes and extensions, and as a query at that moment gives", async () => {
    world = await openShop();
    const events = await world.subscribe("subscription { ordersChanged { position changes { position } } }");
    const next = events.next();
    await world.append(ordersTopic, [order("1"), order("2")]);
    const { data, extensions } = (await next).value;
    const { position } = world.query("{ orders { totalCount } }").extensions ?? {};
    expect(data).toEqual({ ordersChanged: { position, changes: [{ position }, { position }] } });
    expect(extensions).toEqual({ position });
    await events.return?.();
  });
});

describe("a subscription over HTTP", () => {
  test("is refused with what to do", async () => {
    world = await openShop();
    const contextValue = world.context();
    const result = execute({ schema: world.schema, document: parse(changesOfOrders), contextValue });
    const error = "errors" in result ? result.errors?.[0] : undefined;
    expect(findTailwaterError(error)?.code).toBe("BAD_USER_INPUT");
    expect(error?.message).toMatch(/connect a WebSocket to the same path/);
  });
});
