import { crc32 } from "node:zlib";
import type { Log, LogEvent, LogRecord, ReadRequest, RecordBatch } from "../../../src/log/log.ts";
import type { PartitionFold, TopicFold } from "./kafka-client.ts";

type EventOf<Type extends LogEvent["type"]> = Extract<LogEvent, { readonly type: Type }>;

interface Waiter {
  readonly isReached: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Far beyond what any wait takes on a busy machine: it ends a test that is broken. */
const timeoutMs = 90_000;

/**
 * Reads a topic through the `Log` seam, in the background, into a view: the last record of each key. Checks at every
 * batch that it follows on the one before. Compare `fold()` with `KafkaClient.fold`.
 */
export class FollowedTopic {
  /** Everything said but batches, in order. */
  readonly events: Exclude<LogEvent, { readonly type: "batch" }>[] = [];
  readonly #topic: string;
  readonly #abort = new AbortController();
  readonly #partitions = new Map<number, FollowedPartition>();
  readonly #resume: ReadRequest["resume"];
  readonly #done: Promise<void>;
  #waiters: Waiter[] = [];
  #records = 0;
  #pauseAfterRecords: number;
  #isPulling = Promise.withResolvers<void>();
  #failure: Error | undefined;
  #hasEnded = false;

  /** `pauseAfterRecords`: stops pulling when so many records have come, until `pull`. */
  constructor(
    log: Log,
    topic: string,
    options: Partial<Pick<ReadRequest, "isolation" | "resume">> & { readonly pauseAfterRecords?: number } = {},
  ) {
    this.#topic = topic;
    this.#resume = options.resume;
    this.#pauseAfterRecords = options.pauseAfterRecords ?? Number.POSITIVE_INFINITY;
    const events = log.read({
      topic,
      isolation: options.isolation ?? "READ_COMMITTED",
      resume: options.resume,
      signal: this.#abort.signal,
    });
    this.#done = this.#follow(events);
  }

  get records(): number {
    return this.#records;
  }

  /** Of the last `opened`. Throws before it. */
  get opened(): EventOf<"opened"> {
    const opened = this.eventsOf("opened").at(-1);
    if (opened === undefined) throw new Error(`Expected ${this.#topic} to be opened; ${this.#story()}.`);
    return opened;
  }

  eventsOf<Type extends LogEvent["type"]>(type: Type): readonly EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> & typeof event => event.type === type);
  }

  /** What was read so far. */
  fold(): TopicFold {
    return Object.fromEntries(
      [...this.#partitions].map(([partition, { position, records, checksum, live }]): [string, PartitionFold] => [
        partition.toString(),
        { position, records, checksum, live: Object.fromEntries(live) },
      ]),
    );
  }

  /** Leader epochs under which the batches of a partition were written, each once, in order. */
  leaderEpochs(partition: number): readonly number[] {
    return [...(this.#partitions.get(partition)?.leaderEpochs ?? [])];
  }

  /** Positions, to go on from in another read. */
  resumePoint(): NonNullable<ReadRequest["resume"]> {
    const points = new Map(
      [...this.#partitions].map(([partition, { position, leaderEpochs }]) => [
        partition,
        { offset: position, leaderEpoch: [...leaderEpochs].at(-1) ?? -1 },
      ]),
    );
    return { incarnation: this.opened.incarnation, points };
  }

  position(partition: number): number | undefined {
    return this.#partitions.get(partition)?.position;
  }

  /** Goes on pulling after a pause. */
  pull(): void {
    this.#pauseAfterRecords = Number.POSITIVE_INFINITY;
    this.#isPulling.resolve();
  }

  /** Waits until the view is where the truth is. Then compare. */
  async untilAt(positions: Readonly<Record<string, { readonly position: number }>>): Promise<void> {
    const goals = Object.entries(positions);
    await this.until(
      `positions ${goals.map(([partition, { position }]) => `${partition}@${position}`).join(" ")}`,
      () => goals.every(([partition, { position }]) => (this.position(Number(partition)) ?? -1) >= position),
    );
  }

  async untilRecords(count: number): Promise<void> {
    await this.until(`${count} records`, () => this.#records >= count);
  }

  /** Waits for the `nth` event of a type (default: the first) and returns it. */
  async untilEvent<Type extends LogEvent["type"]>(type: Type, nth = 1): Promise<EventOf<Type>> {
    await this.until(`event ${nth} of type ${type}`, () => this.eventsOf(type).length >= nth);
    const event = this.eventsOf(type)[nth - 1];
    if (event === undefined) throw new Error(`Expected an event ${type}; ${this.#story()}.`);
    return event;
  }

  /** Waits until nothing stands in the way of the topic any more: every stall that was said has ended. */
  async untilFollowed(): Promise<void> {
    await this.until("an end of its stalls", () => {
      const last = this.events.findLast(({ type }) => type === "stalled" || type === "resumed");
      return last?.type !== "stalled";
    });
  }

  /** Waits for a condition, which is tested after every event. Throws, saying how far it came, if the read ends before it, or nothing comes of it. */
  async until(what: string, isReached: () => boolean): Promise<void> {
    const explain = (why: string) => new Error(`Expected ${what} of ${this.#topic}; ${why}; ${this.#story()}.`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { isReached, resolve, reject: (error) => reject(explain(error.message)) };
    const timer = setTimeout(() => reject(explain(`not within ${timeoutMs} ms`)), timeoutMs);
    this.#waiters.push(waiter);
    this.#wake();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
    }
  }

  /** Ends the read. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#isPulling.resolve();
    await this.#done;
  }

  async #follow(events: AsyncIterableIterator<LogEvent, undefined>): Promise<void> {
    try {
      for await (const event of events) {
        this.#take(event);
        this.#wake();
        if (this.#records >= this.#pauseAfterRecords) {
          await this.#isPulling.promise;
          this.#isPulling = Promise.withResolvers();
        }
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#hasEnded = true;
      this.#wake();
    }
  }

  #take(event: LogEvent): void {
    if (event.type === "batch") {
      this.#records += event.batch.records.length;
      const partition = this.#partitions.get(event.batch.partition);
      if (partition === undefined) throw new Error(`a batch of an unknown partition ${event.batch.partition} came`);
      partition.take(event.batch);
      return;
    }
    this.events.push(event);
    const news = event.type === "opened" ? event.partitions : event.type === "partition-added" ? [event.bounds] : [];
    for (const { partition, startOffset } of news) {
      const from = this.#resume?.points.get(partition)?.offset ?? startOffset;
      this.#partitions.set(partition, new FollowedPartition(from));
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters) {
      if (this.#failure !== undefined) waiter.reject(this.#failure);
      else if (waiter.isReached()) waiter.resolve();
      else if (this.#hasEnded) waiter.reject(new Error("the read has ended"));
    }
  }

  #story(): string {
    const said = this.events
      .filter(({ type }) => type !== "bounds")
      .slice(-12)
      .map((event) => {
        if (event.type === "stalled") return `stalled (${event.cause.message})`;
        return event.type === "lost" ? `lost ${event.reason} (${event.detail})` : event.type;
      });
    const positions = [...this.#partitions].map(([partition, { position }]) => `${partition}@${position}`);
    return `it said ${said.join(", ") || "nothing"}; ${this.#records} records; positions ${positions.join(" ") || "none"}`;
  }
}

class FollowedPartition {
  position: number;
  records = 0;
  checksum = 0;
  readonly live = new Map<string, string>();
  readonly leaderEpochs = new Set<number>();

  constructor(position: number) {
    this.position = position;
  }

  take({ partition, fromOffset, nextOffset, records, leaderEpoch }: RecordBatch): void {
    const where = `batch ${fromOffset}..${nextOffset} of partition ${partition} at position ${this.position}`;
    if (fromOffset !== this.position || nextOffset < fromOffset) throw new Error(`${where} does not follow on`);
    for (const record of records) {
      if (record.offset < this.position || record.offset >= nextOffset) {
        throw new Error(`record ${record.offset} in ${where} is not in order`);
      }
      this.#add(record);
      this.position = record.offset + 1;
    }
    this.position = nextOffset;
    this.leaderEpochs.add(leaderEpoch);
  }

  #add({ offset, timestamp, key, value, headers }: LogRecord): void {
    this.records += 1;
    const facts = Buffer.alloc(16);
    facts.writeBigInt64BE(BigInt(offset), 0);
    facts.writeBigInt64BE(BigInt(timestamp), 8);
    this.checksum = crc32(facts, this.checksum);
    for (const bytes of [key, value]) this.checksum = withBytes(this.checksum, bytes);
    for (const [name, bytes] of headers) {
      this.checksum = withBytes(withBytes(this.checksum, Buffer.from(name)), bytes);
    }
    if (key === null) return;
    const text = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
    if (value === null) this.live.delete(text);
    else this.live.set(text, `${offset}:${crc32(value)}`);
  }
}

/** Adds a length (-1 for null) and the bytes. */
function withBytes(checksum: number, bytes: Uint8Array | null): number {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes === null ? -1 : bytes.length);
  const withLength = crc32(length, checksum);
  return bytes === null ? withLength : crc32(bytes, withLength);
}
