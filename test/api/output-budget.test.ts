import { type ExecutionResult, GraphQLError } from "graphql";
import { afterEach, describe, expect, test } from "vitest";
import { findTailwaterError } from "../../src/api/client-errors.ts";
import { completeResult } from "../../src/api/complete-result.ts";
import { defineView } from "../support/view-definitions.ts";
import { openWorld, type World } from "./kit/open-world.ts";
import { customer, openShop, order, ordersTopic } from "./kit/shop.ts";

let world: World;
afterEach(() => world.close());

function expectTooCostly(result: ExecutionResult, message: RegExp): void {
  expect(result.data).toBeNull();
  expect(result.errors).toHaveLength(1);
  expect(result.errors?.[0]?.message).toMatch(message);
  expect(result.errors?.[0]?.path).toBeUndefined();
  expect(findTailwaterError(result.errors?.[0])?.code).toBe("QUERY_TOO_COSTLY");
}

const many = Array.from({ length: 40 }, (_, at) => order(`o${at}`));

describe("the output budget", () => {
  test("allows exactly as many entities as it says", async () => {
    world = await openShop({ orders: many });
    expect(world.query("{ orders(first: 40) { nodes { id } } }", {}, { maxOutputEntities: 40 }).errors).toBeUndefined();
  });

  test("gives no data and one error that says which limit, how much and what to do", async () => {
    world = await openShop({ orders: many });
    expectTooCostly(
      world.query("{ orders(first: 40) { nodes { id } } }", {}, { maxOutputEntities: 39 }),
      /^Expected at most 39 entities in one response, reached 40; ask for smaller pages or fewer fields, or the operator of this gateway can raise `limits.maxOutputEntities`\.$/,
    );
  });

  test("stops joined pages of pages early, whatever is nullable on the way", async () => {
    world = await openShop({ orders: many, customers: [customer("c1")] });
    const pages = "orders(first: 40) { nodes { city customer { email ";
    const text = `{ ${pages.repeat(4)} ${"} } }".repeat(4)} }`;
    expectTooCostly(world.query(text, {}, { maxOutputEntities: 1_000 }), /reached 10\d\d;/);
  });

  test("counts entities of lists that are put out again under another name", async () => {
    world = await openShop({ orders: many });
    const text = "{ orders(first: 40) { a: nodes { id } b: nodes { id } edges { node { id } } } }";
    expect(world.query(text, {}, { maxOutputEntities: 120 }).errors).toBeUndefined();
    expectTooCostly(world.query(text, {}, { maxOutputEntities: 119 }), /reached 120/);
  });

  test("counts entities of pages of which only pageInfo is asked", async () => {
    world = await openShop({ orders: many });
    const text = "{ orders(first: 40) { pageInfo { endCursor } } }";
    expectTooCostly(world.query(text, {}, { maxOutputEntities: 39 }), /reached 40/);
  });

  test("counts ids asked for and entities joined", async () => {
    world = await openShop({ orders: many, customers: [customer("c1")] });
    const text = '{ ordersByIds(ids: ["o1", "o2", "none"]) { customer { id } } }';
    expect(world.query(text, {}, { maxOutputEntities: 4 }).errors).toBeUndefined();
    expectTooCostly(world.query(text, {}, { maxOutputEntities: 3 }), /reached 4/);
  });

  test.each([
    ["nodes", "{ orders(first: 40) { nodes { id status total placedAt lines { sku } tags customer { name } } } }"],
    ["edges", "{ orders(first: 40) { edges { cursor node { id } } pageInfo { startCursor hasNextPage } totalCount } }"],
    ["long aliases", `{ orders(first: 40) { nodes { ${"a".repeat(500)}: id } } }`],
    [
      "__typename",
      `{ orders(first: 40) { nodes { ${Array.from({ length: 50 }, (_, at) => `t${at}: __typename`).join(" ")} } } }`,
    ],
    [
      "fragments",
      "{ orders(first: 40) { ...C } } fragment C on OrderConnection { nodes { ... { id ...O } } } fragment O on Order { status }",
    ],
  ])("counts about as many bytes as the response has: %s", async (_what, text) => {
    world = await openShop({ orders: many, customers: [customer("c1")] });
    const { data } = world.query(text);
    const bytes = Buffer.byteLength(JSON.stringify(data));
    expect(world.query(text, {}, { maxOutputBytes: bytes * 2 }).errors).toBeUndefined();
    expectTooCostly(world.query(text, {}, { maxOutputBytes: Math.floor(bytes * 0.8) }), /bytes in one response/);
  });

  test("counts the bytes of texts, lists, embedded values and JSON", async () => {
    const fields = { text: "String", json: "JSON", texts: "[String!]", parts: "[Part!]" };
    const embedded = { Part: { name: "String" } };
    world = await openWorld({ definitions: [defineView({ name: "Thing", topic: "things", fields, embedded })] });
    const long = "ä".repeat(5_000);
    const values = [{ text: long }, { json: { a: [{ b: long }] } }, { texts: [long] }, { parts: [{ name: long }] }];
    await world.append(
      "things",
      values.map((value, at) => ({ key: String(at), value: JSON.stringify(value) })),
    );
    for (const key of values.keys()) {
      const text = `{ thing(id: "${key}") { text json texts parts { name } } }`;
      expectTooCostly(world.query(text, {}, { maxOutputBytes: 8_000 }), /bytes in one response/);
    }
  });

  test("F6: begins anew with each event of a subscription, and ends it with one that is too much", async () => {
    world = await openShop({ orders: many });
    const events = await world.subscribe(
      "subscription { ordersChanged { changes { order { id } } } }",
      {},
      { maxOutputEntities: 3 },
    );
    const eventOf = async (...keys: readonly string[]): Promise<ExecutionResult> => {
      const next = events.next().then(
        ({ value }) => value as ExecutionResult, // it is not done
        (error: GraphQLError) => ({ data: null, errors: [error] }),
      );
      await world.append(
        ordersTopic,
        keys.map((key) => order(key)),
      );
      return next;
    };
    expect([(await eventOf("a", "b")).errors, (await eventOf("c", "d")).errors]).toEqual([undefined, undefined]);
    expectTooCostly(await eventOf("e", "f", "g", "h"), /reached 4/);
    expect(world.views.get("Order")?.status().subscribers).toBe(0);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe("completeResult", () => {
  test("gives a formatted error where errors are formatted already", async () => {
    world = await openShop({ orders: many });
    const context = world.context({ maxOutputEntities: 0 });
    expect(() => context.budget.takeEntities(1)).toThrow(GraphQLError);
    const errors = [{ message: "formatted", path: [] }];
    expect(completeResult({ data: { orders: null }, errors }, context)).toEqual({
      data: null,
      errors: [{ message: context.budget.exceeded?.message, extensions: { code: "QUERY_TOO_COSTLY" } }],
    });
  });
});
