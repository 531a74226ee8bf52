import { EventEmitter, on, once } from "node:events";
import { createServer } from "node:http";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { createPlainSchema } from "./plain-schema.ts";
import type { BenchServer } from "./server-protocol.ts";
import { orders } from "./shop.ts";

/** graphql-ws on ws as its documentation has it: each subscriber an iterator of its own, each event executed for each. */
export async function startStockSockets(): Promise<BenchServer> {
  const emitter = new EventEmitter().setMaxListeners(0);
  const http = createServer();
  const webSockets = new WebSocketServer({ server: http, path: "/graphql" });
  useServer(
    { schema: createPlainSchema(), roots: { subscription: { ordersChanged: () => follow(emitter) } } },
    webSockets,
  );
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const address = http.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    change: (note) => emitter.emit("change", { changes: [{ kind: "UPDATED", order: { ...orders[0], note } }] }),
  };
}

async function* follow(emitter: EventEmitter): AsyncGenerator<{ readonly ordersChanged: unknown }> {
  for await (const [set] of on(emitter, "change")) yield { ordersChanged: set };
}
