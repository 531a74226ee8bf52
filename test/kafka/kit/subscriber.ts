import type { iterate } from "../../support/gateway-harness.ts";

type Messages = ReturnType<typeof iterate>;

/** One subscription over a WebSocket. It has begun once constructed; no message is missed between two calls of `next`. */
export class Subscriber {
  readonly #messages: Messages;
  #asked: ReturnType<Messages["next"]>;

  constructor(messages: Messages) {
    this.#messages = messages;
    this.#asked = this.#ask(); // graphql-ws subscribes when it is asked for the first message
  }

  /** The next message's `data`; undefined once the operation is complete. Throws if it has errors or the socket breaks. */
  async next(): Promise<unknown> {
    const { done, value } = await this.#asked;
    if (done) return undefined;
    this.#asked = this.#ask();
    if (value.errors !== undefined) throw new Error(`Expected a message, found ${JSON.stringify(value.errors)}`);
    return value.data;
  }

  #ask(): ReturnType<Messages["next"]> {
    const asked = this.#messages.next();
    asked.catch(() => undefined); // `next` throws it; a test that has ended does not ask any more
    return asked;
  }
}
