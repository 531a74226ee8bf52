import type { LogRecord } from "../log/log.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { needsExactJson } from "./exact-json.ts";
import { makeFieldReader, type ReadField, type RowSource } from "./field-source.ts";
import { parseJsonText } from "./json-text.ts";
import { createKeyDecoder, type DecodedKey } from "./key-decoder.ts";
import type { FieldValue } from "./row-batch.ts";
import { decodeUtf8 } from "./strict-text.ts";
import { type JsonObject, requireObject } from "./value-path.ts";
import { rethrowUnder, ValueProblem } from "./value-problem.ts";

/** What a record is, parsed: one of a row of values, a deletion, a bad record, a record without a key. */
export type ParsedRecord =
  | { readonly type: "upsert"; readonly key: DecodedKey; readonly values: readonly FieldValue[] }
  | { readonly type: "delete"; readonly key: DecodedKey }
  /** `key` is the canonical key text, if the key could be decoded. */
  | { readonly type: "bad"; readonly key: string | undefined; readonly error: string }
  | { readonly type: "no-key" };

/** Parses a record of a partition. Throws only for a defect of ours. */
export type ParseRecord = (record: LogRecord, partition: number) => ParsedRecord;

/**
 * Makes the parser of a view's records, whose values are JSON objects, by way of JavaScript values: it alone decides
 * what a record means, which ones are bad, and in what words. Faster ways must come to the same.
 */
export function makeRecordParser(definition: ViewDefinition): ParseRecord {
  const decodeKey = createKeyDecoder(definition);
  const readFields = definition.fields.map(makeFieldReader);
  const parseOptions = { isExact: needsExactJson(definition) };
  return (record, partition) => {
    if (record.malformed !== undefined) return { type: "bad", key: undefined, error: record.malformed };
    if (record.key === null) return { type: "no-key" };
    let key: DecodedKey | undefined;
    try {
      key = decodeKey(record.key);
      if (record.value === null) return { type: "delete", key };
      const value = parseObject(record.value, parseOptions);
      return { type: "upsert", key, values: readValues(readFields, { record, partition, key, value }) };
    } catch (error) {
      if (error instanceof ValueProblem) return { type: "bad", key: key?.text, error: error.message };
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

function readValues(readFields: readonly ReadField[], source: RowSource): readonly FieldValue[] {
  return readFields.map((read) => read(source));
}
