import { InvariantError } from "../base/errors.ts";
import type { Log, LogEvent, RecordBatch } from "../log/log.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import type { DecodeContext, Decoder } from "./decoder.ts";
import type { IngestEvent, IngestRequest, OpenIngest } from "./ingest.ts";
import { createJsonDecoder } from "./json-decoder.ts";
import type { RowBatch } from "./row-batch.ts";

export interface IngestOptions {
  readonly log: Log;
  /** Views of one topic and one isolation, in the order that row batches shall have. */
  readonly definitions: readonly ViewDefinition[];
  /** Default: the JSON decoder. Called once per view, here. */
  readonly createDecoder?: ((definition: ViewDefinition) => Decoder) | undefined;
}

/**
 * Makes the ingest of one topic: each read takes the log's events as they are and decodes each batch for every view, in
 * one synchronous step when it arrives. A view that has halted is absent from all later `rows` events of that read; they
 * go on, with fewer batches or none.
 */
export function createIngest({ log, definitions, createDecoder = createJsonDecoder }: IngestOptions): OpenIngest {
  const decoders = definitions.map(createDecoder);
  return (request) => new TopicIngest(log, decoders, request);
}

class TopicIngest implements AsyncIterableIterator<IngestEvent, undefined> {
  readonly #source: AsyncIterableIterator<LogEvent, undefined>;
  readonly #request: IngestRequest;
  /** Decoders of the views that have not halted. */
  #decoders: readonly Decoder[];
  #context: DecodeContext | undefined;

  constructor(log: Log, decoders: readonly Decoder[], request: IngestRequest) {
    this.#source = log.read(request);
    this.#decoders = decoders;
    this.#request = request;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<IngestEvent, undefined>> {
    const { done, value } = await this.#source.next();
    if (done) return { done, value: undefined };
    try {
      return { done: false, value: this.#translate(value) };
    } catch (defect) {
      await this.return();
      throw defect;
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  #translate(event: LogEvent): IngestEvent {
    if (event.type === "batch") return this.#decode(event.batch);
    if (event.type === "opened") {
      const { topic, generation } = this.#request;
      this.#context = { topic, generation, incarnation: event.incarnation };
    }
    return event;
  }

  #decode(batch: RecordBatch): IngestEvent {
    const context = this.#context;
    if (context === undefined) {
      throw new InvariantError(`a batch of ${this.#request.topic} came before the log said that it is open`);
    }
    const batches: RowBatch[] = [];
    const decoders: Decoder[] = [];
    for (const decoder of this.#decoders) {
      const rowBatch = decoder.decode(batch, context);
      batches.push(rowBatch);
      if (rowBatch.halted === undefined) decoders.push(decoder);
    }
    this.#decoders = decoders;
    return { type: "rows", batches, recordCount: batch.records.length, sizeBytes: batch.sizeBytes };
  }
}
