import type { GraphQLSchema } from "graphql";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { createGraphqlHandler } from "./graphql-http-handler.ts";
import { createGraphqlServer } from "./graphql-server.ts";
import type { Readiness } from "./health.ts";
import { isAllowedHost } from "./host-guard.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { type HttpListener, openHttpListener } from "./http-listener.ts";
import type { PrometheusMetrics } from "./prometheus-metrics.ts";
import { sendText } from "./send-response.ts";
import type { TransportOptions } from "./transport-options.ts";

export interface AdminListenerParts {
  readonly schema: GraphQLSchema;
  readonly readiness: () => Readiness;
  readonly metrics: PrometheusMetrics;
  readonly options: TransportOptions;
  readonly clock: Clock;
  readonly logger: Logger;
}

const adminConnections = 100;

/**
 * Listens for operators: `/metrics`, `/readyz` with reasons, `/graphql` (the admin API). Answers only requests whose
 * `Host` names this machine, so that no web page can reach it by DNS tricks.
 */
export async function openAdminListener({
  schema,
  readiness,
  metrics,
  options,
  clock,
  logger,
}: AdminListenerParts): Promise<HttpListener> {
  const { limits } = options;
  const server = createGraphqlServer({ schema, introspection: true, rules: [], maxTokens: limits.maxTokens, logger });
  await server.start();
  const handleGraphql = createGraphqlHandler({
    server,
    maxBodyBytes: limits.maxBodyBytes,
    createContext: () => ({}),
    clock,
  });
  const allowedHosts = [options.adminHost, ...options.adminAllowedHosts];
  const answer = async (exchange: HttpExchange): Promise<void> => {
    const { request, response } = exchange;
    if (!isAllowedHost(request.headers.host, allowedHosts)) {
      sendText(
        response,
        421,
        "Expected a Host header that names this machine; the operator can add names to `admin.allowedHosts`.\n",
      );
      exchange.finish();
      return;
    }
    const path = (request.url ?? "/").split("?", 1)[0];
    if (path === "/graphql") {
      handleGraphql(exchange);
      return;
    }
    if (path !== "/metrics" && path !== "/readyz" && path !== "/livez") {
      sendText(response, 404, "Expected /metrics, /readyz, /livez or /graphql, found another path.\n");
    } else if (request.method !== "GET" && request.method !== "HEAD") {
      sendText(response, 405, "Expected GET, found another method.\n", { allow: "GET, HEAD" });
    } else if (path === "/metrics") {
      sendText(response, 200, await metrics.readText(), { "content-type": metrics.contentType });
    } else if (path === "/livez") {
      sendText(response, 200, "alive\n");
    } else {
      const { isReady, adminText } = readiness();
      sendText(response, isReady ? 200 : 503, adminText);
    }
    exchange.finish();
  };
  const http = await openHttpListener({
    host: options.adminHost,
    port: options.adminPort,
    maxHeaderBytes: limits.maxHeaderBytes,
    maxConnections: adminConnections,
    headersTimeoutMs: options.headersTimeoutMs,
    requestTimeoutMs: options.requestTimeoutMs,
    deadPeerMs: options.deadPeerMs,
    logger,
    onRequest: (exchange) => {
      answer(exchange).catch((error: unknown) => exchange.fail(error));
    },
  });
  const { url, port, whenIdle } = http;
  return {
    url,
    port,
    whenIdle,
    get connections() {
      return http.connections;
    },
    close: async () => {
      await http.close();
      await server.stop();
    },
  };
}
