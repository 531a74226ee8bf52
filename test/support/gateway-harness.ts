import { type Client, createClient } from "graphql-ws";
import WebSocket from "ws";
import type { Clock } from "../../src/base/clock.ts";
import type { Logger } from "../../src/base/logger.ts";
import { type Gateway, startGateway } from "../../src/gateway.ts";
import { createMemoryLog, type MemoryLog } from "../../src/log/memory/memory-log.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import { defaultTransportOptions, type TransportOptions } from "../../src/transport/transport-options.ts";
import type { ViewOptions } from "../../src/view/view-options.ts";
import { defineView } from "./view-definitions.ts";

export const orderView: ViewDefinition = defineView({
  name: "Order",
  topic: "shop.orders",
  fields: { n: { type: "Int", isIndexed: true } },
});

export interface GatewayHarness extends AsyncDisposable {
  readonly log: MemoryLog;
  readonly gateway: Gateway;
  /** `ws://…/graphql` */
  readonly socketUrl: string;
  /** Appends one order; returns once queries see it: the view is served and its position is beyond the record. Rejects if the view has failed. */
  put(key: string, n: number | null): Promise<void>;
  /** POSTs an operation. */
  post(
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<{ status: number; headers: Headers; body: unknown }>;
  untilLive(): Promise<void>;
}

/** A gateway on free loopback ports over an in-memory log with one topic of orders. */
export async function startTestGateway({
  definitions = [orderView],
  createsTopic = true,
  transport = {},
  limits = {},
  views,
  memoryLimitBytes,
  clock,
  logger,
}: {
  readonly definitions?: readonly ViewDefinition[];
  readonly createsTopic?: boolean;
  readonly transport?: Partial<TransportOptions>;
  readonly limits?: Partial<TransportOptions["limits"]>;
  readonly views?: Partial<ViewOptions>;
  readonly memoryLimitBytes?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
} = {}): Promise<GatewayHarness> {
  const log = createMemoryLog();
  if (createsTopic) log.createTopic("shop.orders", { partitions: 1 });
  const gateway = await startGateway({
    definitions,
    log,
    transport: {
      host: "127.0.0.1",
      port: 0,
      adminPort: 0,
      ...transport,
      limits: { ...defaultTransportOptions.limits, ...limits },
    },
    views,
    memoryLimitBytes,
    clock,
    logger,
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };
  const servedOffset = (): number => {
    const view = gateway.views.get("Order");
    return view?.status().isComplete || view?.status().phase === "FAILED" ? (view.position().positions.get(0) ?? 0) : 0;
  };
  return {
    log,
    gateway,
    socketUrl: `${gateway.publicUrl.replace("http", "ws")}/graphql`,
    put: async (key, n) => {
      const [offset = 0] = log.append("shop.orders", [{ key, value: n === null ? null : JSON.stringify({ n }) }]);
      await until(() => servedOffset() > offset);
    },
    post: async (query, variables) => {
      const response = await fetch(`${gateway.publicUrl}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    untilLive: () => until(() => [...gateway.views.values()].every((view) => view.status().phase === "LIVE")),
    [Symbol.asyncDispose]: () => gateway.stop({ graceMs: 1_000 }),
  };
}

/** A graphql-ws client that does not retry. */
export function connectClient(url: string): Client {
  return createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true });
}

/** The results of one operation, as they come. */
export function iterate(client: Client, query: string): ReturnType<Client["iterate"]> {
  return client.iterate({ query });
}
