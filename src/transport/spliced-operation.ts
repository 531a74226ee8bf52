import type { EventReceiver, EventSubscriber } from "../api/compiled/event-subscriber.ts";
import { makeNextHead } from "./next-message.ts";
import type { SocketWriter } from "./socket-writer.ts";

/**
 * What graphql-ws iterates while it keeps the operation's life (its id, its completion, its place among the socket's
 * operations): gives no result, and is done or fails when the operation is or does. The messages go past it: an iterator's
 * promises for each of them would cost more than all else that a message takes.
 */
export type SplicedOperation = AsyncIterableIterator<never, undefined>;

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Where an operation's messages go. */
export interface MessageTarget {
  readonly writer: SocketWriter;
  readonly operationId: string;
}

/** A subscription whose events are the tails of `next` messages. Registers with the first `next()`. */
export class SplicedSubscription implements SplicedOperation, EventReceiver<Uint8Array> {
  readonly #writer: SocketWriter;
  readonly #head: Uint8Array;
  readonly #ended = Promise.withResolvers<IteratorReturnResult<undefined>>();
  #subscriber: EventSubscriber<Uint8Array> | undefined;
  readonly #takeNext = (): void => this.#subscriber?.takeNext();

  constructor({ writer, operationId }: MessageTarget) {
    this.#writer = writer;
    this.#head = makeNextHead(operationId);
  }

  /** Says whose events it gets. Call it once, before `next()`. */
  follow(subscriber: EventSubscriber<Uint8Array>): void {
    this.#subscriber = subscriber;
  }

  next(): Promise<IteratorReturnResult<undefined>> {
    this.#takeNext();
    return this.#ended.promise;
  }

  /** Frees everything, also while `next()` is pending (F3); no more is queued for the socket from now on. */
  return(): Promise<IteratorReturnResult<undefined>> {
    this.#subscriber?.close();
    this.onEnd();
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  onPayload(tail: Uint8Array): void {
    this.#writer.splice(this.#head, tail);
    this.#writer.whenReady(this.#takeNext);
  }

  onEnd(): void {
    this.#ended.resolve(done);
  }

  onError(error: unknown): void {
    this.#ended.reject(error);
  }
}

/** A query's one message. */
export class SplicedAnswer implements SplicedOperation {
  readonly #target: MessageTarget;
  #tail: Uint8Array | undefined;

  constructor(target: MessageTarget, tail: Uint8Array) {
    this.#target = target;
    this.#tail = tail;
  }

  next(): Promise<IteratorReturnResult<undefined>> {
    const { writer, operationId } = this.#target;
    if (this.#tail !== undefined) writer.splice(makeNextHead(operationId), this.#tail);
    return this.return();
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#tail = undefined;
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
