import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../base/logger.ts";
import { sendRequestError } from "./send-response.ts";

/**
 * A request and its response. Whoever answers it says so by one of the two, once; what comes after that is ignored. No
 * promise: it would be a fiftieth of a point query.
 */
export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The answer was handed over. */
  finish(): void;
  /** It could not be answered: this is logged, unless the client has gone, and answered with 500 if nothing was answered yet. */
  fail(error: unknown): void;
}

export interface ExchangeParts extends Pick<HttpExchange, "request" | "response"> {
  readonly logger: Logger;
  /** Called once, however it ends. */
  readonly onOver: () => void;
}

/** The exchange of one listener. */
export class Exchange implements HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly #logger: Logger;
  readonly #onOver: () => void;
  #isOver = false;

  constructor({ request, response, logger, onOver }: ExchangeParts) {
    this.request = request;
    this.response = response;
    this.#logger = logger;
    this.#onOver = onOver;
  }

  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    const { request, response } = this;
    if (!request.destroyed || !response.destroyed) this.#logger.error({ err: error }, "request failed");
    sendRequestError(
      response,
      500,
      { message: "Internal server error", code: "INTERNAL_SERVER_ERROR" },
      { connection: "close" },
    );
    this.finish();
  }
}
