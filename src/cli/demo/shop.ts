import type { EmbeddedRecord } from "../../log/embedded/append-records.ts";

/** Records of one moment in the shop, by topic. */
export type ShopRecords = Readonly<
  Record<"shop.customers" | "shop.products" | "shop.orders", readonly EmbeddedRecord[]>
>;

/** A made-up shop: the same seed and the same times give the same records. */
export interface Shop {
  /** Everything that is there when the demo begins. */
  open(nowMs: number): ShopRecords;
  /** What happens next: orders are placed and move on, some old ones are removed, a price or an address changes. */
  step(nowMs: number): ShopRecords;
}

interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly productSku: string;
  readonly quantity: number;
  readonly price: number;
  readonly placedAtMs: number;
  readonly city: string;
  readonly tags: readonly string[];
  readonly status: string;
}

const customerCount = 200;
const firstOrders = 1_000;
const keptOrders = 1_500;
const nextStatus: Readonly<Record<string, string>> = { PLACED: "PAID", PAID: "SHIPPED", SHIPPED: "DELIVERED" };
const givenNames = [
  "Ada",
  "Barbara",
  "Claudine",
  "Donald",
  "Edsger",
  "Frances",
  "Grace",
  "Hedy",
  "Ivan",
  "Joan",
  "Katherine",
  "Leslie",
];
const familyNames = [
  "Abara",
  "Berg",
  "Castillo",
  "Dahl",
  "Eriksen",
  "Fischer",
  "Greco",
  "Haddad",
  "Ito",
  "Jansen",
  "Kowalski",
  "Larsen",
];
const cities = ["Amsterdam", "Bergen", "Cork", "Dresden", "Espoo", "Firenze", "Gdańsk", "Hamburg", "İzmir"];
const adjectives = ["Blue", "Folding", "Heavy", "Quiet", "Small", "Wooden"];
const things = [
  "lamp",
  "kettle",
  "bicycle bell",
  "chair",
  "notebook",
  "backpack",
  "clock",
  "teapot",
  "umbrella",
  "scarf",
];
const categories = ["HOME", "KITCHEN", "OUTDOOR", "OFFICE"];
const tags = ["gift", "express", "first-order", "pickup"];

/** Makes the shop. `random` decides everything. */
export function createShop(random: () => number): Shop {
  const orders: Order[] = [];
  const prices = new Map<string, number>();
  let ordersPlaced = 0;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T; // the lists are not empty

  const customer = (id: number, nowMs: number): EmbeddedRecord => {
    const [given, family] = [pick(givenNames), pick(familyNames)];
    const email = random() < 0.9 ? `${given}.${family}.${id}@example.com`.toLowerCase() : null;
    return {
      key: `c${id}`,
      timestamp: nowMs,
      value: { id: `c${id}`, name: `${given} ${family}`, email, city: pick(cities) },
    };
  };
  const product = (sku: string, name: string, nowMs: number): EmbeddedRecord => {
    const price = Math.round(500 + random() * 20_000) / 100;
    prices.set(sku, price);
    return {
      key: sku,
      timestamp: nowMs,
      value: { name, price: price.toFixed(2), category: categories[Number(sku.slice(1)) % categories.length] },
    };
  };
  const orderRecord = (order: Order, nowMs: number): EmbeddedRecord => ({
    key: order.id,
    timestamp: nowMs,
    headers: {
      "trace-id": Math.floor(random() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, "0"),
    },
    value: {
      id: order.id,
      status: order.status,
      total: Math.round(order.price * order.quantity * 100) / 100,
      placedAt: new Date(order.placedAtMs).toISOString(),
      shipping: { address: { city: order.city } },
      customerId: order.customerId,
      productSku: order.productSku,
      lines: [{ sku: order.productSku, quantity: order.quantity, price: order.price }],
      tags: order.tags,
    },
  });
  const place = (nowMs: number): EmbeddedRecord => {
    ordersPlaced += 1;
    const productSku = pick([...prices.keys()]);
    const order: Order = {
      id: `o${ordersPlaced}`,
      customerId: `c${1 + Math.floor(random() * customerCount)}`,
      productSku,
      quantity: 1 + Math.floor(random() * 4),
      price: prices.get(productSku) ?? 0,
      placedAtMs: nowMs,
      city: pick(cities),
      tags: tags.filter(() => random() < 0.25),
      status: "PLACED",
    };
    orders.push(order);
    return orderRecord(order, nowMs);
  };
  const advance = (nowMs: number): EmbeddedRecord[] => {
    const at = Math.floor(random() * orders.length);
    const order = orders[at];
    if (order === undefined) return [];
    const status = random() < 0.05 ? "CANCELLED" : nextStatus[order.status];
    if (status === undefined) return [];
    const moved = { ...order, status };
    orders[at] = moved;
    return [orderRecord(moved, nowMs)];
  };

  return {
    open: (nowMs) => ({
      "shop.customers": Array.from({ length: customerCount }, (_, at) => customer(at + 1, nowMs)),
      "shop.products": adjectives.flatMap((adjective, a) =>
        things.map((thing, t) => product(`p${a * things.length + t}`, `${adjective} ${thing}`, nowMs)),
      ),
      "shop.orders": Array.from({ length: firstOrders }, () => place(nowMs)),
    }),
    step: (nowMs) => {
      const removed = orders.length > keptOrders ? orders.splice(0, orders.length - keptOrders) : [];
      return {
        "shop.customers": random() < 0.1 ? [customer(1 + Math.floor(random() * customerCount), nowMs)] : [],
        "shop.products": [],
        "shop.orders": [
          place(nowMs),
          ...advance(nowMs),
          ...advance(nowMs),
          ...removed.map(({ id }) => ({ key: id, timestamp: nowMs, value: null })),
        ],
      };
    },
  };
}
