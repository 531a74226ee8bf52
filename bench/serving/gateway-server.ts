import { startGateway } from "../../src/gateway.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import type { BenchServer } from "./server-protocol.ts";
import { customers, orders, shopDefinitions } from "./shop.ts";

/** The gateway over a log in memory, all options as they are when nothing is configured; ready when it is LIVE. */
export async function startGatewayServer(): Promise<BenchServer> {
  const log = createMemoryLog();
  log.createTopic("shop.orders", { partitions: 1 });
  log.createTopic("shop.customers", { partitions: 1 });
  const records = <T extends { readonly id: string }>(items: readonly T[]) =>
    items.map(({ id, ...value }) => ({ key: id, value: JSON.stringify(value) }));
  log.append("shop.orders", records(orders));
  log.append("shop.customers", records(customers));
  const gateway = await startGateway({
    definitions: shopDefinitions,
    log,
    transport: { host: "127.0.0.1", port: 0, adminPort: 0 },
  });
  const views = [...gateway.views.values()];
  while (views.some((view) => view.status().phase !== "LIVE")) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    port: Number(new URL(gateway.publicUrl).port),
    change: (note) => {
      const [{ id, ...value }] = orders as [(typeof orders)[number]]; // there are some
      log.append("shop.orders", [{ key: id, value: JSON.stringify({ ...value, note }) }]);
    },
  };
}
