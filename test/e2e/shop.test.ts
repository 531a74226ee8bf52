import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, expectTypeOf, test } from "vitest";
import { appendRecords, type EmbeddedRecord } from "../../src/log/embedded/append-records.ts";
import { type ApiClient, openApiClient } from "../support/api-client.ts";
import { Command } from "../support/command.ts";
import {
  CustomerOrdersDocument,
  OrderByIdDocument,
  OrderChangedDocument,
  OrderPageDocument,
  type OrderPageQuery,
  type OrderPartsFragment,
  OrdersByIdsDocument,
  OrdersChangedDocument,
} from "./generated/operations.ts";

const schemaDirectory = join(import.meta.dirname, "..", "..", "schema");

function order(id: string, members: Readonly<Record<string, unknown>> = {}): EmbeddedRecord {
  return {
    key: id,
    timestamp: 1_700_000_000_000,
    value: {
      status: "PLACED",
      total: 25,
      placedAt: "2026-01-31T13:00:00+01:00",
      shipping: { address: { city: "Bergen" } },
      customerId: "c1",
      productSku: "p1",
      lines: [{ sku: "p1", quantity: 2, price: 12.5 }],
      tags: ["gift"],
      ...members,
    },
  };
}

interface Shop extends AsyncDisposable {
  readonly client: ApiClient;
  /** Appends records of orders, each in a step of its own. */
  append(...records: EmbeddedRecord[]): Promise<void>;
}

/** `tailwater serve` on the demo's schema: one customer, one product and these orders, ready. */
async function serveShop(orders: readonly EmbeddedRecord[]): Promise<Shop> {
  const directory = await mkdtemp(join(tmpdir(), "tailwater-test-"));
  const customer = { name: "Ada Berg", email: null, city: "Cork" };
  const product = { name: "Blue lamp", price: "12.50", category: "HOME" };
  await appendRecords({ directory, topic: "shop.customers" }, [{ key: "c1", value: customer }]);
  await appendRecords({ directory, topic: "shop.products" }, [{ key: "p1", value: product }]);
  await appendRecords({ directory, topic: "shop.orders" }, orders);
  const command = new Command([
    ...["serve", "--schema", schemaDirectory, "--log", `ndjson:${directory}`],
    ...["--host", "127.0.0.1", "--port", "0", "--admin-port", "0"],
  ]);
  const [, apiUrl = "", adminUrl = ""] = await command.untilPrinted(/API +(\S+)\s+admin +(\S+)/);
  const client = openApiClient({ apiUrl, adminUrl });
  await client.untilReady();
  return {
    client,
    append: async (...records) => {
      for (const record of records) await appendRecords({ directory, topic: "shop.orders" }, [record]);
    },
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await command[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

describe("the shop's API over real sockets", () => {
  test("gives an order by its id, joined, with scalars in the form that their types say", async () => {
    await using shop = await serveShop([order("o1")]);
    const result = await shop.client.query(OrderByIdDocument, { id: "o1" });
    expect(result.order).toEqual({
      id: "o1",
      status: "PLACED",
      total: 25,
      placedAt: "2026-01-31T12:00:00.000Z",
      city: "Bergen",
      customer: { id: "c1", name: "Ada Berg", email: null },
      product: { sku: "p1", price: "12.5", category: "HOME" },
      lines: [{ sku: "p1", quantity: 2, price: 12.5 }],
      tags: ["gift"],
    });
    expectTypeOf(result.order).extract<object>().toHaveProperty("placedAt").toEqualTypeOf<string>();
    expectTypeOf(result.order).extract<object>().toHaveProperty("customer").toBeNullable();
    expectTypeOf<OrderPartsFragment["status"]>().toEqualTypeOf<
      "PLACED" | "PAID" | "SHIPPED" | "DELIVERED" | "CANCELLED"
    >();
  });

  test("gives orders by their ids in the order asked, null where there is none", async () => {
    await using shop = await serveShop([order("o1"), order("o2")]);
    const { ordersByIds } = await shop.client.query(OrdersByIdsDocument, { ids: ["o2", "o9", "o1"] });
    expect(ordersByIds.map((found) => found?.id)).toEqual(["o2", undefined, "o1"]);
    expect(ordersByIds[1]).toBeNull();
  });

  test("pages through all orders, each once", async () => {
    await using shop = await serveShop(["o1", "o2", "o3", "o4", "o5"].map((id) => order(id)));
    const pages: string[][] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
      const { orders }: OrderPageQuery = await shop.client.query(OrderPageDocument, { first: 2, after });
      expect(orders.totalCount).toBe(5);
      pages.push(orders.nodes.map(({ id }) => id));
      ({ endCursor: after, hasNextPage } = orders.pageInfo);
    }
    expect(pages).toEqual([["o1", "o2"], ["o3", "o4"], ["o5"]]);
  });

  test("gives a customer's orders as a connection, null for a customer that is not there", async () => {
    await using shop = await serveShop([order("o1"), order("o2", { customerId: "c2" }), order("o3")]);
    const { customer } = await shop.client.query(CustomerOrdersDocument, { id: "c1" });
    expect(customer).toMatchObject({ orders: { totalCount: 2, nodes: [{ id: "o1" }, { id: "o3" }] } });
    expect(await shop.client.query(CustomerOrdersDocument, { id: "c2" })).toEqual({ customer: null });
  });

  test("sends every change of one order, with what it was before", async () => {
    await using shop = await serveShop([order("o1"), order("o2")]);
    const changes = shop.client.subscribe(OrderChangedDocument, { id: "o1" });
    const first = changes.next();
    await shop.client.untilSubscribed("Order", 1);
    await shop.append(order("o2", { status: "CANCELLED" }), order("o1", { status: "PAID" }));
    expect((await first).value?.orderChanged).toMatchObject({
      kind: "UPDATED",
      id: "o1",
      order: { status: "PAID" },
      previous: { status: "PLACED" },
    });
    const second = changes.next();
    await shop.append({ key: "o1", value: null });
    expect((await second).value?.orderChanged).toMatchObject({ kind: "LEFT", id: "o1", order: null });
    await changes.return?.();
    await shop.client.untilSubscribed("Order", 0);
  });

  test("sends changes of the list, joined, with the position after them", async () => {
    await using shop = await serveShop([]);
    const changes = shop.client.subscribe(OrdersChangedDocument, {});
    const first = changes.next();
    await shop.client.untilSubscribed("Order", 1);
    await shop.append(order("o1"));
    expect((await first).value?.ordersChanged).toEqual({
      reset: false,
      complete: true,
      changes: [
        {
          kind: "ENTERED",
          id: "o1",
          order: { id: "o1", status: "PLACED", total: 25, customer: { name: "Ada Berg" } },
        },
      ],
      position: expect.any(String),
    });
  });
});
