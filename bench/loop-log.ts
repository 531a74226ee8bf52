import { createSeededRandom } from "../src/cli/demo/seeded-random.ts";
import type { EventSource } from "../src/log/event-iterator.ts";
import type { Log, LogEvent, LogRead, LogRecord, ReadRequest } from "../src/log/log.ts";
import { OpenReads } from "../src/log/open-reads.ts";
import { Wakeup } from "../src/log/wakeup.ts";
import { makeOrder } from "./order-records.ts";

/** As many as a log hands out at a time. */
const batchRecords = 1_000;

/** What the log says next. */
export type LoopOrder =
  | { readonly kind: "updates"; readonly records: number; readonly noteLength: number }
  /** The log is lost; what is read then has changed in every so many-th key. */
  | { readonly kind: "lose"; readonly every: number };

/** A topic of orders that is made up while it is read: one partition, each key once, then what it is told to say. One read at a time. */
export class LoopLog implements Log {
  readonly #keys: number;
  readonly #orders: LoopOrder[] = [];
  readonly #random = createSeededRandom(1);
  readonly #reads = new OpenReads();
  readonly #said = new Wakeup();
  #lives = 0;
  #every = 0;

  constructor(keys: number) {
    this.#keys = keys;
  }

  say(order: LoopOrder): void {
    this.#orders.push(order);
    this.#said.wake();
  }

  read({ signal }: ReadRequest): LogRead {
    this.#lives += 1;
    const events = this.#makeEvents(`life-${this.#lives}`, signal);
    const source: EventSource = {
      pull: async () => (await events.next()).value,
      close: async () => void (await events.return(undefined)),
    };
    return this.#reads.start(source, signal);
  }

  close(): Promise<void> {
    return this.#reads.close();
  }

  async *#makeEvents(incarnation: string, signal: AbortSignal): AsyncGenerator<LogEvent, undefined> {
    const bounds = { partition: 0, startOffset: 0, lastStableOffset: this.#keys, highWatermark: this.#keys };
    yield { type: "opened", incarnation, partitions: [bounds], deleteRetentionMs: null };
    let offset = 0;
    const batchOf = (records: readonly LogRecord[]): LogEvent => {
      const fromOffset = offset;
      offset += records.length;
      const facts = { partition: 0, leaderEpoch: 0, sizeBytes: 0 };
      return { type: "batch", batch: { ...facts, fromOffset, nextOffset: offset, records } };
    };
    while (offset < this.#keys) yield batchOf(this.#makeFirst(offset));
    for (;;) {
      const order = await this.#next(signal);
      if (order === undefined) return undefined;
      if (order.kind === "lose") {
        this.#every = order.every;
        yield { type: "lost", reason: "RECREATED", partition: undefined, detail: "for the bench" };
        return undefined;
      }
      for (let made = 0; made < order.records; made += batchRecords)
        yield batchOf(this.#makeUpdates(offset, Math.min(batchRecords, order.records - made), order.noteLength));
    }
  }

  async #next(signal: AbortSignal): Promise<LoopOrder | undefined> {
    while (this.#orders.length === 0 && !signal.aborted) await this.#said.wait(signal);
    return this.#orders.shift();
  }

  /** Each key's first value; that of a key that has changed since the log was lost is another. */
  #makeFirst(offset: number): LogRecord[] {
    const count = Math.min(batchRecords, this.#keys - offset);
    return Array.from({ length: count }, (_, at) => {
      const number = offset + at;
      const version = this.#every > 0 && number % this.#every === 0 ? 1 : 0;
      return this.#makeRecord(
        number,
        offset + at,
        makeOrder(number, this.#keys, createSeededRandom(2 * number + version)),
      );
    });
  }

  #makeUpdates(offset: number, count: number, noteLength: number): LogRecord[] {
    return Array.from({ length: count }, (_, at) => {
      const number = Math.floor(this.#random() * this.#keys);
      const order = makeOrder(number, this.#keys, this.#random);
      const note = "n".repeat(Math.floor(this.#random() * noteLength));
      return this.#makeRecord(number, offset + at, noteLength === 0 ? order : { ...order, note });
    });
  }

  #makeRecord(number: number, offset: number, order: ReturnType<typeof makeOrder>): LogRecord {
    const key = Buffer.from(`order-${String(number).padStart(9, "0")}`);
    return { offset, timestamp: offset, key, value: Buffer.from(JSON.stringify(order)), headers: [] };
  }
}
