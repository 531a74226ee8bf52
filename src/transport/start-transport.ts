import type { IncomingMessage, ServerResponse } from "node:http";
import { type GraphQLSchema, NoSchemaIntrospectionCustomRule } from "graphql";
import { createOperationRunner } from "../api/compiled/operation-runner.ts";
import { createDocumentRules } from "../api/document-rules.ts";
import { createOperationContext } from "../api/operation-context.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { ViewCatalog } from "../view/readable-view.ts";
import { openAdminListener } from "./admin-listener.ts";
import { applyCors } from "./cors.ts";
import { createDirectAnswer } from "./direct-answer.ts";
import { createGraphqlHandler } from "./graphql-http-handler.ts";
import { createGraphqlServer } from "./graphql-server.ts";
import { getReadiness } from "./health.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { openHttpListener, refuseUpgrade } from "./http-listener.ts";
import { createOperationGate } from "./operation-gate.ts";
import type { PrometheusMetrics } from "./prometheus-metrics.ts";
import { createRequestMetrics } from "./request-metrics.ts";
import { sendRequestError, sendText } from "./send-response.ts";
import { createSpliceOperations } from "./splice-operations.ts";
import { ShuttingDownError } from "./transport-errors.ts";
import type { TransportOptions } from "./transport-options.ts";
import { registerViewMetrics } from "./view-metrics.ts";
import { createWebSocketListener } from "./websocket-listener.ts";

export interface TransportParts {
  readonly schema: GraphQLSchema;
  readonly adminSchema: GraphQLSchema;
  readonly views: ViewCatalog;
  readonly options: TransportOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
}

/** Both listeners, open. */
export interface Transport {
  readonly publicUrl: string;
  readonly adminUrl: string;
  /** From now on `/readyz` is 503 and new work is refused with SHUTTING_DOWN; what runs goes on. Idempotent. */
  beginStop(): void;
  /** Waits, at most `graceMs`, until what runs has ended (subscriptions end when their views stop), then closes everything. */
  stop({ graceMs }: { readonly graceMs: number }): Promise<void>;
}

/** Opens the public and the admin listener. Rejects if an address cannot be had; nothing listens then. */
export async function startTransport({
  schema,
  adminSchema,
  views,
  options,
  clock,
  logger,
  metrics,
}: TransportParts): Promise<Transport> {
  const { limits, introspection, corsOrigins, maxStaleMs } = options;
  let isStopping = false;
  const rules = createDocumentRules(limits);
  const readiness = () => getReadiness(views, { maxStaleMs, nowMs: clock.nowMs(), isStopping });
  const createContext = () => createOperationContext({ views, limits, clock });
  const server = createGraphqlServer({ schema, introspection, rules, maxTokens: limits.maxTokens, logger });
  await server.start();
  const runner = createOperationRunner({
    schema,
    definitions: [...views.values()].map(({ definition }) => definition),
    rules: introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule],
    maxTokens: limits.maxTokens,
    limits,
    clock,
    logger,
    metrics,
  });
  const handleGraphql = createGraphqlHandler({
    server,
    answerDirectly:
      options.compiledOperations !== false ? createDirectAnswer({ runner, createContext, logger }) : undefined,
    maxBodyBytes: limits.maxBodyBytes,
    createContext,
    clock,
    onAnswered: createRequestMetrics(metrics),
  });
  const webSockets = createWebSocketListener({
    splicing:
      options.compiledOperations !== false
        ? createSpliceOperations({ schema, runner, views, createContext, logger, metrics })
        : undefined,
    gate: createOperationGate({ schema, introspection, rules, maxTokens: limits.maxTokens }),
    createContext,
    corsOrigins,
    maxMessageBytes: limits.maxMessageBytes,
    maxSubscriptionsPerSocket: limits.maxSubscriptionsPerSocket,
    connectionInitMs: options.connectionInitMs,
    deadPeerMs: options.deadPeerMs,
    isStopping: () => isStopping,
    clock,
    logger,
  });

  const onRequest = (exchange: HttpExchange): void => {
    const { request, response } = exchange;
    const path = pathOf(request);
    if (path === "/graphql" && !applyCors(request, response, corsOrigins) && !isStopping) {
      handleGraphql(exchange);
      return;
    }
    if (path === "/livez" || path === "/readyz") answerHealth(request, response, path === "/livez" ? livez : readyz());
    else if (path !== "/graphql")
      sendText(response, 404, "Expected /graphql, /livez or /readyz, found another path.\n");
    else if (!response.headersSent) refuseWhileStopping(response);
    exchange.finish();
  };
  const readyz = () => {
    const { isReady, publicText } = readiness();
    return { status: isReady ? 200 : 503, text: publicText };
  };

  const admin = await openAdminListener({ schema: adminSchema, readiness, metrics, options, clock, logger });
  const http = await openHttpListener({
    host: options.host,
    port: options.port,
    maxHeaderBytes: limits.maxHeaderBytes,
    maxConnections: limits.maxConnections,
    headersTimeoutMs: options.headersTimeoutMs,
    requestTimeoutMs: options.requestTimeoutMs,
    deadPeerMs: options.deadPeerMs,
    logger,
    onRequest,
    onUpgrade: (request, socket, head) => {
      if (pathOf(request) === "/graphql") webSockets.handleUpgrade(request, socket, head);
      else refuseUpgrade(socket, "404 Not Found", "Expected /graphql, found another path.");
    },
  }).catch(async (error: unknown) => {
    await admin.close();
    throw error;
  });
  registerViewMetrics(metrics, views);
  metrics.gauge("connections", "Connections of clients.", [], () => [{ labels: {}, value: http.connections }]);
  metrics.gauge("websockets", "WebSockets of clients.", [], () => [{ labels: {}, value: webSockets.sockets }]);
  metrics.gauge("websocket_operations", "Operations that run over WebSockets.", [], () => [
    { labels: {}, value: webSockets.operations },
  ]);

  return {
    publicUrl: http.url,
    adminUrl: admin.url,
    beginStop: () => {
      isStopping = true;
    },
    stop: async ({ graceMs }) => {
      isStopping = true;
      const { promise: graceIsOver, resolve } = Promise.withResolvers<void>();
      const cancel = clock.after(graceMs, resolve);
      await Promise.race([Promise.all([webSockets.whenIdle(), http.whenIdle()]), graceIsOver]);
      cancel();
      await webSockets.close();
      await http.close();
      await admin.close();
      await server.stop();
    },
  };
}

const livez = { status: 200, text: "alive\n" };

function refuseWhileStopping(response: ServerResponse): void {
  const { message } = new ShuttingDownError();
  sendRequestError(response, 503, { message, code: "SHUTTING_DOWN" }, { connection: "close", "retry-after": "5" });
}

function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  { status, text }: { readonly status: number; readonly text: string },
): void {
  if (request.method === "GET" || request.method === "HEAD") sendText(response, status, text);
  else sendText(response, 405, "Expected GET, found another method.\n", { allow: "GET, HEAD" });
}

function pathOf({ url = "/" }: IncomingMessage): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}
