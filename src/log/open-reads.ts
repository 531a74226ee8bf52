import { EventIterator, type EventSource } from "./event-iterator.ts";
import type { LogEvent, LogRead } from "./log.ts";

/** The reads of one log (or of what stands before it) that have not ended yet, so that closing it ends them. */
export class OpenReads<Event extends { readonly type: string } = LogEvent> {
  readonly #reads = new Set<EventIterator<Event>>();
  #isClosed = false;

  /** Starts a read over `source`; after `close` it has ended already. */
  start(source: EventSource<Event>, signal: AbortSignal): LogRead<Event> {
    const read = new EventIterator<Event>(source, signal, (ended) => this.#reads.delete(ended));
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
