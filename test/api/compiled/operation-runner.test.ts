import { describe, expect, test } from "vitest";
import { createTestRunner, interpret, printOutcome } from "./kit/both-ways.ts";
import { createShopModel } from "./kit/shop-model.ts";

const world = createShopModel();

describe("x", () => {
  test.each([
    '{ order(id: "o1") { id status total placedAt city traceId writtenAt customerId lines { sku quantity price } tags customer { id name email } } }',
    "{ orders { nodes { id lines { price } t: lines { sku quantity price } u: lines { s: sku quantity price } customer { orders(first: 1) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } } } } }",
    '{ ordersByIds(ids: ["o1", "no", "o3"]) { __typename total placedAt } __typename }',
  ])("%s", (query) => {
    const runner = createTestRunner(world);
    const first = runner.run({ query }, () => world.context());
    const second = runner.run({ query }, () => world.context());
    expect(second.kind).toBe("bytes");
    expect(printOutcome(first)).toBe(interpret(world, { query }));
    expect(printOutcome(second)).toBe(interpret(world, { query }));
  });
});
