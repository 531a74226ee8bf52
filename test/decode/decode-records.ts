import type { DecodeContext, DecoderOptions } from "../../src/decode/decoder.ts";
import { createJsonDecoder } from "../../src/decode/json-decoder.ts";
import type { BadRecord, FieldValue, RowBatch } from "../../src/decode/row-batch.ts";
import type { LogRecord, RecordBatch } from "../../src/log/log.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import { type RowOperation, readRowBatch } from "../support/row-batches.ts";

/** A record as tests write it: texts become UTF-8, objects JSON. */
export interface RecordText {
  readonly key?: string | Uint8Array | null | undefined;
  readonly value?: unknown;
  readonly headers?: ReadonlyArray<readonly [string, string | Uint8Array | null]> | undefined;
  readonly timestamp?: number | undefined;
  readonly malformed?: string | undefined;
}

export const decoderOptions: DecoderOptions = { hashSeed: 7, dictionary: "texts" };

export const context: DecodeContext = { topic: "shop.orders", generation: 3, incarnation: "life-1" };

/** Records with offsets from 100 on, every second one missing as after compaction. Key "7" unless given. */
export function makeBatch(records: readonly RecordText[]): RecordBatch {
  return {
    partition: 2,
    fromOffset: 100,
    nextOffset: 100 + 2 * records.length,
    leaderEpoch: 5,
    records: records.map(makeRecord),
    sizeBytes: 0,
  };
}

/** A row batch beside its rows as values. */
export interface DecodedBatch extends RowBatch {
  readonly rows: readonly RowOperation[];
}

/** Decodes the records as one batch of partition 2. */
export function decodeRecords(definition: ViewDefinition, records: readonly RecordText[]): DecodedBatch {
  const batch = createJsonDecoder(definition, decoderOptions).decode(makeBatch(records), context);
  return { ...batch, rows: readRowBatch(definition, batch) };
}

/** Values of the one row that the record gives. */
export function valuesOf(definition: ViewDefinition, record: RecordText): readonly FieldValue[] {
  const { rows, badRecords } = decodeRecords(definition, [record]);
  const row = rows[0];
  if (row?.operation !== "UPSERT") throw new Error(`no row, but ${JSON.stringify({ rows, badRecords })}`);
  return row.values;
}

/** The one bad record that the record is. */
export function badRecordOf(definition: ViewDefinition, record: RecordText): BadRecord {
  const { badRecords, rows } = decodeRecords(definition, [record]);
  const bad = badRecords[0];
  if (bad === undefined) throw new Error(`not bad, but ${JSON.stringify(rows)}`);
  return bad;
}

/** The error of the one bad record that the record is. */
export function errorOf(definition: ViewDefinition, record: RecordText): string {
  return badRecordOf(definition, record).error;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function makeRecord(
  { key = "7", value = {}, headers = [], timestamp = 1_700_000_000_000, malformed }: RecordText,
  at: number,
): LogRecord {
  return {
    offset: 100 + 2 * at,
    timestamp,
    key: key === null ? null : bytesOf(key),
    value: value === null ? null : bytesOf(value),
    headers: headers.map(([name, text]) => [name, text === null ? null : bytesOf(text)]),
    malformed,
  };
}

/** Texts as they are, bytes as they are, everything else as JSON. */
function bytesOf(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return utf8(typeof content === "string" ? content : JSON.stringify(content));
}
