import type { WebSocket } from "ws";
import type { SocketWriter } from "./socket-writer.ts";

/**
 * Keeps the queries of one WebSocket from being answered faster than it takes answers: while it is full they wait, and then
 * one is begun in a macrotask, so that its answer, made by microtasks, counts before the next. Else a client that takes
 * nothing could have any number of answers made and kept, as each counts as over once it is queued.
 */
export class AnswerTurns {
  readonly #writer: SocketWriter;
  #waiting: Array<() => void> = [];
  #isClosed = false;

  constructor(writer: SocketWriter, webSocket: WebSocket) {
    this.#writer = writer;
    webSocket.once("close", () => {
      this.#isClosed = true;
      this.#beginNext();
    });
  }

  /** What `run` gives, at once or when it is its turn; also after the socket was closed, since somebody waits for it. */
  take<Result>(run: () => Result | Promise<Result>): Result | Promise<Result> {
    if (this.#isClosed || (this.#waiting.length === 0 && this.#writer.isReady)) return run();
    const { promise: isTurn, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    if (this.#waiting.length === 1) this.#writer.whenReady(this.#beginNext);
    return isTurn.then(run);
  }

  readonly #beginNext = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#awaitNext);
  };

  readonly #awaitNext = (): void => {
    if (this.#isClosed) this.#beginNext();
    else this.#writer.whenReady(this.#beginNext);
  };
}
