import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ExecutionResult, execute, type FormattedExecutionResult, type GraphQLError, subscribe } from "graphql";
import { type Context, handleProtocols, makeServer } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { toClientError } from "../api/client-errors.ts";
import { completeResult } from "../api/complete-result.ts";
import type { OperationContext } from "../api/operation-context.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { refuseUpgrade } from "./http-listener.ts";
import { type OperationGate, toGraphqlError } from "./operation-gate.ts";
import { watchPeer } from "./peer-watch.ts";
import { ShuttingDownError, TooManySubscriptionsError } from "./transport-errors.ts";

export interface WebSocketListenerOptions {
  readonly gate: OperationGate;
  readonly createContext: () => OperationContext;
  readonly corsOrigins: readonly string[];
  readonly maxMessageBytes: number;
  readonly maxSubscriptionsPerSocket: number;
  readonly connectionInitMs: number;
  readonly deadPeerMs: number;
  readonly isStopping: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** WebSockets of clients, speaking `graphql-transport-ws`. */
export interface WebSocketListener {
  readonly sockets: number;
  /** Operations that run now. */
  readonly operations: number;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Resolves when no operation runs any more. */
  whenIdle(): Promise<void>;
  /** Closes every socket with 1001; those that do not answer are cut after a moment. */
  close(): Promise<void>;
}

const closeAnswerMs = 500;

/**
 * Speaks graphql-transport-ws (graphql-ws) over ws: queries and subscriptions, results completed with their position,
 * errors masked. What is wrong with one operation is an `error` message of it; the socket stays.
 */
export function createWebSocketListener(options: WebSocketListenerOptions): WebSocketListener {
  const { clock, logger, connectionInitMs, deadPeerMs, maxMessageBytes } = options;
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const protocol = makeServer<Record<string, unknown>, undefined>({
    connectionInitWaitTimeout: connectionInitMs,
    execute,
    subscribe,
    onSubscribe: (context, _id, payload) => admit(context, payload, options),
    onOperation: (_context, _id, _payload, _args, result) =>
      isFailedSubscription(result) ? failing(result.errors ?? []) : result,
    onNext: (_context, _id, _payload, { contextValue }, result): FormattedExecutionResult => {
      const context = contextValue as OperationContext; // set by `admit`
      const { data, errors, extensions } = completeResult(result, context);
      return {
        ...(data === undefined ? {} : { data }),
        ...(extensions === undefined ? {} : { extensions }),
        ...(errors === undefined
          ? {}
          : { errors: errors.map((error) => toClientError(asFormatted(error), error, logger)) }),
      };
    },
    onError: (_context, _id, _payload, errors) => errors.map((error) => toClientError(error.toJSON(), error, logger)),
  });
  const running = new Set<Promise<void>>();

  webSockets.on("connection", (webSocket: WebSocket, request: IncomingMessage) => {
    watchPeer(webSocket, request.socket, { clock, deadPeerMs });
    webSocket.on("error", (error) => logger.debug({ err: error }, "websocket failed")); // ws closes it with the right code
    const closed = protocol.opened(
      {
        protocol: webSocket.protocol,
        send: (data) => sendWhole(webSocket, data),
        close: (code, reason) => webSocket.close(code, reason),
        onMessage: (handle) => {
          webSocket.on("message", (data) => {
            const operation = handle(String(data)).catch((error: unknown) => {
              logger.error({ err: error }, "websocket message failed");
              webSocket.close(4500, "Internal server error");
            });
            running.add(operation);
            void operation.finally(() => running.delete(operation)); // never rejects
          });
        },
      },
      undefined,
    );
    webSocket.once("close", (code, reason) => {
      closed(code, String(reason)).catch((error: unknown) => logger.error({ err: error }, "websocket clean-up failed"));
    });
  });

  return {
    get sockets() {
      return webSockets.clients.size;
    },
    get operations() {
      return running.size;
    },
    handleUpgrade: (request, socket, head) => {
      if (options.isStopping()) refuseUpgrade(socket, "503 Service Unavailable", new ShuttingDownError().message);
      else if (!isAllowedOrigin(request, options.corsOrigins)) {
        refuseUpgrade(
          socket,
          "403 Forbidden",
          "Expected a page of an allowed origin; the operator of this gateway can add it to `cors.origins`.",
        );
      } else if (socket instanceof Socket) {
        webSockets.handleUpgrade(request, socket, head, (webSocket) =>
          webSockets.emit("connection", webSocket, request),
        );
      }
    },
    whenIdle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
    close: async () => {
      const open = [...webSockets.clients];
      for (const webSocket of open) webSocket.close(1001, "Going away");
      await Promise.all(open.map((webSocket) => whenClosed(webSocket, clock)));
    },
  };
}

function admit(
  context: Context<Record<string, unknown>, undefined>,
  payload: Parameters<OperationGate>[0],
  options: WebSocketListenerOptions,
) {
  if (options.isStopping()) return [toGraphqlError(new ShuttingDownError())];
  const { maxSubscriptionsPerSocket } = options;
  if (Object.keys(context.subscriptions).length > maxSubscriptionsPerSocket) {
    return [toGraphqlError(new TooManySubscriptionsError(maxSubscriptionsPerSocket))];
  }
  const admitted = options.gate(payload);
  return "schema" in admitted ? { ...admitted, contextValue: options.createContext() } : admitted;
}

/** Resolves when the bytes were handed to the kernel: while a slow socket does not take them, its changes are merged. */
function sendWhole(webSocket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (webSocket.readyState !== webSocket.OPEN) resolve();
    else
      webSocket.send(data, (error) =>
        error === undefined || error === null || webSocket.readyState !== webSocket.OPEN ? resolve() : reject(error),
      );
  });
}

function isFailedSubscription(result: unknown): result is ExecutionResult {
  return typeof result === "object" && result !== null && "errors" in result && !("data" in result);
}

/** A stream that fails at once: what could not be subscribed to is an `error` message, not a result. */
function failing(errors: readonly GraphQLError[]): AsyncIterableIterator<ExecutionResult> {
  return {
    next: () => Promise.reject(errors[0] ?? new Error("a subscription failed without an error")),
    return: () => Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function asFormatted(error: GraphQLError | ReturnType<GraphQLError["toJSON"]>) {
  return "toJSON" in error ? error.toJSON() : error;
}

/** A browser sends the page's origin: the same host, or an allowed one. Others (no browsers) send none. */
function isAllowedOrigin({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes("*") || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function whenClosed(webSocket: WebSocket, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (webSocket.readyState === webSocket.CLOSED) {
      resolve();
      return;
    }
    const cancel = clock.after(closeAnswerMs, () => webSocket.terminate());
    webSocket.once("close", () => {
      cancel();
      resolve();
    });
  });
}
