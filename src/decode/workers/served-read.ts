import { nextMacrotask } from "../../base/event-loop.ts";
import type { LogRead } from "../../log/log.ts";
import { Wakeup } from "../../log/wakeup.ts";
import type { BufferSource } from "../columns/buffer-source.ts";
import type { IngestEvent } from "../ingest.ts";
import type { BadRecord, RowBatch } from "../row-batch.ts";
import { describeError } from "./error-data.ts";
import type { PostedEvent, PostFromWorker } from "./ingest-protocol.ts";
import { messageLimits } from "./worker-ingest-defaults.ts";

export interface ServedReadParts {
  /** The read's number. */
  readonly read: number;
  /** Starts the read, which ends as soon as the signal aborts. */
  readonly open: (signal: AbortSignal) => LogRead<IngestEvent>;
  readonly buffers: BufferSource;
  /** Bytes that this read may have in flight now. */
  readonly shareBytes: () => number;
  readonly post: PostFromWorker;
}

/**
 * One read in its worker: pulls the ingest and posts what it says, several events in one message if they are there at
 * once, until its share of bytes is in flight; goes on when some have been taken. A batch is never held back for its size.
 */
export class ServedRead {
  readonly #parts: ServedReadParts;
  readonly #ended = new AbortController();
  readonly #room = new Wakeup();
  #events: LogRead<IngestEvent> | undefined;
  /** Rows that have been posted, or are about to be, and have not been taken. */
  #bytesInFlight = 0;
  #outbox: PostedEvent[] = [];
  #outboxBytes = 0;

  constructor(parts: ServedReadParts) {
    this.#parts = parts;
  }

  /** Resolves when the read has ended, for whatever reason, and that has been said. Never rejects. */
  async run(): Promise<void> {
    const { read, open, post } = this.#parts;
    try {
      this.#events = open(this.#ended.signal);
      await this.#pump(this.#events);
      if (this.#ended.signal.aborted) return;
      this.#flush();
      post({ type: "ended", read }, []);
    } catch (defect) {
      if (this.#ended.signal.aborted) return;
      this.#flush();
      post({ type: "failed", read, error: describeError(defect) }, []);
    }
  }

  /** So many bytes have been taken on the other side. */
  take(bytes: number): void {
    this.#bytesInFlight -= bytes;
    this.#room.wake();
  }

  /** The share may have grown. */
  lookForRoom(): void {
    this.#room.wake();
  }

  /** Says how long the read has been away from the ends of its partitions. */
  postAway(): void {
    const awayMs = this.#events?.awayMs?.();
    if (awayMs === undefined || awayMs.size === 0) return;
    this.#flush(); // what it is true of
    this.#parts.post({ type: "away", read: this.#parts.read, awayMs }, []);
  }

  /** Ends the read; nothing is said of it any more. */
  close(): void {
    this.#ended.abort();
    for (const event of this.#outbox) {
      if (event.type === "rows") for (const { buffer } of event.batches) this.#parts.buffers.returnBuffer(buffer);
    }
    this.#outbox = [];
  }

  async #pump(source: LogRead<IngestEvent>): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      if (this.#bytesInFlight >= this.#parts.shareBytes()) {
        this.#flush();
        await this.#room.wait(signal);
        continue;
      }
      const { done, value } = await source.next();
      if (done || signal.aborted) return;
      this.#put(value);
      if (this.#outbox.length < messageLimits.events && this.#outboxBytes < messageLimits.bytes) continue;
      this.#flush();
      await nextMacrotask(); // for sockets, and messages of the other side
    }
  }

  #put(event: IngestEvent): void {
    if (this.#outbox.length === 0) setImmediate(() => this.#flush());
    if (event.type === "stalled") this.#outbox.push({ type: "stalled", cause: describeError(event.cause) });
    else if (event.type !== "rows") this.#outbox.push(event);
    else {
      const { type, batches, recordCount, sizeBytes } = event;
      const bytes = batches.reduce((sum, batch) => sum + bytesOf(batch), 0);
      this.#bytesInFlight += bytes;
      this.#outboxBytes += bytes;
      this.#outbox.push({ type, batches, recordCount, sizeBytes, bytes });
    }
  }

  #flush(): void {
    if (this.#outbox.length === 0 || this.#ended.signal.aborted) return;
    const events = this.#outbox;
    this.#outbox = [];
    this.#outboxBytes = 0;
    const transferred = events.flatMap((event) =>
      event.type === "rows" ? event.batches.map(({ buffer }) => buffer) : [],
    );
    this.#parts.post({ type: "events", read: this.#parts.read, events }, transferred);
  }
}

/** About what a batch takes in memory. */
function bytesOf({ buffer, newTexts, badRecords, halted }: RowBatch): number {
  let bytes = buffer.byteLength;
  for (const { text } of newTexts) bytes += text.length + 128;
  for (const bad of badRecords) bytes += bytesOfBadRecord(bad);
  return halted === undefined ? bytes : bytes + bytesOfBadRecord(halted);
}

function bytesOfBadRecord({ key, error, firstBytes }: BadRecord): number {
  return (key?.length ?? 0) + error.length + firstBytes.length + 256;
}
