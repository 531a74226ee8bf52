import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { handleProtocols } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../base/clock.ts";
import { AnswerTurns } from "./answer-turns.ts";
import { refuseUpgrade } from "./http-listener.ts";
import { watchPeer } from "./peer-watch.ts";
import { createSocketProtocol, type SocketProtocolOptions } from "./socket-protocol.ts";
import { SocketWriter } from "./socket-writer.ts";
import { ShuttingDownError } from "./transport-errors.ts";
import { WriteRounds } from "./write-rounds.ts";

export interface WebSocketListenerOptions extends SocketProtocolOptions {
  readonly corsOrigins: readonly string[];
  readonly maxMessageBytes: number;
  readonly deadPeerMs: number;
  readonly clock: Clock;
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

/** Who is to take so much is not listened to: each thing that it says may be answered, be it by an error or a pong. */
const maxUnsentBytes = 1024 * 1024;

/** Speaks graphql-transport-ws over ws. */
export function createWebSocketListener(options: WebSocketListenerOptions): WebSocketListener {
  const { clock, logger, deadPeerMs, maxMessageBytes } = options;
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    // Else a `complete` and a `subscribe` with its id that come together would meet before graphql-ws has ended the first
    // operation: it then completes the second one for the client and forgets it, so that nothing ever ends it.
    allowSynchronousEvents: false,
    perMessageDeflate: false, // costs far more than it saves, and `SocketWriter` relies on it
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const protocol = createSocketProtocol(options);
  const rounds = new WriteRounds(clock);
  const running = new Set<Promise<void>>();

  webSockets.on("connection", (webSocket: WebSocket, request: IncomingMessage) => {
    watchPeer(webSocket, request.socket, { clock, deadPeerMs });
    webSocket.on("error", (error) => logger.debug({ err: error }, "websocket failed")); // ws closes it with the right code
    const writer = new SocketWriter(webSocket, request.socket, rounds);
    const awaitTaken = (): void => {
      if (writer.unsentBytes < maxUnsentBytes || webSocket.isPaused) return;
      webSocket.pause();
      writer.whenReady(() => webSocket.resume());
    };
    webSocket.on("ping", awaitTaken);
    const closed = protocol.opened(
      {
        protocol: webSocket.protocol,
        send: (data) => writer.send(data),
        close: (code, reason) => writer.close(code, reason),
        onMessage: (handle) => {
          webSocket.on("message", (data) => {
            awaitTaken();
            const operation = handle(String(data)).catch((error: unknown) => {
              logger.error({ err: error }, "websocket message failed");
              webSocket.close(4500, "Internal server error");
            });
            running.add(operation);
            void operation.finally(() => running.delete(operation)); // never rejects
          });
        },
      },
      { writer, turns: new AnswerTurns(writer, webSocket) },
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
