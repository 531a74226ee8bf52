import { beforeEach, describe, expect, test } from "vitest";
import type { OperationRunner } from "../../../src/api/compiled/operation-runner.ts";
import { type ApiLimits, defaultApiLimits } from "../../../src/api/limits.ts";
import { createOperationContext } from "../../../src/api/operation-context.ts";
import { systemClock } from "../../../src/base/system-clock.ts";
import { countReads } from "../kit/count-reads.ts";
import { createTestRunner } from "./kit/both-ways.ts";
import { createShopModel, orderValues } from "./kit/shop-model.ts";
import type { TestWorld } from "./kit/test-world.ts";

let world: TestWorld;
let runner: OperationRunner;
beforeEach(() => {
  world = createShopModel();
  for (let at = 0; at < 100; at += 1) world.view("Order").put(`p${at}`, orderValues(`p${at}`));
  runner = createTestRunner(world);
});

const repeat = (times: number, make: (at: number) => string) =>
  Array.from({ length: times }, (_, at) => make(at)).join(" ");

/** Runs twice, and tells what the second time read until graphql-js began to decide. */
function readsOf(query: string, limits: Partial<ApiLimits>, variables: Record<string, unknown> = {}) {
  const { views, counts } = countReads(world.views);
  const attempts: Array<{ rows: number; values: number }> = [];
  const createContext = () => {
    attempts.push({ ...counts });
    return createOperationContext({ views, clock: systemClock, limits: { ...defaultApiLimits, ...limits } });
  };
  runner.run({ query, variables }, createContext);
  const begun = attempts.length;
  const outcome = runner.run({ query, variables }, createContext);
  const [compiled, interpreted] = attempts.slice(begun);
  return {
    kind: outcome.kind,
    rows: (interpreted?.rows ?? counts.rows) - (compiled?.rows ?? 0),
    values: (interpreted?.values ?? counts.values) - (compiled?.values ?? 0),
  };
}

describe("a compiled operation that asks for more than a response may hold", () => {
  test.each([
    ["many aliases", `{ ${repeat(200, (at) => `a${at}: orders(first: 100) { nodes { city } }`)} }`],
    ["many aliases of edges", `{ ${repeat(200, (at) => `a${at}: orders(last: 100) { edges { node { city } } }`)} }`],
    ["one page under many names", `{ orders(first: 100) { ${repeat(200, (at) => `a${at}: nodes { city }`)} } }`],
    ["the default page", `{ ${repeat(300, (at) => `a${at}: orders { nodes { city } }`)} }`],
    ["a variable", `query ($n: Int = 100) { ${repeat(200, (at) => `a${at}: orders(first: $n) { nodes { city } }`)} }`],
  ])("is given up before any entity is read: %s", (_what, query) => {
    expect(readsOf(query, { maxOutputEntities: 10_000 })).toEqual({ kind: "result", rows: 0, values: 0 });
  });

  test("is given up for its fields before any entity is read", () => {
    const query = `{ a: orders(first: 100) { nodes { ${repeat(30, (at) => `x${at}: city`)} } } b: orders(first: 100) { edges { cursor node { id city } } } }`;
    expect(readsOf(query, { maxOutputFields: 3_399 })).toEqual({ kind: "result", rows: 0, values: 0 });
    expect(readsOf(query, { maxOutputFields: 3_500 }).kind).toBe("bytes");
  });

  test("is given up before a field of the page that is too much is read", () => {
    const query = `{ customers(first: 2) { nodes { orders(first: 100) { nodes { ${repeat(20, (at) => `x${at}: city`)} } } } } }`;
    const { rows, values } = readsOf(query, { maxOutputFields: 500 });
    expect({ rows, values }).toEqual({ rows: 2 + 100, values: 0 });
  });

  test("is given up at the entity that is too many", () => {
    const query = "{ orders(first: 100) { nodes { city customer { email } } } }";
    const { rows, values } = readsOf(query, { maxOutputEntities: 109 });
    // City, the customer's id, and of nine customers their email; one customer is not there, and the tenth is too many.
    expect({ rows, values }).toEqual({ rows: 100 + 11, values: 9 * 3 + 2 + 2 });
  });

  test("is not read before cursors and sizes are known to hold", () => {
    const query = "query ($after: String, $first: Int) { orders(after: $after, first: $first) { nodes { id } } }";
    expect(readsOf(query, {}, { after: "x" })).toEqual({ kind: "result", rows: 0, values: 0 });
    expect(readsOf(query, {}, { first: 1_001 })).toEqual({ kind: "result", rows: 0, values: 0 });
  });
});
