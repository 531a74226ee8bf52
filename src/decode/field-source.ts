import type { LogRecord } from "../log/log.ts";
import type { FieldDefinition, FieldType, RecordPart } from "../mapping/view-definition.ts";
import { makeTextParser, makeValueParser, type ParseValue } from "./field-codec.ts";
import type { DecodedKey } from "./key-decoder.ts";
import type { FieldValue } from "./row-batch.ts";
import { decodeUtf8 } from "./strict-text.ts";
import { type JsonObject, readMemberAt } from "./value-path.ts";
import { rethrowUnder } from "./value-problem.ts";

/** What the fields of one row are read from. */
export interface RowSource {
  readonly record: LogRecord;
  readonly partition: number;
  readonly key: DecodedKey;
  readonly value: JsonObject;
}

/** Reads one field of a row. Throws `ValueProblem` with its full place. */
export type ReadField = (source: RowSource) => FieldValue;

/** Makes the reader of a stored field, once per view. */
export function makeFieldReader({ source, type }: FieldDefinition): ReadField {
  switch (source.from) {
    case "key":
      return ({ key }) => key.value;
    case "value": {
      const read = readMemberAt(source.path, makeValueParser(type));
      return ({ value }) => {
        try {
          return read(value);
        } catch (error) {
          return rethrowUnder(error, "value");
        }
      };
    }
    case "header":
      return makeHeaderReader(source.header, type);
    case "record":
      return makePartReader(source.part, makeValueParser(type));
  }
}

/** The last header of that name wins, as Kafka's own `lastHeader`; a missing one, or one without a value, is null. */
function makeHeaderReader(name: string, type: FieldType): ReadField {
  const parseText = makeTextParser(type);
  const parseMissing = makeValueParser(type);
  const place = `header ${JSON.stringify(name)}`;
  return ({ record }) => {
    const bytes = record.headers.findLast(([found]) => found === name)?.[1] ?? null;
    try {
      return bytes === null ? parseMissing(null) : parseText(decodeUtf8(bytes));
    } catch (error) {
      return rethrowUnder(error, place);
    }
  };
}

function makePartReader(part: RecordPart, parse: ParseValue): ReadField {
  const get = partGetter(part);
  return (source) => {
    try {
      return parse(get(source));
    } catch (error) {
      return rethrowUnder(error, `record ${part}`);
    }
  };
}

function partGetter(part: RecordPart): (source: RowSource) => number | null {
  switch (part) {
    case "TIMESTAMP":
      // -1 stands for none.
      return ({ record }) => (record.timestamp === -1 ? null : record.timestamp);
    case "OFFSET":
      return ({ record }) => record.offset;
    case "PARTITION":
      return ({ partition }) => partition;
  }
}
