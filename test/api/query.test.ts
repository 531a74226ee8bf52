import { afterEach, describe, expect, test } from "vitest";
import { findTailwaterError } from "../../src/api/client-errors.ts";
import { encodeCursor, makeCursorScope } from "../../src/api/cursor.ts";
import type { Variables, World } from "./kit/open-world.ts";
import { customer, openShop, order, ordersTopic, tombstone } from "./kit/shop.ts";

let world: World;
afterEach(() => world.close());

function dataOf(text: string, variables: Variables = {}): unknown {
  const { data, errors } = world.query(text, variables);
  if (errors !== undefined) throw errors[0];
  return data;
}

function codeOf(text: string, variables: Variables = {}): string | undefined {
  return findTailwaterError(world.query(text, variables).errors?.[0])?.code;
}

describe("order(id)", () => {
  test("gives every field of the author's, in JSON's forms", async () => {
    const lines = [{ sku: "a", quantity: 2, price: 0.5 }];
    world = await openShop();
    await world.append(ordersTopic, [
      {
        ...order("7", { total: 12.5, lines, tags: ["x", "y"], shipping: { address: { city: "Wien" } } }),
        headers: [["trace-id", "t-1"]],
        timestamp: 1_700_000_000_123,
      },
    ]);
    expect(
      dataOf(
        '{ order(id: "7") { __typename id status total placedAt city traceId writtenAt customerId lines { sku quantity price } tags } }',
      ),
    ).toEqual({
      order: {
        __typename: "Order",
        id: "7",
        status: "PLACED",
        total: 12.5,
        placedAt: "2026-01-31T12:00:00.000Z",
        city: "Wien",
        traceId: "t-1",
        writtenAt: "2023-11-14T22:13:20.123Z",
        customerId: "c1",
        lines,
        tags: ["x", "y"],
      },
    });
  });

  test("is null where there is none, and after a tombstone", async () => {
    world = await openShop({ orders: [order("7"), tombstone("7")] });
    expect(dataOf('{ seven: order(id: "7") { id } eight: order(id: "8") { id } }')).toEqual({
      seven: null,
      eight: null,
    });
  });

  test("takes an integer as id", async () => {
    world = await openShop({ orders: [order("7")] });
    expect(
      dataOf("query ($id: ID!) { literal: order(id: 7) { id } variable: order(id: $id) { id } }", { id: 7 }),
    ).toEqual({
      literal: { id: "7" },
      variable: { id: "7" },
    });
  });
});

describe("ordersByIds(ids)", () => {
  test("answers in the order asked, null where there is none, twice where asked twice", async () => {
    world = await openShop({ orders: [order("1"), order("2")] });
    expect(dataOf('{ ordersByIds(ids: ["2", "9", "1", "2"]) { id } }')).toEqual({
      ordersByIds: [{ id: "2" }, null, { id: "1" }, { id: "2" }],
    });
  });

  test("refuses more ids than allowed, naming the limit", async () => {
    world = await openShop();
    const { errors } = world.query('{ ordersByIds(ids: ["1", "2", "3"]) { id } }', {}, { maxIds: 2 });
    expect(errors?.[0]?.message).toBe(
      "Expected at most 2 `ids`, found 3; ask in several operations, or the operator of this gateway can raise `limits.maxIds`.",
    );
  });
});

describe("orders", () => {
  test("gives edges, nodes, pageInfo and totalCount in key order, which is text order", async () => {
    world = await openShop({ orders: ["9", "10", "1"].map((key) => order(key)) });
    const cursors = ["1", "10", "9"].map((key) => encodeCursor(makeCursorScope("Order", "key"), key));
    expect(
      dataOf(
        "{ orders { totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
      ),
    ).toEqual({
      orders: {
        totalCount: 3,
        nodes: [{ id: "1" }, { id: "10" }, { id: "9" }],
        edges: ["1", "10", "9"].map((id, at) => ({ cursor: cursors[at], node: { id } })),
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: cursors[0], endCursor: cursors[2] },
      },
    });
  });

  test("is an empty page of an empty view", async () => {
    world = await openShop();
    expect(
      dataOf("{ orders { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"),
    ).toEqual({
      orders: {
        totalCount: 0,
        nodes: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      },
    });
  });

  test("gives 50 without first and last", async () => {
    world = await openShop({ orders: Array.from({ length: 60 }, (_, at) => order(String(100 + at))) });
    const data = dataOf("{ orders { nodes { id } pageInfo { hasNextPage } } }");
    expect(data).toMatchObject({ orders: { pageInfo: { hasNextPage: true } } });
    expect(data).toHaveProperty("orders.nodes.length", 50);
  });

  test("with first: 0 says whether there is anything, and reads nothing", async () => {
    world = await openShop({ orders: [order("1")] });
    const { data, errors } = world.query(
      "{ orders(first: 0) { nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }",
      {},
      { maxOutputEntities: 0 },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      orders: { nodes: [], pageInfo: { hasNextPage: true, hasPreviousPage: false, endCursor: null } },
    });
  });

  test.each([
    ["first with last", "first: 1, last: 1", "BAD_USER_INPUT"],
    ["a negative first", "first: -1", "BAD_USER_INPUT"],
    ["a negative last", "last: -1", "BAD_USER_INPUT"],
    ["more than 1,000", "first: 1001", "BAD_USER_INPUT"],
    ["an after that is no cursor", 'after: "7"', "CURSOR_INVALID"],
    ["a before that is no cursor", 'before: ""', "CURSOR_INVALID"],
    ["a cursor of another view", `after: "${encodeCursor(makeCursorScope("Customer", "key"), "1")}"`, "CURSOR_INVALID"],
  ])("refuses %s", async (_what, args, code) => {
    world = await openShop({ orders: [order("1")] });
    expect(codeOf(`{ orders(${args}) { totalCount } }`)).toBe(code);
  });

  test("takes null for an argument that is not given", async () => {
    world = await openShop({ orders: [order("1")] });
    expect(dataOf("{ orders(first: null, last: 1, after: null, before: null) { nodes { id } } }")).toEqual({
      orders: { nodes: [{ id: "1" }] },
    });
  });

  test("goes on after an entity that is gone", async () => {
    world = await openShop({ orders: ["1", "2", "3"].map((key) => order(key)) });
    const after = encodeCursor(makeCursorScope("Order", "key"), "2");
    await world.append(ordersTopic, [tombstone("2")]);
    expect(
      dataOf("query ($after: String) { orders(after: $after) { nodes { id } pageInfo { hasPreviousPage } } }", {
        after,
      }),
    ).toEqual({ orders: { nodes: [{ id: "3" }], pageInfo: { hasPreviousPage: true } } });
  });
});

describe("joins", () => {
  test("to one give the other entity, null where it is missing", async () => {
    world = await openShop({
      orders: [order("1", { customerId: "c1" }), order("2", { customerId: "gone" })],
      customers: [customer("c1", "Ada")],
    });
    expect(dataOf("{ orders { nodes { id customer { id name } } } }")).toEqual({
      orders: {
        nodes: [
          { id: "1", customer: { id: "c1", name: "Ada" } },
          { id: "2", customer: null },
        ],
      },
    });
  });

  test("to many are connections in key order with a count of their own", async () => {
    world = await openShop({
      orders: [order("2"), order("3", { customerId: "c2" }), order("1")],
      customers: [customer("c1"), customer("c2"), customer("c3")],
    });
    expect(
      dataOf("{ customers { nodes { id orders(first: 1) { totalCount nodes { id } pageInfo { hasNextPage } } } } }"),
    ).toEqual({
      customers: {
        nodes: [
          { id: "c1", orders: { totalCount: 2, nodes: [{ id: "1" }], pageInfo: { hasNextPage: true } } },
          { id: "c2", orders: { totalCount: 1, nodes: [{ id: "3" }], pageInfo: { hasNextPage: false } } },
          { id: "c3", orders: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } } },
        ],
      },
    });
  });

  test("follow an entity that changes its partner", async () => {
    world = await openShop({ orders: [order("1")], customers: [customer("c1"), customer("c2")] });
    await world.append(ordersTopic, [order("1", { customerId: "c2" })]);
    expect(dataOf("{ customers { nodes { id orders { nodes { id customer { id } } } } } }")).toEqual({
      customers: {
        nodes: [
          { id: "c1", orders: { nodes: [] } },
          { id: "c2", orders: { nodes: [{ id: "1", customer: { id: "c2" } }] } },
        ],
      },
    });
  });
});
