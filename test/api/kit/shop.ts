import type { MemoryRecord } from "../../../src/log/memory/memory-log.ts";
import { mapSchema } from "../../../src/mapping/read-schema.ts";
import { openWorld, type World } from "./open-world.ts";

/** The example of the API's documentation. */
export const shopSdl = `
"Where an order stands."
enum OrderStatus { PLACED PAID SHIPPED DELIVERED CANCELLED }

"One line of an order."
type OrderLine { sku: String!  quantity: Int!  price: Float! }

"An order placed in the shop."
type Order @view(topic: "shop.orders") {
  id: ID! @key
  status: OrderStatus! @index
  total: Float! @index
  placedAt: DateTime! @index
  city: String @source(path: "shipping.address.city")
  traceId: String @source(header: "trace-id")
  writtenAt: DateTime! @source(record: TIMESTAMP)
  customerId: ID! @index
  customer: Customer @join(local: "customerId")
  lines: [OrderLine!]!
  tags: [String!]!
}

"Somebody who has ordered."
type Customer @view(topic: "shop.customers") {
  id: ID! @key
  name: String! @index
  email: String
  orders: [Order!]! @join(foreign: "customerId")
}
`;

export const shopDefinitions = mapSchema([{ name: "shop.graphql", text: shopSdl }]);

export const ordersTopic = "shop.orders";
export const customersTopic = "shop.customers";

/** A record of an order; what is not given is plausible. */
export function order(key: string, members: Readonly<Record<string, unknown>> = {}): MemoryRecord {
  const value = {
    status: "PLACED",
    total: 10,
    placedAt: "2026-01-31T13:00:00+01:00",
    customerId: "c1",
    lines: [],
    tags: [],
    ...members,
  };
  return { key, value: JSON.stringify(value) };
}

export function customer(key: string, name = `Customer ${key}`): MemoryRecord {
  return { key, value: JSON.stringify({ name }) };
}

export function tombstone(key: string): MemoryRecord {
  return { key, value: null };
}

/** The shop with these orders and customers already applied. */
export async function openShop(
  records: { readonly orders?: readonly MemoryRecord[]; readonly customers?: readonly MemoryRecord[] } = {},
): Promise<World> {
  const world = await openWorld({ definitions: shopDefinitions });
  await world.append(ordersTopic, records.orders ?? []);
  await world.append(customersTopic, records.customers ?? []);
  return world;
}
