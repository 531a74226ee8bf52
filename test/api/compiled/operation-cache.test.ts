import { GraphQLError } from "graphql";
import { describe, expect, test } from "vitest";
import type { CompileRate } from "../../../src/api/compiled/compile-budget.ts";
import {
  maxMembersOfDocument,
  OperationCache,
  type OperationCacheOptions,
} from "../../../src/api/compiled/operation-cache.ts";
import type { CacheBounds } from "../../../src/api/compiled/weighted-cache.ts";
import { createDocumentRules } from "../../../src/api/document-rules.ts";
import { defaultApiLimits } from "../../../src/api/limits.ts";
import { type Metrics, noMetrics, type Sample } from "../../../src/base/metrics.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { countMetrics, strictLogger } from "./kit/both-ways.ts";
import { createShopModel } from "./kit/shop-model.ts";

const { schema, definitions } = createShopModel();

function createCache(options: Partial<OperationCacheOptions> = {}) {
  const { metrics, counts } = countMetrics();
  const rules = createDocumentRules(defaultApiLimits);
  const cache = new OperationCache({
    schema,
    definitions,
    rules,
    maxTokens: 100,
    clock: new ManualClock(),
    metrics,
    logger: strictLogger,
    ...options,
  });
  return { cache, counts };
}

function boundsOf(maxEntries: number): CacheBounds {
  return { maxEntries, maxBytes: 1_000_000, maxEntryBytes: 1_000_000 };
}

const plenty: CompileRate = { membersPerSecond: 1_000_000, burstMembers: 1_000_000 };

/** What becomes of an operation: `refused`, `interpreted`, or the kind of what is compiled. */
function outcomeOf(cache: OperationCache, query: string, variables: Record<string, unknown> = {}): string {
  const prepared = cache.prepare({ query, variables });
  return "errors" in prepared ? "refused" : (prepared.variant?.kind ?? "interpreted");
}

describe("an operation cache", () => {
  test("compiles a query when its text comes again", () => {
    const { cache, counts } = createCache();
    const query = "{ orders { nodes { id } } }";
    expect([1, 2, 3].map(() => outcomeOf(cache, query))).toEqual(["interpreted", "query", "query"]);
    expect(Object.fromEntries(counts)).toEqual({
      operation_cache_misses: 1,
      operation_cache_hits: 2,
      operations_compiled: 1,
    });
  });

  const costly: ReadonlyArray<readonly [string, string, Record<string, unknown>]> = [
    ["a long page", "{ orders(first: 1000) { nodes { id } } }", {}],
    ["a long page by a variable", "query ($n: Int) { orders(last: $n) { edges { node { id } } } }", { n: 500 }],
    ["many pages", `{ ${Array.from({ length: 5 }, (_, at) => `a${at}: orders { nodes { id } }`).join(" ")} }`, {}],
    ["pages of pages", "{ orders(first: 9) { nodes { customer { orders(first: 30) { nodes { id } } } } } }", {}],
    ["many ids", "query ($ids: [ID!]!) { ordersByIds(ids: $ids) { id } }", { ids: Array(300).fill("o1") }],
    ["a page in a fragment", "{ ...F } fragment F on Query { orders(first: 300) { nodes { id } } }", {}],
  ];
  test.each(costly)("compiles a query at first sight that may put out much: %s", (_what, query, variables) => {
    const { cache, counts } = createCache();
    expect([1, 2].map(() => outcomeOf(cache, query, variables))).toEqual(["query", "query"]);
    expect([counts.get("operations_compiled"), counts.get("operation_cache_hits")]).toEqual([1, 1]);
  });

  test.each(costly)("leaves it to graphql-js where there is no room to compile: %s", (_what, query, variables) => {
    const { cache, counts } = createCache({ compileRate: { membersPerSecond: 0, burstMembers: 0 } });
    expect([1, 2].map(() => outcomeOf(cache, query, variables))).toEqual(["interpreted", "interpreted"]);
    expect([counts.get("operations_compiled"), counts.get("operations_deferred")]).toEqual([undefined, 2]);
  });

  test.each<[string, string, Record<string, unknown>]>([
    ["the usual page", "{ orders { nodes { id customer { id } } } }", {}],
    ["a short page", "query ($n: Int) { orders(first: $n) { nodes { id } } }", { n: 20 }],
    ["few ids", 'query { ordersByIds(ids: ["a", "b"]) { id } }', {}],
    ["what no page may be", "{ orders(first: -1) { nodes { id } } }", {}],
  ])("waits for the second sight of what puts out little: %s", (_what, query, variables) => {
    const { cache } = createCache();
    expect([1, 2].map(() => outcomeOf(cache, query, variables))).toEqual(["interpreted", "query"]);
  });

  test("keeps what is compiled at first sight where it was compiled, also if that was deferred", () => {
    const clock = new ManualClock();
    const { cache, counts } = createCache({ clock, compileRate: { membersPerSecond: 10, burstMembers: 1 } });
    outcomeOf(cache, "subscription { ordersChanged { changes { id kind merged } } }");
    const query = 'subscription { orderChanged(id: "o1") { id } }';
    const prepared = cache.prepare({ query });
    if ("errors" in prepared) throw new Error("refused");
    expect(prepared.variant).toBeUndefined();
    expect(prepared.deferred?.compile()).toBeUndefined();
    clock.advance(10_000);
    expect(prepared.deferred?.compile()?.kind).toBe("subscription");
    expect(prepared.deferred?.compile()).toBe(prepared.deferred?.compile());
    expect(outcomeOf(cache, query)).toBe("subscription");
    expect(counts.get("operations_compiled")).toBe(2);
  });

  test("compiles a subscription at once", () => {
    const { cache } = createCache();
    expect(outcomeOf(cache, 'subscription { orderChanged(id: "o1") { id } }')).toBe("subscription");
  });

  test("checks a document once, whichever of its operations is asked for", () => {
    const { cache, counts } = createCache();
    const query = "query A { orders { totalCount } } query B { customers { totalCount } }";
    const names = ["A", "B", "A", "B"].map((operationName) => {
      const prepared = cache.prepare({ query, operationName });
      if ("errors" in prepared) throw new Error("refused");
      return `${prepared.operation.name?.value} ${prepared.variant?.kind}`;
    });
    expect(names).toEqual(["A undefined", "B query", "A query", "B query"]);
    expect(counts.get("operation_cache_misses")).toBe(1);
    expect(counts.get("operations_compiled")).toBe(2);
  });

  test("gives the same document each time, and coerces variables each time", () => {
    const { cache } = createCache();
    const query = "query ($id: ID!, $first: Int = 3) { order(id: $id) { id } orders(first: $first) { totalCount } }";
    const first = cache.prepare({ query, variables: { id: 7 } });
    const second = cache.prepare({ query, variables: { id: "x", first: null } });
    if ("errors" in first || "errors" in second) throw new Error("refused");
    expect(second.document).toBe(first.document);
    expect([first.variables, second.variables]).toEqual([
      { id: "7", first: 3 },
      { id: "x", first: null },
    ]);
  });

  test.each([
    ["a syntax error", { query: "{ orders" }, /^Syntax Error/],
    ["too many tokens", { query: `{ ${"__typename ".repeat(100)}}` }, /token/],
    ["an unknown field", { query: "{ nothing }" }, /^Cannot query field "nothing"/],
    [
      "too much depth",
      { query: `{ orders ${"{ nodes { customer { orders ".repeat(5)}{ totalCount }${"} } }".repeat(5)} }` },
      /nested/,
    ],
    [
      "an operation that is not there",
      { query: "query A { __typename }", operationName: "B" },
      /^Unknown operation named "B"/,
    ],
    [
      "no name among several",
      { query: "query A { __typename } query B { __typename }" },
      /^Must provide operation name/,
    ],
    [
      "a variable that is missing",
      { query: "query ($id: ID!) { order(id: $id) { id } }" },
      /^Variable "\$id" of required type/,
    ],
    [
      "a variable of another type",
      { query: "query ($n: Int) { orders(first: $n) { totalCount } }", variables: { n: "x" } },
      /^Variable "\$n" got invalid value/,
    ],
  ])("refuses %s, the second time as well", (_what, request, message) => {
    const { cache } = createCache();
    for (let time = 0; time < 3; time += 1) {
      const prepared = cache.prepare(request);
      const errors = "errors" in prepared ? prepared.errors : [];
      expect(errors[0]).toBeInstanceOf(GraphQLError);
      expect(errors[0]?.message).toMatch(message);
    }
  });

  test("names at most 50 variables that are wrong", () => {
    const { cache } = createCache({ maxTokens: 10_000 });
    const names = Array.from({ length: 60 }, (_, at) => `v${at}`);
    const query = `query (${names.map((name) => `$${name}: Int!`).join(" ")}) { ${names.map((name) => `${name}: orders(first: $${name}) { totalCount }`).join(" ")} }`;
    const prepared = cache.prepare({ query });
    expect("errors" in prepared ? prepared.errors.length : 0).toBe(51);
  });

  test("loses nothing that is used to a flood of new texts", () => {
    const { cache, counts } = createCache({ newcomers: boundsOf(5) });
    const query = "{ orders { totalCount } }";
    outcomeOf(cache, query);
    outcomeOf(cache, query);
    for (let at = 0; at < 50; at += 1) {
      outcomeOf(cache, `{ flood${at}: __typename }`);
      outcomeOf(cache, `{ invalid${at} }`);
    }
    expect(outcomeOf(cache, query)).toBe("query");
    expect(counts.get("operation_cache_misses")).toBe(101);
    expect(counts.get("operation_cache_evictions")).toBeUndefined();
    expect(counts.get("operations_compiled")).toBe(1);
  });

  test("remembers invalid documents, but never among those that stay", () => {
    const { cache, counts } = createCache({ regulars: boundsOf(0) });
    outcomeOf(cache, "{ nothing }");
    outcomeOf(cache, "{ nothing }");
    outcomeOf(cache, "{ nothing }");
    expect(counts.get("operation_cache_misses")).toBe(1);
    expect(counts.get("operation_cache_evictions")).toBeUndefined();
  });

  test("counts what had to make room", () => {
    const { cache, counts } = createCache({ regulars: boundsOf(2) });
    for (const name of ["a", "b", "c"]) {
      outcomeOf(cache, `{ ${name}: __typename }`);
      outcomeOf(cache, `{ ${name}: __typename }`);
    }
    expect(counts.get("operation_cache_evictions")).toBe(1);
    expect(outcomeOf(cache, "{ a: __typename }")).toBe("interpreted");
  });

  test("keeps no document that takes too much, and loses nothing to it", () => {
    const { cache, counts } = createCache({ maxTokens: 100_000 });
    const query = "{ orders { totalCount } }";
    const long = (at: number) => `subscription S${at} { orderChanged(id: "o1") { id } } # ${"x".repeat(700_000)}`;
    outcomeOf(cache, query);
    outcomeOf(cache, query);
    outcomeOf(cache, "{ customers { totalCount } }");
    for (let at = 0; at < 3; at += 1) expect(outcomeOf(cache, long(at % 2))).toBe("subscription");
    expect(counts.get("operation_cache_evictions")).toBeUndefined();
    expect(outcomeOf(cache, query)).toBe("query");
    expect(outcomeOf(cache, "{ customers { totalCount } }")).toBe("query");
    expect(counts.get("operation_cache_misses")).toBe(5);
  });

  test("keeps what came once apart from what came again, also a subscription", () => {
    const { cache, counts } = createCache({ regulars: boundsOf(1) });
    outcomeOf(cache, "{ orders { totalCount } }");
    outcomeOf(cache, "{ orders { totalCount } }");
    for (let at = 0; at < 20; at += 1) outcomeOf(cache, `subscription S${at} { orderChanged(id: "o1") { id } }`);
    expect(outcomeOf(cache, "{ orders { totalCount } }")).toBe("query");
    expect(counts.get("operation_cache_evictions")).toBeUndefined();
  });

  test("compiles no subscription where only a query will do, however often it comes", () => {
    const { cache, counts } = createCache();
    const query = 'subscription { orderChanged(id: "o1") { id } }';
    for (let time = 0; time < 3; time += 1) {
      const prepared = cache.prepare({ query }, "QUERY");
      expect("errors" in prepared || prepared.variant).toBeUndefined();
    }
    expect(counts.get("operations_compiled")).toBeUndefined();
    expect(outcomeOf(cache, query)).toBe("subscription");
  });

  test("says how many documents it keeps and what they take", () => {
    const gauges = new Map<string, () => readonly Sample[]>();
    const metrics: Metrics = {
      ...noMetrics,
      gauge: (name, _help, _labels, collect) => gauges.set(name, collect),
    };
    const { cache } = createCache({ metrics });
    const query = "{ orders { totalCount } }";
    outcomeOf(cache, query);
    outcomeOf(cache, query);
    outcomeOf(cache, "{ nothing }");
    expect(gauges.get("operation_cache_entries")?.()).toEqual([
      { labels: { part: "newcomers" }, value: 1 },
      { labels: { part: "regulars" }, value: 1 },
    ]);
    expect(gauges.get("operation_cache_bytes")?.()).toEqual([
      { labels: { part: "newcomers" }, value: 1_100 },
      { labels: { part: "regulars" }, value: 2_500 + 1_000 },
    ]);
  });
});

describe("compiling", () => {
  const manyOrders = (count: number) =>
    `{ ${Array.from(
      { length: count },
      (_, at) =>
        `o${at}: order(id: "o1") { ${"abcdefghij"
          .split("")
          .map((name) => `${name}: id`)
          .join(" ")} }`,
    ).join(" ")} }`;

  test("leaves a document with too many members to graphql-js, and does not try again", () => {
    const { cache, counts } = createCache({ rules: [], maxTokens: 100_000, compileRate: plenty });
    const query = manyOrders(maxMembersOfDocument / 10 + 1);
    expect([1, 2, 3].map(() => outcomeOf(cache, query))).toEqual(["interpreted", "interpreted", "interpreted"]);
    expect(counts.get("operations_uncompilable")).toBe(1);
    expect(counts.get("operation_cache_hits")).toBe(2);
  });

  test("stops where all operations of a document together have too many members", () => {
    const { cache } = createCache({ rules: [], maxTokens: 100_000, compileRate: plenty });
    const operation = manyOrders((maxMembersOfDocument * 0.6) / 10);
    const query = `query A ${operation} query B ${operation} query C { orders { totalCount } }`;
    const outcomes = ["A", "A", "B", "B", "A"].map((operationName) => {
      const prepared = cache.prepare({ query, operationName });
      return "errors" in prepared ? "refused" : prepared.variant?.kind;
    });
    expect(outcomes).toEqual(["query", "query", undefined, undefined, "query"]);
  });

  test("goes on no faster than its rate: what is too much now is compiled when it comes later", () => {
    const clock = new ManualClock();
    const { cache, counts } = createCache({ clock, compileRate: { membersPerSecond: 100, burstMembers: 25 } });
    const queries = Array.from({ length: 6 }, (_, at) => `query Q${at} ${manyOrders(1)}`);
    const runAll = () => queries.map((query) => outcomeOf(cache, query));
    runAll();
    expect(runAll().filter((outcome) => outcome === "query")).toHaveLength(3);
    expect(counts.get("operations_deferred")).toBe(3);
    clock.advance(1_000);
    expect(runAll()).toEqual(queries.map(() => "query"));
    expect(counts.get("operations_compiled")).toBe(6);
  });
});

describe("what is compiled", () => {
  test.each([
    ["introspection of the schema", "{ __schema { queryType { name } } orders { totalCount } }"],
    ["introspection of a type", '{ __type(name: "Order") { name } }'],
  ])("is not %s: it stays with graphql-js, and is tried once", (_what, query) => {
    const { cache, counts } = createCache();
    expect([1, 2, 3].map(() => outcomeOf(cache, query))).toEqual(["interpreted", "interpreted", "interpreted"]);
    expect(counts.get("operations_uncompilable")).toBe(1);
    expect(counts.get("operations_compiled")).toBeUndefined();
  });

  test("is one variant for each outcome of @skip and @include, and introspection only where it is included", () => {
    const { cache, counts } = createCache();
    const query =
      "query ($all: Boolean!, $no: Boolean = false) { orders { totalCount @skip(if: $no) } __schema @include(if: $all) { __typename } }";
    outcomeOf(cache, query, { all: false });
    expect(outcomeOf(cache, query, { all: false })).toBe("query");
    expect(outcomeOf(cache, query, { all: false, no: true })).toBe("query");
    expect(outcomeOf(cache, query, { all: true })).toBe("interpreted");
    expect(outcomeOf(cache, query, { all: false })).toBe("query");
    expect([counts.get("operations_compiled"), counts.get("operations_uncompilable")]).toEqual([2, 1]);
  });

  test("is nothing where a directive's variable is null", () => {
    const { cache } = createCache();
    const query = "query ($no: Boolean = false) { orders { totalCount @skip(if: $no) } }";
    outcomeOf(cache, query);
    expect([outcomeOf(cache, query, { no: null }), outcomeOf(cache, query)]).toEqual(["interpreted", "query"]);
  });

  test("is at most 16 variants of an operation", () => {
    const { cache, counts } = createCache();
    const names = ["a", "b", "c", "d", "e"];
    const query = `query (${names.map((name) => `$${name}: Boolean!`).join(" ")}) { ${names.map((name) => `${name}: __typename @skip(if: $${name})`).join(" ")} t: __typename }`;
    const outcomes = Array.from({ length: 33 }, (_, bits) =>
      outcomeOf(cache, query, Object.fromEntries(names.map((name, at) => [name, ((bits >> at) & 1) === 1]))),
    );
    expect(outcomes.filter((outcome) => outcome === "query")).toHaveLength(16);
    expect(counts.get("operations_compiled")).toBe(16);
  });
});
