import type { Socket } from "node:net";
import type { HttpExchange } from "./http-exchange.ts";

/** More than any client sends before it has an answer. */
const maxWaiting = 100;

/**
 * Requests that came on a connection before an earlier one was answered (RFC 9112, 9.3.2) wait for their turn, so that of
 * each connection one answer is made and held at a time. Who sends more without taking answers is cut: Node parses all that
 * comes, and would hold a request for every forty bytes of it.
 */
export class PipelinedRequests {
  readonly #waiting = new WeakMap<Socket, number>();

  /** Calls `begin` when what came before is answered; finishes the exchange if that never happens. */
  await(exchange: HttpExchange, begin: () => void): void {
    const { request, response } = exchange;
    const { socket } = request;
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    if (waiting > maxWaiting) {
      socket.destroy();
      exchange.finish();
      return;
    }
    this.#waiting.set(socket, waiting);
    const onGone = (): void => exchange.finish();
    request.once("close", onGone);
    response.once("socket", () => {
      request.off("close", onGone);
      this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1);
      begin();
    });
  }
}
