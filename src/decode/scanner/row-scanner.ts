import { BufferedRecord } from "../../log/buffered-record.ts";
import type { LogRecord } from "../../log/log.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { makePlaceWriter, type WriteCell } from "../columns/cell-writer.ts";
import type { RowBatchWriter } from "../columns/row-batch-writer.ts";
import type { RowColumns } from "../columns/row-columns.ts";
import { lookAheadBytes } from "../columns/row-texts.ts";
import { makeFieldReader, type ReadField } from "../field-source.ts";
import type { FieldValue } from "../row-batch.ts";
import { ValueProblem } from "../value-problem.ts";
import { canGenerateCode, compileScanner, type Scanner } from "./compile-scanner.ts";
import { type KeyScanner, makeKeyScanner } from "./key-scanner.ts";
import { type MemberOrders, readMemberOrders } from "./member-orders.ts";
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
  const { layout, texts, dictionaries } = writer;
  const compile = (orders?: MemberOrders): Scanner =>
    compileScanner(plan, layout, { texts, dictionaries, odd, orders });
  return new RowScanner(definition, writer, compile(), (scanner) => {
    const orders = readMemberOrders(plan, scanner.followers);
    return orders.every(({ length }) => length === 0) ? scanner : compile(orders);
  });
}

/** Compiles a scanner anew for what it has learned. */
type Recompile = (scanner: Scanner) => Scanner;

/** A field that comes from a header or from the record itself. */
interface RecordField {
  readonly read: ReadField;
  readonly write: WriteCell;
}

/** After a record that could not be scanned where it stands, so many are copied first: records that come together are alike. */
const copiedRecords = 64;

/** Writes the rows of records that are as records usually are. */
export class RowScanner {
  readonly #writer: RowBatchWriter;
  #scanner: Scanner;
  /** Until it has been done. */
  #recompile: Recompile | undefined;
  readonly #keys: KeyScanner;
  readonly #recordFields: readonly RecordField[];
  /** What the scanner is bound to. */
  #columns: RowColumns | undefined;
  /** Records to be copied before one is scanned where it stands again. */
  #copiesLeft = 0;

  constructor(definition: ViewDefinition, writer: RowBatchWriter, scanner: Scanner, recompile?: Recompile) {
    this.#writer = writer;
    this.#scanner = scanner;
    this.#recompile = recompile;
    this.#keys = makeKeyScanner(definition);
    this.#recordFields = definition.fields.flatMap((field, at) => {
      const place = writer.layout.places[at];
      const isOfRecord = field.source.from === "header" || field.source.from === "record";
      return isOfRecord && place !== undefined ? { read: makeFieldReader(field), write: makePlaceWriter(place) } : [];
    });
  }

  /** Writes the record's row; false, having written none, if only the slow way can tell what the record is. */
  take(record: LogRecord, partition: number): boolean {
    if (this.#copiesLeft > 0) this.#copiesLeft -= 1;
    else if (record instanceof BufferedRecord && canStay(record)) {
      if (this.#takeInPlace(record, partition)) return true;
      this.#copiesLeft = copiedRecords;
    }
    return this.#takeCopied(record, partition);
  }

  /**
   * After a batch: compiles the scanner anew, once members have been seen, for the order that they had. It is done once: a
   * scanner that V8 has to optimise again and again costs more than members in another order.
   */
  learn(): void {
    if (this.#recompile === undefined || !this.#scanner.followers.some((followers) => followers.some(Boolean))) return;
    this.#scanner = this.#recompile(this.#scanner);
    this.#recompile = undefined;
    this.#columns = undefined;
  }

  #takeInPlace(record: BufferedRecord, partition: number): boolean {
    const { buffer, keyAt, keyEnd, valueAt, valueEnd } = record;
    const { view } = buffer;
    const writer = this.#writer;
    const { texts } = writer;
    texts.borrow(buffer, valueAt, valueEnd);
    this.#bind(writer.columns);
    if (this.#scanner.scan(view, valueAt, writer.rowCount) !== valueEnd) return false;
    if (this.#recordFields.length > 0 || !this.#keys.scanInPlace(view, keyAt, keyEnd)) {
      texts.own();
      return this.#takeRest(record, partition);
    }
    texts.setKey(keyAt, keyEnd);
    writer.commitUpsert(record);
    return true;
  }

  #takeCopied(record: LogRecord, partition: number): boolean {
    const { key, value } = record;
    if (key === null || record.malformed !== undefined) return false;
    const writer = this.#writer;
    const { texts } = writer;
    if (value === null) {
      texts.clear();
      if (!this.#keys.scan(key, texts)) return false;
      writer.commitDelete(record);
      return true;
    }
    texts.load(value);
    this.#bind(writer.columns);
    if (this.#scanner.scan(texts.view, 0, writer.rowCount) !== value.length) return false;
    return this.#takeRest(record, partition);
  }

  /** What a row has that does not come from the value. */
  #takeRest(record: LogRecord, partition: number): boolean {
    const { key } = record;
    if (this.#recordFields.length > 0 && !this.#takeRecordFields(record, partition)) return false;
    if (key === null || !this.#keys.scan(key, this.#writer.texts)) return false;
    this.#writer.commitUpsert(record);
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

/** True if key and value are there, and behind the value what scanners look at: Kafka's records end in a zero unless they have headers. */
function canStay({ buffer: { bytes }, keyAt, keyEnd, valueAt, valueEnd }: BufferedRecord): boolean {
  if (keyEnd < keyAt || valueEnd < valueAt) return false;
  return bytes[valueEnd] === 0 && valueEnd + lookAheadBytes <= bytes.length;
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
