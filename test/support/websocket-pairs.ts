import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach } from "vitest";
import WebSocket, { WebSocketServer } from "ws";

/** Both ends of one connection. */
export interface WebSocketPair {
  readonly client: WebSocket;
  readonly webSocket: WebSocket;
  /** Of the server's end. */
  readonly socket: Socket;
}

/** Gives connections to a bare server that is there for each test of the file. */
export function useWebSocketPairs(): (options?: WebSocket.ClientOptions) => Promise<WebSocketPair> {
  let server: WebSocketServer;
  beforeEach(async () => {
    server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
  });
  afterEach(() => {
    for (const webSocket of server.clients) webSocket.terminate();
    server.close();
  });
  return async (options) => {
    const connected = once(server, "connection");
    // A server that listens on a port has an address of that kind.
    const { port } = server.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
    const [webSocket, { socket }] = (await connected) as [WebSocket, { readonly socket: Socket }];
    if (client.readyState !== client.OPEN) await once(client, "open");
    return { client, webSocket, socket };
  };
}
