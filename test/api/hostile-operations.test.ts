import { type ExecutionResult, execute, parse } from "graphql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ApiLimits } from "../../src/api/limits.ts";
import { defaultApiLimits } from "../../src/api/limits.ts";
import { createOperationContext } from "../../src/api/operation-context.ts";
import { countReads } from "./kit/count-reads.ts";
import type { World } from "./kit/open-world.ts";
import { customer, openShop, order } from "./kit/shop.ts";

const orderCount = 100;
const customerCount = 10;
let world: World;
beforeEach(async () => {
  world = await openShop({
    orders: Array.from({ length: orderCount }, (_, at) => order(`o${at}`, { customerId: `c${at % customerCount}` })),
    customers: Array.from({ length: customerCount }, (_, at) => customer(`c${at}`)),
  });
});
afterEach(() => world.close());

const repeat = (times: number, make: (at: number) => string) =>
  Array.from({ length: times }, (_, at) => make(at)).join(" ");

/** Executes, and tells what was read until it was answered or refused. Errors are those that graphql had to collect. */
function run(text: string, limits: Partial<ApiLimits>, variableValues: Record<string, unknown> = {}) {
  const { views, counts } = countReads(world.views);
  const contextValue = createOperationContext({
    views,
    clock: world.clock,
    limits: { ...defaultApiLimits, ...limits },
  });
  // Queries are synchronous (G1), so this is no promise.
  const { errors = [] } = execute({
    schema: world.schema,
    document: parse(text),
    variableValues,
    contextValue,
  }) as ExecutionResult;
  return { ...counts, errors, refusal: contextValue.budget.exceeded?.message };
}

describe("an operation that asks for more than a response may hold", () => {
  test.each([
    ["many aliases", `{ ${repeat(200, (at) => `a${at}: orders(first: 100) { nodes { city } }`)} }`],
    ["many aliases of edges", `{ ${repeat(200, (at) => `a${at}: orders(last: 100) { edges { node { city } } }`)} }`],
    ["one page under many names", `{ orders(first: 100) { ${repeat(200, (at) => `a${at}: nodes { city }`)} } }`],
    ["the default page", `{ ${repeat(300, (at) => `a${at}: orders { nodes { city } }`)} }`],
    ["a variable", `query ($n: Int = 100) { ${repeat(200, (at) => `a${at}: orders(first: $n) { nodes { city } }`)} }`],
    [
      "fragments",
      `{ ...A ... { ...B } } ${["A", "B"].map((name) => `fragment ${name} on Query { ${repeat(60, (at) => `${name}${at}: orders(first: 100) { ...C } `)} }`).join(" ")} fragment C on OrderConnection { nodes { city } }`,
    ],
  ])("is refused before any entity is read: %s", (_what, text) => {
    const { rows, values, refusal, errors } = run(text, { maxOutputEntities: 10_000 });
    expect({ rows, values, errors: errors.length }).toEqual({ rows: 0, values: 0, errors: 1 });
    expect(refusal).toMatch(/^Expected at most 10000 entities in one response, reached (12000|15000|20000);/);
  });

  test("is refused for its fields before any entity is read", () => {
    const text = `{ a: orders(first: 100) { nodes { ${repeat(30, (at) => `x${at}: city`)} } } b: orders(first: 100) { edges { cursor node { id city } } } }`;
    expect(run(text, { maxOutputFields: 3_399 })).toMatchObject({
      rows: 0,
      values: 0,
      refusal:
        "Expected at most 3399 fields in one response, reached 3400; ask for smaller pages or fewer fields, or the operator of this gateway can raise `limits.maxOutputFields`.",
    });
    expect(run(text, { maxOutputFields: 3_500 }).refusal).toBeUndefined();
  });

  test("that only reading can tell is refused before a field of the page that is too much is read", () => {
    const text = `{ customers(first: 10) { nodes { orders(first: 100) { nodes { ${repeat(20, (at) => `x${at}: city`)} } } } } }`;
    const { rows, values, errors } = run(text, { maxOutputFields: 500 });
    expect({ rows, values, errors: errors.length }).toEqual({ rows: 10 + 3 * 10, values: 2 * 10 * 20, errors: 1 });
  });

  test("leaves what it handed out at the first refusal: no error for each entity of the page", () => {
    const text = `{ orders(first: 100) { nodes { city customer { email } } } }`;
    const { values, errors } = run(text, { maxOutputEntities: 109 });
    expect(values).toBe(9 * 3 + 2); // the tenth customer is too many
    expect(errors.length).toBeLessThanOrEqual(2);
  });

  test("leaves a list of embedded values, and a list of ids", async () => {
    const lines = Array.from({ length: 50 }, () => ({ sku: "s".repeat(100), quantity: 1, price: 1 }));
    await world.append("shop.orders", [order("long", { lines })]);
    expect(run('{ order(id: "long") { lines { sku } } }', { maxOutputBytes: 2_000 }).errors).toHaveLength(1);
    expect(run('{ order(id: "long") { lines { quantity price } } }', { maxOutputFields: 100 }).values).toBe(1);
    const ids = Array.from({ length: 100 }, (_, at) => `o${at}`);
    const byIds = run("query ($ids: [ID!]!) { ordersByIds(ids: $ids) { city } }", { maxOutputEntities: 60 }, { ids });
    expect(byIds).toMatchObject({ values: 0, rows: 61 });
  });
});

describe("a forecast", () => {
  test.each([
    [
      "pages shorter than asked for",
      "{ customers(first: 1000) { nodes { id } } orders(first: 5) { nodes { id } } }",
      15,
    ],
    ["pages behind a cursor", "query ($after: String) { orders(first: 100, after: $after) { nodes { id } } }", 50],
    [
      "what is left out",
      "{ a: orders(first: 100) @skip(if: true) { nodes { id } } b: orders(first: 100) { nodes @include(if: false) { id } totalCount } }",
      0,
    ],
    ["one name twice", "{ orders(first: 40) { nodes { id } } orders(first: 40) { nodes { city } } }", 40],
    ["lists of which no entity is asked", `{ ${repeat(50, (at) => `a${at}: orders(first: 100) { totalCount }`)} }`, 0],
    [
      "several views",
      "{ orders(first: 60) { nodes { id } } customers(first: 60) { edges { cursor } nodes { id } } }",
      80,
    ],
  ])("promises no more than is put out: %s", (_what, text, entities) => {
    const after = world.query("{ orders(first: 50) { pageInfo { endCursor } } }").data as {
      orders: { pageInfo: { endCursor: string } };
    };
    const variables = { after: after.orders.pageInfo.endCursor };
    expect(run(text, { maxOutputEntities: entities }, variables).refusal).toBeUndefined();
    if (entities > 0) expect(run(text, { maxOutputEntities: entities - 1 }, variables).refusal).toBeDefined();
  });
});
