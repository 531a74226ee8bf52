import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { plainSdl } from "./plain-schema.ts";
import type { BenchServer } from "./server-protocol.ts";
import { customers, orders, type ShopOrder } from "./shop.ts";

/** Apollo Server's own standalone server over plain objects in maps, as its documentation begins. */
export async function startApolloServer(): Promise<BenchServer> {
  const orderById = new Map(orders.map((order) => [order.id, order]));
  const customerById = new Map(customers.map((customer) => [customer.id, customer]));
  const server = new ApolloServer({
    typeDefs: plainSdl,
    resolvers: {
      Query: {
        order: (_root: unknown, { id }: { readonly id: string }) => orderById.get(id) ?? null,
        orders: (_root: unknown, { first }: { readonly first: number }) => ({ nodes: orders.slice(0, first) }),
      },
      Order: { customer: ({ customerId }: ShopOrder) => customerById.get(customerId) ?? null },
    },
  });
  const { url } = await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: 0 } });
  return { port: Number(new URL(url).port), change: () => undefined };
}
