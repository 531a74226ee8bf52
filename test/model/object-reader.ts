import { InvariantError } from "../../src/base/errors.ts";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import type { TextSpan } from "../../src/view/columns/text-span.ts";
import type { FieldColumn, FieldReader, Row, RowList, ValueRange, ViewReader } from "../../src/view/view-reader.ts";
import { type Entity, liveOf } from "./entity.ts";
import { takeKeys } from "./key-page.ts";
import type { KeyTable } from "./key-table.ts";
import { makeObjectColumns } from "./object-columns.ts";
import type { StoreIndexes } from "./store-indexes.ts";

/** Rows of the plain store are its entities. */
export function toRow(entity: Entity): Row {
  return entity as unknown as Row; // Row is opaque: only this file makes and opens rows of the plain store
}

function toEntity(row: Row): Entity {
  return row as unknown as Entity; // as in `toRow`
}

/** Reads the plain store. */
export class ObjectReader implements ViewReader {
  readonly definition: ViewDefinition;
  readonly #table: KeyTable;
  readonly #indexes: StoreIndexes;
  readonly #columns: readonly FieldColumn[];

  constructor(definition: ViewDefinition, table: KeyTable, indexes: StoreIndexes) {
    this.definition = definition;
    this.#table = table;
    this.#indexes = indexes;
    this.#columns = makeObjectColumns(definition, {
      keyOf: (row) => toEntity(row).key,
      valuesOf: (row) => toEntity(row).values,
    });
  }

  get size(): number {
    return this.#indexes.keys.size;
  }

  get(key: string): Row | undefined {
    const entity = liveOf(this.#table.get(key));
    return entity && toRow(entity);
  }

  getAt({ bytes, start, end }: TextSpan): Row | undefined {
    return this.get(Buffer.from(bytes.subarray(start, end)).toString());
  }

  keyOf(row: Row): string {
    return toEntity(row).key;
  }

  field(name: string): FieldReader {
    const at = this.#placeOf(name);
    return (row) => toEntity(row).values[at] ?? null;
  }

  column(name: string): FieldColumn {
    return this.#columns[this.#placeOf(name)] as FieldColumn; // one for each field
  }

  all(): RowList {
    const { keys } = this.#indexes;
    return {
      get size() {
        return keys.size;
      },
      page: (page) => this.#rowsOf(takeKeys(keys, page)),
    };
  }

  matching(field: string, value: FieldValue): RowList {
    const index = this.#indexes.of(field);
    return {
      get size() {
        return index.count(value);
      },
      page: (page) => this.#rowsOf(index.page(value, page)),
    };
  }

  range(field: string, range: ValueRange): readonly Row[] {
    return this.#rowsOf(this.#indexes.of(field).range(range));
  }

  #placeOf(name: string): number {
    const at = this.definition.fields.findIndex((field) => field.name === name);
    if (at < 0) throw new InvariantError(`${this.definition.name} stores no field ${name}`);
    return at;
  }

  #rowsOf(keys: readonly string[]): Row[] {
    return keys.map((key) => {
      const row = this.get(key);
      if (row === undefined)
        throw new InvariantError(`an index of ${this.definition.name} names a key that is not live`);
      return row;
    });
  }
}
