import type { FieldValue } from "../../../../src/decode/row-batch.ts";
import { shopDefinitions } from "../../kit/shop.ts";
import { createModelWorld } from "./model-world.ts";
import type { TestWorld } from "./test-world.ts";

/** An order's values; what is not given is plausible. */
export function orderValues(key: string, members: Readonly<Record<string, FieldValue>> = {}): readonly FieldValue[] {
  const values: Readonly<Record<string, FieldValue>> = {
    id: key,
    status: "PLACED",
    total: 12.5,
    placedAt: Date.UTC(2026, 0, 31, 12),
    city: "Bern",
    traceId: null,
    writtenAt: 0,
    customerId: "c1",
    lines: [],
    tags: [],
    ...members,
  };
  return shopDefinitions[0]?.fields.map(({ name }) => values[name] ?? null) ?? [];
}

/** The shop of the API's documentation with some orders and customers. */
export function createShopModel(): TestWorld {
  const world = createModelWorld(shopDefinitions);
  const lines = [{ values: ["a", 1, 2.5] }, { values: ['b"\n', 2, 1e21] }];
  world.view("Order").put("o1", orderValues("o1", { lines, tags: ["x", "ä\u0001"], city: 'Z"ü\\rich\u007f' }));
  world.view("Order").put("o2", orderValues("o2", { status: "PAID", city: null, customerId: "c2", traceId: "t" }));
  world.view("Order").put("o3", orderValues("o3", { total: -0.1, placedAt: -62_167_219_200_000, customerId: "gone" }));
  world.view("Customer").put("c1", ["c1", "Ann", null]);
  world.view("Customer").put("c2", ["c2", "Bob \u{1F600}", "bob@example.org"]);
  return world;
}
