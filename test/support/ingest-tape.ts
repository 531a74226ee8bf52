import type { IngestEvent, IngestRequest, OpenIngest } from "../../src/decode/ingest.ts";
import type { FieldValue, RowBatch } from "../../src/decode/row-batch.ts";
import type { LogRead } from "../../src/log/log.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import { DictionaryTexts, type RowOperation, readRowBatch } from "./row-batches.ts";

type EventOf<Type extends IngestEvent["type"]> = Extract<IngestEvent, { readonly type: Type }>;

/** A row with where it came from. */
export type SeenRow = RowOperation & { readonly view: string; readonly partition: number };

/** A row batch without its buffers. */
export type SeenBatch = Pick<
  RowBatch,
  "view" | "partition" | "fromOffset" | "nextOffset" | "generation" | "incarnation" | "dictionary" | "halted"
>;

/** Reads one topic through an ingest, as a view would: copies what is in the rows, then releases them. */
export class IngestTape {
  readonly read: LogRead<IngestEvent>;
  readonly events: IngestEvent[] = [];
  readonly rows: SeenRow[] = [];
  readonly batches: SeenBatch[] = [];
  readonly #definitions: readonly ViewDefinition[];
  readonly #texts = new DictionaryTexts();
  readonly #abort = new AbortController();
  #next: Promise<IteratorResult<IngestEvent, undefined>> | undefined;

  constructor(
    open: OpenIngest,
    definitions: readonly ViewDefinition[],
    request: Partial<Omit<IngestRequest, "signal">> & Pick<IngestRequest, "topic">,
  ) {
    this.#definitions = definitions;
    this.read = open({ isolation: "READ_COMMITTED", generation: 1, ...request, signal: this.#abort.signal });
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Reads one event; undefined when the read has ended. */
  async next(): Promise<IngestEvent | undefined> {
    this.#next ??= this.read.next();
    const { done, value } = await this.#next;
    this.#next = undefined;
    if (done) return undefined;
    this.events.push(value);
    if (value.type === "rows") this.#take(value);
    return value;
  }

  /** Reads until an event of this type comes, and returns it. Throws if the read ends before. */
  async until<Type extends IngestEvent["type"]>(type: Type): Promise<EventOf<Type>> {
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error(`Expected an event ${type}; the read ended after ${this.story()}.`);
      if (event.type === type) return event as EventOf<Type>; // by the comparison
      if (event.type === "lost") throw new Error(`Expected an event ${type}; found lost: ${event.detail}.`);
    }
  }

  /** Reads until so many rows have come since the tape began, of all views together. */
  async untilRows(count: number): Promise<void> {
    while (this.rows.length < count) await this.until("rows");
  }

  /** Reads one event if there is one within some turns of the event loop. */
  async nextIfAny(turns = 20): Promise<IngestEvent | undefined> {
    this.#next ??= this.read.next();
    const pending = this.#next;
    const isThere = await Promise.race([pending.then(() => true), pass(turns).then(() => false)]);
    return isThere ? this.next() : undefined;
  }

  /** Values of the rows of one view and partition that are upserts, in order. */
  values(view?: string, partition?: number): ReadonlyArray<readonly FieldValue[]> {
    return this.rows.flatMap((row) =>
      row.operation === "UPSERT" &&
      (view === undefined || row.view === view) &&
      (partition === undefined || row.partition === partition)
        ? [row.values]
        : [],
    );
  }

  /** Types of the events, in order; equal neighbours once. */
  story(): string {
    const types = this.events.map(({ type }) => type);
    return types.filter((type, at) => type !== types[at - 1]).join(", ");
  }

  /** Throws where a batch of a view does not follow on the one before it in its partition. */
  requireNoGaps(): void {
    const positions = new Map<string, number>();
    for (const { view, partition, fromOffset, nextOffset } of this.batches) {
      const place = `${view} ${partition}`;
      const position = positions.get(place);
      if (position !== undefined && position !== fromOffset)
        throw new Error(`Expected a batch of ${place} from ${position} on, found one from ${fromOffset} on.`);
      positions.set(place, nextOffset);
    }
  }

  #take({ batches, release }: EventOf<"rows">): void {
    for (const batch of batches) {
      const definition = this.#definitions.find(({ name }) => name === batch.view);
      if (definition === undefined) throw new Error(`nobody asked for ${batch.view}`);
      const { view, partition, fromOffset, nextOffset, generation, incarnation, dictionary, halted } = batch;
      this.batches.push({ view, partition, fromOffset, nextOffset, generation, incarnation, dictionary, halted });
      for (const row of readRowBatch(definition, batch, this.#texts)) this.rows.push({ ...row, view, partition });
    }
    release();
  }
}

/** Lets so many macrotasks pass. */
export async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
