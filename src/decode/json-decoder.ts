import type { LogRecord, RecordBatch } from "../log/log.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { makeBadRecord } from "./bad-record.ts";
import { makeColumnLayout } from "./columns/column-layout.ts";
import { RowBatchWriter } from "./columns/row-batch-writer.ts";
import type { DecodeContext, Decoder, DecoderOptions } from "./decoder.ts";
import { makeRecordParser, type ParseRecord } from "./record-parser.ts";
import type { BadRecord, RowBatch } from "./row-batch.ts";
import { makeRowScanner, type RowScanner } from "./scanner/row-scanner.ts";

/** Makes the decoder of a view whose record values are JSON objects; the mapping is compiled once, here. */
export function createJsonDecoder(definition: ViewDefinition, options: DecoderOptions): Decoder {
  return new JsonDecoder(definition, options);
}

class JsonDecoder implements Decoder {
  readonly #definition: ViewDefinition;
  readonly #writer: RowBatchWriter;
  readonly #parse: ParseRecord;
  readonly #scanner: RowScanner | undefined;
  /** Bytes of blocks to bytes of records, by the last batch that had some. */
  #blockShare = 1;

  constructor(definition: ViewDefinition, { way = "SCANNED", ...options }: DecoderOptions) {
    this.#definition = definition;
    this.#writer = new RowBatchWriter({ layout: makeColumnLayout(definition), ...options });
    this.#parse = makeRecordParser(definition);
    this.#scanner = way === "SCANNED" ? makeRowScanner(definition, this.#writer) : undefined;
  }

  decode(batch: RecordBatch, { topic, generation, incarnation }: DecodeContext): RowBatch {
    const { partition, fromOffset, leaderEpoch, records, sizeBytes } = batch;
    const taken = new TakenRecords(this.#definition, topic, partition);
    this.#writer.begin(records.length, Math.ceil(sizeBytes * this.#blockShare * 1.125));
    const scanner = this.#scanner;
    for (const record of records) {
      if (scanner?.take(record, partition) === true) continue;
      this.#takeParsed(record, taken);
      if (taken.halted !== undefined) break;
    }
    const parts = this.#writer.finish();
    scanner?.learn();
    if (sizeBytes > 0 && parts.rowCount > 0) this.#blockShare = (4 * parts.blockWords) / sizeBytes;
    const { halted, badRecords, skippedNullKeys } = taken;
    return {
      view: this.#definition.name,
      topic,
      generation,
      incarnation,
      partition,
      fromOffset,
      nextOffset: halted?.offset ?? batch.nextOffset,
      leaderEpoch,
      ...parts,
      badRecords,
      skippedNullKeys,
      halted,
    };
  }

  /** Takes a record by way of JavaScript values. */
  #takeParsed(record: LogRecord, taken: TakenRecords): void {
    const parsed = this.#parse(record, taken.partition);
    const { offset, timestamp } = record;
    switch (parsed.type) {
      case "upsert": {
        const { text, recordKey } = parsed.key;
        this.#writer.upsert({ key: text, recordKey, offset, timestamp }, parsed.values);
        break;
      }
      case "delete": {
        const { text, recordKey } = parsed.key;
        this.#writer.deleteRow({ key: text, recordKey, offset, timestamp });
        break;
      }
      case "bad":
        taken.addBad(record, parsed.key, parsed.error);
        break;
      case "no-key":
        taken.skippedNullKeys += 1;
        break;
    }
  }
}

/** What becomes of a batch's records that give no rows. */
class TakenRecords {
  readonly partition: number;
  readonly badRecords: BadRecord[] = [];
  skippedNullKeys = 0;
  /** Once set, no record may be taken any more. */
  halted: BadRecord | undefined;
  readonly #topic: string;
  readonly #isHalting: boolean;

  constructor({ onBadRecord }: ViewDefinition, topic: string, partition: number) {
    this.#isHalting = onBadRecord === "HALT";
    this.#topic = topic;
    this.partition = partition;
  }

  addBad(record: LogRecord, key: string | undefined, error: string): void {
    const bad = makeBadRecord({ topic: this.#topic, partition: this.partition, record, key, error });
    if (this.#isHalting) this.halted = bad;
    else this.badRecords.push(bad);
  }
}
