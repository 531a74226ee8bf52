import { once } from "node:events";
import { expect } from "vitest";
import WebSocket from "ws";

/** A raw client: messages are queued, so none is missed. */
export class Peer {
  readonly socket: WebSocket;
  readonly #messages: unknown[] = [];
  #wake: (() => void) | undefined;
  readonly closed: Promise<number>;

  constructor(url: string, protocol = "graphql-transport-ws", options: WebSocket.ClientOptions = {}) {
    this.socket = new WebSocket(url, protocol, options);
    this.socket.on("message", (data) => {
      this.#messages.push(JSON.parse(String(data)));
      this.#wake?.();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code) => resolve(code));
    });
    this.socket.on("error", () => undefined); // shown by `closed`
  }

  async opened(): Promise<this> {
    if (this.socket.readyState !== this.socket.OPEN) await once(this.socket, "open");
    return this;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async receive(): Promise<unknown> {
    while (this.#messages.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift();
  }

  async init(): Promise<this> {
    await this.opened();
    this.send({ type: "connection_init" });
    expect(await this.receive()).toEqual({ type: "connection_ack" });
    return this;
  }

  subscribe(query: string, id = "1"): void {
    this.send({ id, type: "subscribe", payload: { query } });
  }
}
