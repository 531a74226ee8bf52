import type { Clock } from "../../base/clock.ts";
import { AnswerBuffers } from "./answer-buffers.ts";
import {
  type BrokerAddress,
  type BrokerConnection,
  formatBrokerAddress,
  type KafkaApi,
  type OpenConnection,
} from "./broker-connection.ts";
import { LogUnavailableError } from "./kafka-log-errors.ts";

/** How long a link waits. */
export interface LinkTimeouts {
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
}

/**
 * A way to one broker that heals: connects when first asked, shares that attempt among all who ask meanwhile, and
 * after any failure throws the connection away, so that the next request makes a new one. Never retries by itself.
 */
export class BrokerLink {
  readonly #address: BrokerAddress;
  readonly #open: OpenConnection;
  readonly #clock: Clock;
  readonly #timeouts: LinkTimeouts;
  readonly #buffers = new AnswerBuffers();
  #current: { readonly connection: BrokerConnection; readonly connected: Promise<void> } | undefined;
  #destroyed: Error | undefined;

  constructor(parts: { address: BrokerAddress; open: OpenConnection; clock: Clock; timeouts: LinkTimeouts }) {
    this.#address = parts.address;
    this.#open = parts.open;
    this.#clock = parts.clock;
    this.#timeouts = parts.timeouts;
  }

  get address(): BrokerAddress {
    return this.#address;
  }

  /** Sends and resolves with the answer. `heldMs`: how long the broker may hold the request before it answers. */
  async request(api: KafkaApi, body: Buffer, heldMs = 0): Promise<Buffer> {
    if (this.#destroyed !== undefined) throw this.#destroyed;
    this.#current ??= this.#connect();
    const { connection, connected } = this.#current;
    try {
      await connected;
      return await this.#guard(connection, connection.request(api, body), this.#timeouts.requestTimeoutMs + heldMs);
    } catch (error) {
      this.#drop(connection, toError(error));
      throw error;
    }
  }

  /** Nobody looks at this answer any more: a later one may get its bytes. */
  giveBack(answer: Buffer): void {
    if (this.#destroyed === undefined) this.#buffers.giveBack(answer);
  }

  /** Large answers are not to be expected now: keeps no bytes for them. */
  dropBuffers(): void {
    this.#buffers.drop();
  }

  /** The next request goes over a new connection. What is pending on the old one fails. */
  renew(reason: Error): void {
    if (this.#current !== undefined) this.#drop(this.#current.connection, reason);
  }

  /** Ends the link for good. Idempotent. */
  destroy(reason: Error): void {
    this.#destroyed ??= reason;
    this.#buffers.drop();
    this.renew(reason);
  }

  #connect(): { connection: BrokerConnection; connected: Promise<void> } {
    const connection = this.#open(this.#address, this.#buffers);
    const limitMs = this.#timeouts.connectionTimeoutMs + this.#timeouts.requestTimeoutMs;
    return { connection, connected: this.#guard(connection, connection.connect(), limitMs) };
  }

  /**
   * Fails when no byte has come for `limitMs`: a broker may be frozen, or the connection half open, and then nothing
   * else ever ends it. Bytes that come put the end off, so that a large answer over a slow line gets through.
   */
  #guard<T>(connection: BrokerConnection, answer: Promise<T>, limitMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      let receivedBytes = connection.receivedBytes();
      const check = (): void => {
        if (connection.receivedBytes() > receivedBytes) {
          receivedBytes = connection.receivedBytes();
          cancel = this.#clock.after(limitMs, check);
          return;
        }
        const found = `no byte from ${formatBrokerAddress(this.#address)} for ${limitMs} ms`;
        const error = new LogUnavailableError({ reason: "timeout", found });
        this.#drop(connection, error);
        reject(error);
      };
      let cancel = this.#clock.after(limitMs, check);
      answer.then(resolve, reject).finally(() => cancel());
    });
  }

  #drop(connection: BrokerConnection, reason: Error): void {
    if (this.#current?.connection === connection) this.#current = undefined;
    connection.destroy(reason);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new LogUnavailableError({ reason: "closed", found: String(error) });
}
