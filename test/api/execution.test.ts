import { execute, parse } from "graphql";
import { afterEach, describe, expect, test } from "vitest";
import { findTailwaterError } from "../../src/api/client-errors.ts";
import { describePosition } from "../../src/api/position-description.ts";
import { openWorld, type World } from "./kit/open-world.ts";
import { customer, customersTopic, openShop, order, ordersTopic, shopDefinitions } from "./kit/shop.ts";

let world: World;
afterEach(() => world.close());

describe("an execution", () => {
  const deep = "{ orders { nodes { id customer { orders { nodes { customer { name } } } } } } }";

  test("G1: is synchronous, joins included: execute gives a plain value", async () => {
    world = await openShop({ orders: [order("1")], customers: [customer("c1")] });
    const result = execute({ schema: world.schema, document: parse(deep), contextValue: world.context() });
    expect(result).not.toHaveProperty("then");
    expect(result).toHaveProperty("data.orders.nodes.length", 1);
  });

  test("G1: reads every view at the moment it runs, not when its context was made", async () => {
    world = await openShop({ orders: [order("1")], customers: [customer("c1", "Ada")] });
    const contextValue = world.context();
    await world.append(customersTopic, [customer("c1", "Grace")]);
    expect(execute({ schema: world.schema, document: parse(deep), contextValue })).toMatchObject({
      data: { orders: { nodes: [{ customer: { orders: { nodes: [{ customer: { name: "Grace" } }] } } }] } },
    });
  });

  test("says VIEW_NOT_READY while a view it reads is not complete, and does not name the topic", async () => {
    world = await openWorld({ definitions: shopDefinitions, isRunning: false });
    const [error] = world.query("{ orders { totalCount } }").errors ?? [];
    expect(findTailwaterError(error)?.code).toBe("VIEW_NOT_READY");
    expect(error?.message).toContain("Order");
    expect(error?.message).not.toContain("shop.orders");
  });
});

describe("extensions.position", () => {
  function positionOf(text: string): string {
    const { position } = world.query(text).extensions ?? {};
    return String(position);
  }

  test("names the views that were read, and no other", async () => {
    world = await openShop({ orders: [order("1")], customers: [customer("c1")] });
    const namesOf = (text: string) => describePosition(positionOf(text)).views.map(({ view }) => view);
    expect(namesOf("{ orders { totalCount } }")).toEqual(["Order"]);
    expect(namesOf('{ customer(id: "nobody") { id } }')).toEqual(["Customer"]);
    expect(namesOf("{ orders { nodes { customer { id } } } }")).toEqual(["Customer", "Order"]);
  });

  test("is absent when no view was read", async () => {
    world = await openShop();
    expect(world.query("{ __typename }").extensions).toBeUndefined();
  });

  test("says the next offset of each partition", async () => {
    world = await openShop({ orders: [order("1"), order("2")] });
    expect(describePosition(positionOf("{ orders { totalCount } }")).views[0]?.positions).toEqual({ "0": 2 });
  });

  test("is one text while nothing changes within a minute, another after a record", async () => {
    world = await openShop({ orders: [order("1")] });
    const first = positionOf("{ orders { totalCount } }");
    expect(positionOf('{ order(id: "1") { id } }')).toBe(first);
    await world.append(ordersTopic, [order("1")]);
    const second = positionOf("{ orders { totalCount } }");
    expect(second).not.toBe(first);
    world.clock.advance(60_000);
    expect(positionOf("{ orders { totalCount } }")).not.toBe(second);
  });

  test("G3: names no topic", async () => {
    world = await openShop({ orders: [order("1")] });
    const bytes = Buffer.from(positionOf("{ orders { totalCount } }"), "base64url");
    expect(bytes.toString("latin1")).not.toContain("shop");
  });
});
