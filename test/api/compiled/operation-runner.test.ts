import { beforeEach, describe, expect, test } from "vitest";
import { createOperationRunner } from "../../../src/api/compiled/operation-runner.ts";
import { encodeCursor, makeCursorScope } from "../../../src/api/cursor.ts";
import type { ApiLimits } from "../../../src/api/limits.ts";
import { defaultApiLimits } from "../../../src/api/limits.ts";
import { createOperationContext, type OperationContext } from "../../../src/api/operation-context.ts";
import { type Logger, silentLogger } from "../../../src/base/logger.ts";
import { systemClock } from "../../../src/base/system-clock.ts";
import type { ReadableView } from "../../../src/view/readable-view.ts";
import type { FieldColumn } from "../../../src/view/view-reader.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { countReads } from "../kit/count-reads.ts";
import { countMetrics, createTestRunner, interpret, printOutcome, type TestRunner } from "./kit/both-ways.ts";
import { createShopModel, orderValues } from "./kit/shop-model.ts";
import type { TestWorld } from "./kit/test-world.ts";

let world: TestWorld;
let runner: TestRunner;
beforeEach(() => {
  world = createShopModel();
  runner = createTestRunner(world);
});

type Variables = Readonly<Record<string, unknown>>;

/** The compiled response, which must be graphql-js's to the letter. */
function respond(query: string, variables: Variables = {}): unknown {
  runner.run({ query, variables }, () => world.context());
  const outcome = runner.run({ query, variables }, () => world.context());
  expect(outcome.kind).toBe("bytes");
  const text = printOutcome(outcome);
  expect(text).toBe(interpret(world, { query, variables }));
  return JSON.parse(text);
}

/** The response of an operation that is compiled and then given up. */
function giveUp(query: string, variables: Variables = {}, limits: Partial<ApiLimits> = {}): unknown {
  runner.run({ query, variables }, () => world.context(limits));
  const before = runner.counts.get("compiled_executions_given_up") ?? 0; // costly ones are compiled at first sight
  const outcome = runner.run({ query, variables }, () => world.context(limits));
  expect(outcome.kind).toBe("result");
  expect(runner.counts.get("compiled_executions_given_up")).toBe(before + 1);
  const text = printOutcome(outcome);
  expect(text).toBe(interpret(world, { query, variables }, limits));
  return JSON.parse(text);
}

const cursorOf = (key: string) => encodeCursor(makeCursorScope("Order", "key"), key);

describe("a compiled query", () => {
  test("writes every kind of value", () => {
    const fields = "id status total placedAt city traceId writtenAt customerId lines { sku quantity price } tags";
    expect(respond(`{ order(id: "o1") { ${fields} } }`)).toMatchObject({
      data: {
        order: {
          id: "o1",
          status: "PLACED",
          total: 12.5,
          placedAt: "2026-01-31T12:00:00.000Z",
          city: 'Z"ü\\rich\u007f',
          traceId: null,
          writtenAt: "1970-01-01T00:00:00.000Z",
          customerId: "c1",
          lines: [
            { sku: "a", quantity: 1, price: 2.5 },
            { sku: 'b"\n', quantity: 2, price: 1e21 },
          ],
          tags: ["x", "ä\u0001"],
        },
      },
    });
  });

  test("escapes every character that JSON escapes, and no other", () => {
    const all = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).join("");
    world.view("Order").put("all", orderValues("all", { city: `${all}\u2028`, tags: [all] }));
    expect(respond('{ order(id: "all") { city tags } }')).toMatchObject({
      data: { order: { city: `${all}\u2028`, tags: [all] } },
    });
  });

  test("writes null for what is not there", () => {
    expect(
      respond(
        '{ order(id: "none") { id } ordersByIds(ids: ["o2", "none"]) { id } o3: order(id: "o3") { customer { id } } }',
      ),
    ).toMatchObject({
      data: { order: null, ordersByIds: [{ id: "o2" }, null], o3: { customer: null } },
    });
  });

  test("keeps members in the order in which their names come first, merged where they come again", () => {
    const text = `{
      order(id: "o1") { total customer { id } ...More aliased: id id ... { customer { email } total } __typename }
      kind: __typename
    }
    fragment More on Order { customer { ...Name } status }
    fragment Name on Customer { name id }`;
    expect(JSON.stringify((respond(text) as { data: unknown }).data)).toBe(
      '{"order":{"total":12.5,"customer":{"id":"c1","name":"Ann","email":null},"status":"PLACED","aliased":"o1","id":"o1","__typename":"Order"},"kind":"Query"}',
    );
  });

  test("leaves out what is skipped, which changes the order of what is left", () => {
    const text =
      'query ($all: Boolean! = true) { order(id: "o1") { id @include(if: $all) total id ...F @skip(if: $all) status } } fragment F on Order { city }';
    expect(JSON.stringify((respond(text) as { data: unknown }).data)).toBe(
      '{"order":{"id":"o1","total":12.5,"status":"PLACED"}}',
    );
    expect(JSON.stringify((respond(text, { all: false }) as { data: unknown }).data)).toMatch(
      /^\{"order":\{"total":12.5,"id":"o1","city":.*,"status":"PLACED"\}\}$/,
    );
    expect(JSON.stringify((respond('{ order(id: "o1") { id @skip(if: true) } }') as { data: unknown }).data)).toBe(
      '{"order":{}}',
    );
  });

  test("takes parts of embedded values out of their text, in any order, under any name", () => {
    const parts = [
      "lines { price sku }",
      "lines { sku: quantity quantity: price price: sku }",
      "lines { __typename sku quantity price }",
      "lines { sku quantity price again: sku }",
      "lines { sku }",
    ];
    for (const part of parts) respond(`{ order(id: "o1") { ${part} } o2: order(id: "o2") { ${part} } }`);
  });

  test("pages, with cursors and what lies beside the page", () => {
    const text =
      "query ($first: Int, $after: String, $last: Int, $before: String) { orders(first: $first, after: $after, last: $last, before: $before) { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor __typename } totalCount } }";
    const pages: Variables[] = [
      {},
      { first: 1 },
      { first: 2, after: cursorOf("o1") },
      { last: 1 },
      { last: 2, before: cursorOf("o3") },
      { first: 0 },
      { first: null, after: cursorOf("zzz") },
    ];
    for (const page of pages) respond(text, page);
    expect(respond(text, { first: 1, after: cursorOf("o1") })).toMatchObject({
      data: {
        orders: { nodes: [{ id: "o2" }], totalCount: 3, pageInfo: { hasNextPage: true, endCursor: cursorOf("o2") } },
      },
    });
  });

  test("joins to one and to many, at one cut with its position", () => {
    const text = "{ customers { nodes { name orders(first: 1) { nodes { id customer { name } } totalCount } } } }";
    expect(respond(text)).toMatchObject({
      data: {
        customers: {
          nodes: [
            { name: "Ann", orders: { nodes: [{ id: "o1", customer: { name: "Ann" } }], totalCount: 1 } },
            { name: "Bob \u{1F600}", orders: { nodes: [{ id: "o2" }], totalCount: 1 } },
          ],
        },
      },
      extensions: { position: expect.any(String) },
    });
  });

  test("has no position if it read no view", () => {
    expect(respond("{ __typename }")).toEqual({ data: { __typename: "Query" } });
  });

  test("sees what has changed since it was compiled", () => {
    const text = '{ order(id: "o1") { city } }';
    respond(text);
    world.view("Order").put("o1", orderValues("o1", { city: "Chur" }));
    expect(respond(text)).toMatchObject({ data: { order: { city: "Chur" } } });
    world.view("Order").put("o1", null);
    expect(respond(text)).toMatchObject({ data: { order: null } });
  });

  test("reads the reader of each cut: a view that was rebuilt has another", () => {
    const text = '{ order(id: "o1") { city customer { name } } }';
    const other = createShopModel();
    other.view("Order").put("o1", orderValues("o1", { city: "Thun", customerId: "c2" }));
    respond(text);
    const outcome = runner.run({ query: text }, () => other.context());
    expect(printOutcome(outcome)).toBe(interpret(other, { query: text }));
    expect(printOutcome(outcome)).toContain("Thun");
    respond(text);
  });

  test("gives bytes that later responses do not change", () => {
    const query = "query ($id: ID!) { order(id: $id) { id } }";
    const outcomes = ["o1", "o1", "o2", "o3"].map((id) =>
      runner.run({ query, variables: { id } }, () => world.context()),
    );
    expect(outcomes.slice(1).map((outcome) => /"id":"(\w+)"/.exec(printOutcome(outcome))?.[1])).toEqual([
      "o1",
      "o2",
      "o3",
    ]);
  });
});

describe("a compiled query that meets an error", () => {
  test.each([
    ["a bad cursor", '{ a: orders { totalCount } orders(after: "x") { totalCount } }', {}, "CURSOR_INVALID"],
    ["a page too great", "{ orders(first: 1001) { totalCount } }", {}, "BAD_USER_INPUT"],
    ["first and last", "{ orders(first: 1, last: 1) { totalCount } }", {}, "BAD_USER_INPUT"],
    ["an entity too many", "{ orders { nodes { id } } }", { maxOutputEntities: 2 }, "QUERY_TOO_COSTLY"],
    ["a field too many", "{ orders { nodes { id } } }", { maxOutputFields: 8 }, "QUERY_TOO_COSTLY"],
    ["a byte too many", "{ orders { nodes { id } } }", { maxOutputBytes: 20 }, "QUERY_TOO_COSTLY"],
    ["too many ids", '{ ordersByIds(ids: ["a", "b"]) { id } }', { maxIds: 1 }, "BAD_USER_INPUT"],
  ])("answers as graphql-js does: %s", (_what, query, limits, code) => {
    expect(giveUp(query, {}, limits)).toMatchObject({ data: null, errors: [{ extensions: { code } }] });
  });

  test("answers with the rest of the data where a view is not ready", () => {
    world.view("Customer").setReady(false);
    expect(giveUp('{ order(id: "o1") { id customer { id } } }')).toMatchObject({
      data: { order: { id: "o1", customer: null } },
      errors: [{ path: ["order", "customer"], extensions: { code: "VIEW_NOT_READY" } }],
    });
  });

  test("answers with null at the nearest place that may be null, and with all the rest", () => {
    const query =
      '{ order(id: "o1") { id customer { name orders(first: 1001) { totalCount } } } customers { totalCount } }';
    expect(giveUp(query)).toMatchObject({
      data: { order: { id: "o1", customer: null }, customers: { totalCount: 2 } },
      errors: [{ path: ["order", "customer", "orders"], extensions: { code: "BAD_USER_INPUT" } }],
    });
  });

  test("is compiled all the same, and answers when the error is gone", () => {
    world.view("Customer").setReady(false);
    giveUp('{ order(id: "o1") { id customer { id } } }');
    world.view("Customer").setReady(true);
    respond('{ order(id: "o1") { id customer { id } } }');
  });

  test("logs what is no client's error, and answers what graphql-js makes of it", () => {
    const lines: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: ({ err }, message) => lines.push([message, String(err)]) };
    const { metrics } = countMetrics();
    const broken = createOperationRunner({
      ...world,
      rules: [],
      maxTokens: 1_000,
      clock: new ManualClock(),
      logger,
      metrics,
    });
    const createContext = () => breakColumns(world);
    const query = '{ order(id: "o1") { total } }';
    broken.run({ query }, createContext);
    const outcome = broken.run({ query }, createContext);
    expect(printOutcome(outcome)).toContain('{"data":{"order":{"total":12.5}}');
    expect(lines).toEqual([["compiled operation failed", expect.stringContaining("broken invariant")]]);
  });
});

/** Views whose columns are none of their fields'. */
function breakColumns({ views }: TestWorld): OperationContext {
  const broken = [...countReads(views).views].map(([name, view]): [string, ReadableView] => {
    const embedded: FieldColumn = { kind: "embedded", definition: noType, isPresent: () => true, members: [] };
    return [name, { ...view, reader: () => ({ ...view.reader(), column: () => embedded }) }];
  });
  return createOperationContext({ views: new Map(broken), limits: defaultApiLimits, clock: systemClock });
}

const noType = { name: "None", description: undefined, fields: [] };

describe("a subscription sent as a query", () => {
  test("is answered by graphql-js", () => {
    const request = { query: 'subscription { orderChanged(id: "o1") { id } }' };
    const outcome = runner.run(request, () => world.context());
    expect(printOutcome(outcome)).toBe(interpret(world, request));
    expect(printOutcome(outcome)).toContain("Expected a subscription over WebSocket");
  });
});
