import type { LogRecord, RecordBatch } from "../log/log.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { makeBadRecord } from "./bad-record.ts";
import type { DecodeContext, Decoder } from "./decoder.ts";
import { needsExactJson } from "./exact-json.ts";
import { makeFieldReader, type ReadField, type RowSource } from "./field-source.ts";
import { parseJsonText } from "./json-text.ts";
import { createKeyDecoder, type DecodedKey } from "./key-decoder.ts";
import type { BadRecord, FieldValue, RowBatch, RowOperation } from "./row-batch.ts";
import { decodeUtf8 } from "./strict-text.ts";
import { type JsonObject, requireObject } from "./value-path.ts";
import { rethrowUnder, ValueProblem } from "./value-problem.ts";

/** Makes the decoder of a view whose record values are JSON objects; the mapping is compiled once, here. */
export function createJsonDecoder(definition: ViewDefinition): Decoder {
  const decodeRow = makeRowDecoder(definition);
  return { decode: (batch, context) => decodeBatch(definition, decodeRow, batch, context) };
}

/** Decodes one record; undefined if it has no key. Throws only for a defect of ours. */
type DecodeRow = (record: LogRecord, partition: number) => RowOperation | BadRow | undefined;

/** Why a record has no row. A class, so that telling it from a row costs nothing. */
class BadRow {
  /** Canonical key text, if the key could be decoded. */
  readonly key: string | undefined;
  readonly error: string;

  constructor(key: string | undefined, error: string) {
    this.key = key;
    this.error = error;
  }
}

function decodeBatch(
  definition: ViewDefinition,
  decodeRow: DecodeRow,
  batch: RecordBatch,
  { topic, generation, incarnation }: DecodeContext,
): RowBatch {
  const { partition, fromOffset, leaderEpoch } = batch;
  const rows: RowOperation[] = [];
  const badRecords: BadRecord[] = [];
  let nextOffset = batch.nextOffset;
  let skippedNullKeys = 0;
  let halted: BadRecord | undefined;
  for (const record of batch.records) {
    const row = decodeRow(record, partition);
    if (row === undefined) {
      skippedNullKeys += 1;
    } else if (!(row instanceof BadRow)) {
      rows.push(row);
    } else {
      const bad = makeBadRecord({ topic, partition, record, key: row.key, error: row.error });
      if (definition.onBadRecord === "HALT") {
        halted = bad;
        nextOffset = record.offset;
        break;
      }
      badRecords.push(bad);
    }
  }
  return {
    view: definition.name,
    topic,
    generation,
    incarnation,
    partition,
    fromOffset,
    nextOffset,
    leaderEpoch,
    rows,
    badRecords,
    skippedNullKeys,
    halted,
  };
}

function makeRowDecoder(definition: ViewDefinition): DecodeRow {
  const decodeKey = createKeyDecoder(definition);
  const readFields = definition.fields.map(makeFieldReader);
  const parseOptions = { isExact: needsExactJson(definition) };
  return (record, partition) => {
    if (record.malformed !== undefined) return new BadRow(undefined, record.malformed);
    if (record.key === null) return undefined;
    let key: DecodedKey | undefined;
    try {
      key = decodeKey(record.key);
      const { offset, timestamp } = record;
      const { text, recordKey } = key;
      if (record.value === null) return { operation: "DELETE", key: text, offset, timestamp, recordKey };
      const value = parseObject(record.value, parseOptions);
      const values = readRow(readFields, { record, partition, key, value });
      return { operation: "UPSERT", key: text, offset, timestamp, values, recordKey };
    } catch (error) {
      if (error instanceof ValueProblem) return new BadRow(key?.text, error.message);
      throw error;
    }
  };
}

function parseObject(bytes: Uint8Array, options: { readonly isExact: boolean }): JsonObject {
  try {
    return requireObject(parseJsonText(decodeUtf8(bytes), options));
  } catch (error) {
    return rethrowUnder(error, "value");
  }
}

/** Sized once and exactly: views keep this array. */
function readRow(readFields: readonly ReadField[], source: RowSource): readonly FieldValue[] {
  const values = new Array<FieldValue>(readFields.length);
  let at = 0;
  for (const read of readFields) {
    values[at] = read(source);
    at += 1;
  }
  return values;
}
