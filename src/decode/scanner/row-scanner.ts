import type { LogRecord } from "../../log/log.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { makePlaceWriter, type WriteCell } from "../columns/cell-writer.ts";
import type { RowBatchWriter } from "../columns/row-batch-writer.ts";
import type { RowColumns } from "../columns/row-columns.ts";
import { makeFieldReader, type ReadField } from "../field-source.ts";
import type { FieldValue } from "../row-batch.ts";
import { ValueProblem } from "../value-problem.ts";
import { canGenerateCode, compileScanner, type Scanner } from "./compile-scanner.ts";
import { makeKeyScanner, type ScanKey } from "./key-scanner.ts";
import { makeOddValueScanner } from "./odd-values.ts";
import { makeScanPlan } from "./scan-plan.ts";

/**
 * Makes what writes rows straight from the bytes of records. Undefined where code must not be generated, or for a
 * mapping that cannot be scanned.
 */
export function makeRowScanner(definition: ViewDefinition, writer: RowBatchWriter): RowScanner | undefined {
  const plan = canGenerateCode() ? makeScanPlan(definition, writer.layout) : undefined;
  if (plan === undefined) return undefined;
  const odd = makeOddValueScanner(definition, writer);
  return new RowScanner(definition, writer, compileScanner(plan, writer.layout, { texts: writer.texts, odd }));
}

/** A field that comes from a header or from the record itself. */
interface RecordField {
  readonly read: ReadField;
  readonly write: WriteCell;
}

/** Writes the rows of records that are as records usually are. */
export class RowScanner {
  readonly #writer: RowBatchWriter;
  readonly #scanner: Scanner;
  readonly #scanKey: ScanKey;
  readonly #recordFields: readonly RecordField[];
  /** What the scanner is bound to. */
  #columns: RowColumns | undefined;

  constructor(definition: ViewDefinition, writer: RowBatchWriter, scanner: Scanner) {
    this.#writer = writer;
    this.#scanner = scanner;
    this.#scanKey = makeKeyScanner(definition);
    this.#recordFields = definition.fields.flatMap((field, at) => {
      const place = writer.layout.places[at];
      const isOfRecord = field.source.from === "header" || field.source.from === "record";
      return isOfRecord && place !== undefined ? { read: makeFieldReader(field), write: makePlaceWriter(place) } : [];
    });
  }

  /** Writes the record's row; false, having written none, if only the slow way can tell what the record is. */
  take(record: LogRecord, partition: number): boolean {
    const { key, value } = record;
    if (key === null || record.malformed !== undefined) return false;
    const writer = this.#writer;
    const { texts } = writer;
    if (value === null) {
      texts.clear();
      if (!this.#scanKey(key, texts)) return false;
      writer.commitDelete(record);
      return true;
    }
    texts.load(value);
    this.#bind(writer.columns);
    if (this.#scanner.scan(texts.view, writer.rowCount) !== value.length) return false;
    if (this.#recordFields.length > 0 && !this.#takeRecordFields(record, partition)) return false;
    if (!this.#scanKey(key, texts)) return false;
    writer.commitUpsert(record);
    return true;
  }

  #bind(columns: RowColumns): void {
    if (columns === this.#columns) return;
    this.#scanner.bind(columns);
    this.#columns = columns;
  }

  #takeRecordFields(record: LogRecord, partition: number): boolean {
    const { columns, rowCount, texts } = this.#writer;
    for (const { read, write } of this.#recordFields) {
      const value = readField(read, record, partition);
      if (value === undefined) return false;
      write(columns, rowCount, value, texts);
    }
    return true;
  }
}

/** Undefined if it is a bad one. */
function readField(read: ReadField, record: LogRecord, partition: number): FieldValue | undefined {
  try {
    return read({ record, partition, ...noContent });
  } catch (error) {
    if (error instanceof ValueProblem) return undefined;
    throw error;
  }
}

/** Fields of headers and of the record itself look at neither. */
const noContent = { key: { text: "", value: null, recordKey: undefined }, value: {} };
