import { createSeededRandom } from "../src/cli/demo/seeded-random.ts";
import { BufferPool } from "../src/decode/columns/buffer-pool.ts";
import type { Decoder } from "../src/decode/decoder.ts";
import type { IngestEvent, IngestRequest, OpenIngest } from "../src/decode/ingest.ts";
import { createJsonDecoder } from "../src/decode/json-decoder.ts";
import { makeRelease } from "../src/decode/make-release.ts";
import type { LogRecord } from "../src/log/log.ts";
import type { ViewDefinition } from "../src/mapping/view-definition.ts";
import { makeOrder } from "./order-records.ts";

/** So many records come at a time: making them holds the loop too, so fewer than a log may hand out. */
const batchRecords = 250;

/** What a log says next. */
type Order =
  | { readonly kind: "updates"; readonly records: number; readonly noteLength: number }
  /** The log is lost; what is read then has changed in every so many-th key. */
  | { readonly kind: "lose"; readonly every: number };

/** A topic of orders that is made up while it is read: one partition, each key once, then what it is told to say. */
export class LoopLog {
  readonly #keys: number;
  readonly #definition: ViewDefinition;
  readonly #hashSeed: number;
  readonly #orders: Order[] = [];
  readonly #random = createSeededRandom(1);
  #wake: (() => void) | undefined;
  #every = 0;

  constructor({
    definition,
    hashSeed,
    keys,
  }: { readonly definition: ViewDefinition; readonly hashSeed: number; readonly keys: number }) {
    this.#definition = definition;
    this.#hashSeed = hashSeed;
    this.#keys = keys;
  }

  say(order: Order): void {
    this.#orders.push(order);
    this.#wake?.();
  }

  readonly open: OpenIngest = (request) => this.#read(request);

  async *#read(request: IngestRequest): AsyncGenerator<IngestEvent, undefined> {
    const { signal, generation } = request;
    const incarnation = `life-${generation}`;
    const buffers = new BufferPool();
    const decoder = createJsonDecoder(this.#definition, { hashSeed: this.#hashSeed, dictionary: incarnation, buffers });
    const context = { topic: this.#definition.topic, generation, incarnation };
    const bounds = { partition: 0, startOffset: 0, lastStableOffset: this.#keys, highWatermark: this.#keys };
    yield { type: "opened", incarnation, partitions: [bounds], deleteRetentionMs: null };
    const rowsOf = (decoded: ReturnType<Decoder["decode"]>): IngestEvent => {
      const batches = [decoded];
      const release = makeRelease(batches, (buffer) => buffers.returnBuffer(buffer));
      return { type: "rows", batches, recordCount: decoded.rowCount, sizeBytes: 0, release };
    };
    let offset = 0;
    const decode = (records: readonly LogRecord[]) => {
      const fromOffset = offset;
      offset += records.length;
      const facts = { partition: 0, leaderEpoch: 0, sizeBytes: 0 };
      return rowsOf(decoder.decode({ ...facts, fromOffset, nextOffset: offset, records }, context));
    };
    while (offset < this.#keys) yield decode(this.#makeFirst(offset));
    for (;;) {
      const order = await this.#next(signal);
      if (order === undefined) return undefined;
      if (order.kind === "lose") {
        this.#every = order.every;
        yield { type: "lost", reason: "RECREATED", partition: undefined, detail: "for the bench" };
        return undefined;
      }
      for (let made = 0; made < order.records; made += batchRecords)
        yield decode(this.#makeUpdates(offset, order.noteLength));
    }
  }

  async #next(signal: AbortSignal): Promise<Order | undefined> {
    signal.addEventListener("abort", () => this.#wake?.(), { once: true });
    while (this.#orders.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
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

  #makeUpdates(offset: number, noteLength: number): LogRecord[] {
    return Array.from({ length: batchRecords }, (_, at) => {
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
