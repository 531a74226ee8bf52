import { mapSchema } from "../../src/mapping/read-schema.ts";

/** What all servers answer from: orders and their customers. */
export const shopDefinitions = mapSchema([
  {
    name: "serving",
    text: `
enum OrderStatus { PLACED PAID SHIPPED DELIVERED CANCELLED }

type Order @view(topic: "shop.orders") {
  id: ID! @key
  customerId: ID! @index
  status: OrderStatus!
  total: Float! @index
  currency: String!
  quantity: Int!
  isGift: Boolean!
  city: String
  note: String
  customer: Customer @join(local: "customerId")
}

type Customer @view(topic: "shop.customers") {
  id: ID! @key
  name: String!
}
`,
  },
]);

export interface ShopOrder {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  readonly total: number;
  readonly currency: string;
  readonly quantity: number;
  readonly isGift: boolean;
  readonly city: string;
  readonly note: string;
}

export interface ShopCustomer {
  readonly id: string;
  readonly name: string;
}

const statuses = ["PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"];
const cities = ["Rotterdam", "Lyon", "Porto", "Gdansk", "Turin", "Bergen", "Leipzig", "Cork"];
export const orderCount = 10_000;
const customerCount = 1_000;

/** In order of their ids, which are all of one length. */
export const orders: readonly ShopOrder[] = Array.from({ length: orderCount }, (_, at) => ({
  id: `order-${String(at).padStart(6, "0")}`,
  customerId: `customer-${String((at * 7) % customerCount).padStart(6, "0")}`,
  status: statuses[at % statuses.length] ?? "",
  total: ((at * 7_919) % 100_000) / 100,
  currency: at % 3 === 0 ? "USD" : "EUR",
  quantity: 1 + (at % 20),
  isGift: at % 10 === 0,
  city: cities[at % cities.length] ?? "",
  note: `leave at the door, ring ${at % 5} times`,
}));

export const customers: readonly ShopCustomer[] = Array.from({ length: customerCount }, (_, at) => ({
  id: `customer-${String(at).padStart(6, "0")}`,
  name: `Customer number ${at}`,
}));

/** The operations that are measured. */
export const operations = {
  point: "query ($id: ID!) { order(id: $id) { id status total customer { id name } } }",
  list: "{ orders(first: 100) { nodes { id customerId status total currency quantity isGift city } } }",
  changes: "subscription { ordersChanged { changes { kind order { id status total note } } } }",
} as const;

export type HttpOperation = "point" | "list";

/** Bodies of requests, taken in turns. */
export function makeBodies(operation: HttpOperation): readonly string[] {
  if (operation === "list") return [JSON.stringify({ query: operations.list })];
  return Array.from({ length: 1_000 }, (_, at) =>
    JSON.stringify({ query: operations.point, variables: { id: orders[at * 10]?.id } }),
  );
}

/** `data` of the answer to the first body. */
export function makeExpectedData(operation: HttpOperation): unknown {
  if (operation === "list") return { orders: { nodes: orders.slice(0, 100).map(listMembers) } };
  const [order] = orders;
  const customer = customers.find(({ id }) => id === order?.customerId);
  return { order: { id: order?.id, status: order?.status, total: order?.total, customer } };
}

/** The eight members of an order that the list has. */
export function listMembers({ id, customerId, status, total, currency, quantity, isGift, city }: ShopOrder) {
  return { id, customerId, status, total, currency, quantity, isGift, city };
}
