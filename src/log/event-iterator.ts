import type { LogEvent, LogRead } from "./log.ts";

/** Where the events of one read come from. */
export interface EventSource<Event = LogEvent> {
  /** The next event, or undefined at the end. Calls never overlap. Stops waiting as soon as `signal` aborts; what it gives then is not used. */
  pull(signal: AbortSignal): Promise<Event | undefined>;
  /** Frees everything. Called once, when no `pull` runs and none will come. Never rejects. */
  close(): Promise<void>;
  /** As `LogRead.awayMs`. */
  awayMs?(): ReadonlyMap<number, number>;
}

/**
 * The iterator that a read hands out, over a source that only knows how to pull. Calls of `next` are answered in
 * their order; the end (`lost`, abort, `return`, an error) is the same for all of them. Hand-written because a
 * generator that is blocked in an `await` does not answer `return`.
 */
export class EventIterator<Event extends { readonly type: string } = LogEvent> implements LogRead<Event> {
  readonly #source: EventSource<Event>;
  readonly #signal: AbortSignal;
  readonly #onEnded: (iterator: EventIterator<Event>) => void;
  readonly #ending = new AbortController();
  #lastPull: Promise<unknown> = Promise.resolve();
  #ended: Promise<void> | undefined;

  constructor(source: EventSource<Event>, signal: AbortSignal, onEnded: (iterator: EventIterator<Event>) => void) {
    this.#source = source;
    this.#signal = signal;
    this.#onEnded = onEnded;
    if (signal.aborted) void this.end();
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    const result = this.#lastPull.then(() => this.#pull());
    this.#lastPull = result.catch(() => undefined); // only for the order: the caller of this `next` gets the error
    return result;
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.end();
    return { done: true, value: undefined };
  }

  awayMs(): ReadonlyMap<number, number> {
    return this.#source.awayMs?.() ?? new Map();
  }

  /** Ends the read; resolves once everything is freed. Idempotent, never rejects. */
  end(): Promise<void> {
    if (this.#ended === undefined) {
      this.#signal.removeEventListener("abort", this.#onAbort);
      this.#ending.abort();
      this.#ended = this.#lastPull.then(() => this.#source.close()).then(() => this.#onEnded(this));
    }
    return this.#ended;
  }

  readonly #onAbort = () => void this.end();

  async #pull(): Promise<IteratorResult<Event, undefined>> {
    if (this.#ended !== undefined) return { done: true, value: undefined };
    let event: Event | undefined;
    try {
      event = await this.#source.pull(this.#ending.signal);
    } catch (error) {
      if (this.#ending.signal.aborted) return { done: true, value: undefined };
      void this.end();
      throw error;
    }
    if (this.#ending.signal.aborted) return { done: true, value: undefined };
    if (event !== undefined && event.type !== "lost") return { done: false, value: event };
    void this.end(); // not awaited: it waits for this very pull
    return event === undefined ? { done: true, value: undefined } : { done: false, value: event };
  }
}
