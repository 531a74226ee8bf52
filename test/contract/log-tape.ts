import type { Log, LogEvent, LogRead, LogRecord, PartitionBounds, ReadRequest } from "../../src/log/log.ts";

type EventOf<Type extends LogEvent["type"]> = Extract<LogEvent, { readonly type: Type }>;

/** What a record held, copied, as text where that is easier to compare. */
export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: ReadonlyArray<readonly [string, string | null]>;
}

/** Reads one topic and remembers everything it said. */
export class LogTape {
  readonly iterator: LogRead;
  readonly events: LogEvent[] = [];
  readonly records: SeenRecord[] = [];
  readonly #abort = new AbortController();

  constructor(log: Log, topic: string, options: Partial<Pick<ReadRequest, "resume" | "isolation" | "share">> = {}) {
    this.iterator = log.read({
      topic,
      isolation: options.isolation ?? "READ_COMMITTED",
      resume: options.resume,
      share: options.share,
      signal: this.#abort.signal,
    });
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Reads one event; undefined when the read has ended. */
  async next(): Promise<LogEvent | undefined> {
    const { done, value } = await this.iterator.next();
    if (done) return undefined;
    if (value.type === "batch") {
      this.records.push(...value.batch.records.map((record) => seen(record, value.batch.partition)));
    }
    this.events.push(value);
    return value;
  }

  /** Reads until an event of this type comes, and returns it. Throws if the read ends before. */
  async until<Type extends LogEvent["type"]>(type: Type): Promise<EventOf<Type>> {
    return (await this.untilThat(`an event ${type}`, (event) => event.type === type)) as EventOf<Type>; // by the predicate
  }

  async untilThat(what: string, isIt: (event: LogEvent) => boolean): Promise<LogEvent> {
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error(`Expected ${what}; the read ended after ${this.#story()}.`);
      if (isIt(event)) return event;
      if (event.type === "lost") throw new Error(`Expected ${what}; found lost ${event.reason}: ${event.detail}`);
    }
  }

  /** Reads until `count` records have come since the tape began. */
  async untilRecords(count: number): Promise<readonly SeenRecord[]> {
    while (this.records.length < count) await this.until("batch");
    return this.records;
  }

  /** Reads until every partition has reached `targets`; from where it began, a partition counts as reached at once if it began there. */
  async untilReached(
    targets: readonly PartitionBounds[],
    from: ReadonlyMap<number, number> = new Map(),
  ): Promise<void> {
    const reached = () => {
      const positions = this.positions();
      return targets.every(
        (target) =>
          (positions.get(target.partition) ?? from.get(target.partition) ?? target.startOffset) >=
          target.lastStableOffset,
      );
    };
    while (!reached()) await this.until("batch");
  }

  get opened(): EventOf<"opened"> {
    const opened = this.events.find((event) => event.type === "opened");
    if (opened === undefined) throw new Error(`Expected an event opened; found ${this.#story()}.`);
    return opened;
  }

  get batches(): ReadonlyArray<EventOf<"batch">["batch"]> {
    return this.events.flatMap((event) => (event.type === "batch" ? [event.batch] : []));
  }

  /** Partition → next offset, of the batches so far. */
  positions(): ReadonlyMap<number, number> {
    return new Map(this.batches.map((batch) => [batch.partition, batch.nextOffset]));
  }

  values(partition?: number): ReadonlyArray<string | null> {
    return this.records.filter((r) => partition === undefined || r.partition === partition).map((r) => r.value);
  }

  #story(): string {
    return this.events.length === 0 ? "no event" : this.events.map((event) => event.type).join(", ");
  }
}

function seen(record: LogRecord, partition: number): SeenRecord {
  return {
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: text(record.key),
    value: text(record.value),
    headers: record.headers.map(([name, value]) => [name, text(value)]),
  };
}

/** Latin-1, so that any bytes can be compared; for ASCII it is the text itself. */
function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
