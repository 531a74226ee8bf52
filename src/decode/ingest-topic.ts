import { randomUUID } from "node:crypto";
import { InvariantError } from "../base/errors.ts";
import type { Log, LogEvent, LogRead, RecordBatch } from "../log/log.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { BufferPool } from "./columns/buffer-pool.ts";
import type { BufferSource } from "./columns/buffer-source.ts";
import type { CreateDecoder, DecodeContext, Decoder, DecodeWay } from "./decoder.ts";
import type { IngestEvent, IngestRequest, OpenIngest } from "./ingest.ts";
import { createJsonDecoder } from "./json-decoder.ts";
import { makeRelease } from "./make-release.ts";
import type { RowBatch } from "./row-batch.ts";

export interface IngestOptions {
  readonly log: Log;
  /** Views of one topic and one isolation, in the order that row batches shall have. */
  readonly definitions: readonly ViewDefinition[];
  /** Of key hashes; the same wherever rows of the views are looked up. */
  readonly hashSeed: number;
  /** Default: `SCANNED`. */
  readonly decodeWay?: DecodeWay | undefined;
  /** Default: the JSON decoder. Called once per view and read. */
  readonly createDecoder?: CreateDecoder | undefined;
  /** Where row batches get their buffers, and where `release` gives them back. Default: a pool of its own. */
  readonly buffers?: BufferSource | undefined;
  /** Names a decoder's dictionary. Default: a random UUID. */
  readonly nameDictionary?: (() => string) | undefined;
}

/**
 * Makes the ingest of one topic: each read takes the log's events as they are and decodes each batch for every view, in
 * one synchronous step when it arrives. A view that has halted is absent from all later `rows` events of that read; they
 * go on, with fewer batches or none. Batches that are never released are left to the collector.
 */
export function createIngest({
  log,
  definitions,
  hashSeed,
  decodeWay,
  createDecoder = createJsonDecoder,
  buffers = new BufferPool(),
  nameDictionary = randomUUID,
}: IngestOptions): OpenIngest {
  return (request) => {
    const decoders = definitions.map((definition) =>
      createDecoder(definition, { hashSeed, buffers, dictionary: nameDictionary(), way: decodeWay }),
    );
    return new TopicIngest({ log, decoders, buffers, request });
  };
}

interface TopicIngestOptions {
  readonly log: Log;
  readonly decoders: readonly Decoder[];
  readonly buffers: BufferSource;
  readonly request: IngestRequest;
}

class TopicIngest implements LogRead<IngestEvent> {
  readonly #source: LogRead;
  readonly #request: IngestRequest;
  readonly #buffers: BufferSource;
  /** Decoders of the views that have not halted. */
  #decoders: readonly Decoder[];
  #context: DecodeContext | undefined;

  constructor({ log, decoders, buffers, request }: TopicIngestOptions) {
    this.#source = log.read(request);
    this.#decoders = decoders;
    this.#buffers = buffers;
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

  awayMs(): ReadonlyMap<number, number> {
    return this.#source.awayMs?.() ?? new Map();
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
    const release = makeRelease(batches, (buffer) => this.#buffers.returnBuffer(buffer));
    return { type: "rows", batches, recordCount: batch.records.length, sizeBytes: batch.sizeBytes, release };
  }
}
