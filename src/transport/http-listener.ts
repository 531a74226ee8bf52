import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "../base/logger.ts";
import { Exchange, type HttpExchange } from "./http-exchange.ts";
import { PipelinedRequests } from "./pipelined-requests.ts";
import { sendRequestError } from "./send-response.ts";

export interface HttpListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** A connection on which no byte has moved for so long, while it is answered, is cut. */
  readonly deadPeerMs: number;
  readonly logger: Logger;
  /** Answers a request, now or later, and says when. What it throws counts as failed. */
  readonly onRequest: (exchange: HttpExchange) => void;
  /** Takes a socket over; absent: upgrades are refused. */
  readonly onUpgrade?: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined;
}

/** A listening HTTP server with its limits. */
export interface HttpListener {
  readonly url: string;
  readonly port: number;
  /** Connections now, WebSockets included. */
  readonly connections: number;
  /** Resolves when no request is being answered. */
  whenIdle(): Promise<void>;
  /** Ends everything that is still open. */
  close(): Promise<void>;
}

const tooManyConnections =
  "Expected fewer connections than this gateway takes, found its limit reached; try another replica, or the operator of this gateway can raise `limits.maxConnections`.";

/** Listens. Rejects if the address cannot be had. Sockets beyond the limit of connections are answered with 503 and closed. */
export async function openHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const {
    host,
    port,
    maxHeaderBytes,
    maxConnections,
    headersTimeoutMs,
    requestTimeoutMs,
    deadPeerMs,
    logger,
    onRequest,
    onUpgrade,
  } = options;
  const surplus = new WeakSet<Duplex>();
  const sockets = new Set<Duplex>();
  const pipelined = new PipelinedRequests();
  let answering = 0;
  let onIdle: (() => void) | undefined;

  const onOver = (): void => {
    answering -= 1;
    if (answering === 0) onIdle?.();
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    answering += 1;
    const exchange = new Exchange({ request, response, logger, onOver });
    // A response has no socket while that is an earlier one's.
    if (response.socket === null) pipelined.await(exchange, () => begin(exchange));
    else begin(exchange);
  };
  const begin = (exchange: Exchange): void => {
    try {
      if (surplus.has(exchange.request.socket)) {
        refuseSurplus(exchange.response);
        exchange.finish();
      } else onRequest(exchange);
    } catch (error) {
      exchange.fail(error);
    }
  };

  const server: Server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs),
      keepAliveTimeout: 65_000,
    },
    answer,
  );
  server.setTimeout(deadPeerMs); // bytes that the kernel takes count; a WebSocket has its own watch, and ws ends this one
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (sockets.size > maxConnections) surplus.add(socket);
    if (sockets.size > maxConnections + surplusKept) socket.destroy();
  });
  server.on("upgrade", (request, socket, head) => {
    if (surplus.has(socket)) refuseUpgrade(socket, "503 Service Unavailable", tooManyConnections);
    else if (onUpgrade === undefined)
      refuseUpgrade(socket, "400 Bad Request", "Expected a plain request, found an upgrade.");
    else onUpgrade(request, socket, head);
  });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  const boundPort = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host}:${boundPort}`,
    port: boundPort,
    get connections() {
      return sockets.size;
    },
    whenIdle: () =>
      answering === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            onIdle = resolve;
          }),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Sockets beyond the limit that are kept long enough to be told so. */
const surplusKept = 256;

function refuseSurplus(response: ServerResponse): void {
  sendRequestError(
    response,
    503,
    { message: tooManyConnections, code: "INTERNAL_SERVER_ERROR" },
    { connection: "close", "retry-after": "5" },
  );
}

/** Answers an upgrade with a plain HTTP error and closes. */
export function refuseUpgrade(socket: Duplex, status: string, message: string): void {
  socket.on("error", () => socket.destroy()); // the peer may be gone already: nothing is left to tell it
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}
