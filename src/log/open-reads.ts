import { EventIterator, type EventSource } from "./event-iterator.ts";
import type { LogEvent } from "./log.ts";

/** The reads of one log that have not ended yet, so that closing the log ends them. */
export class OpenReads {
  readonly #reads = new Set<EventIterator>();
  #isClosed = false;

  /** Starts a read over `source`; after `close` it has ended already. */
  start(source: EventSource, signal: AbortSignal): AsyncIterableIterator<LogEvent, undefined> {
    const read = new EventIterator(source, signal, (ended) => this.#reads.delete(ended));
    this.#reads.add(read);
    if (this.#isClosed) void read.end();
    return read;
  }

  /** Ends all reads; resolves once everything of theirs is freed. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#reads].map((read) => read.end()));
  }
}
