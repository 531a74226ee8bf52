import { InvariantError } from "../../base/errors.ts";
import { hashBytes } from "../../base/hash-bytes.ts";
import type { FieldValue } from "../../decode/row-batch.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { KeyProbe } from "../columns/key-probe.ts";
import { makeReadSlot, type ReadSlot, textOf } from "../columns/read-values.ts";
import { rowIsLive } from "../columns/row-flags.ts";
import type { SlotColumn } from "../columns/slot-column.ts";
import type { StoredRows } from "../columns/stored-rows.ts";
import { createTextSpan, type TextSpan } from "../columns/text-span.ts";
import { listAll, listMatching, takeRange } from "../order/row-lists.ts";
import type { FieldColumn, FieldReader, Row, RowList, ValueRange, ViewReader } from "../view-reader.ts";
import { imageOf, imageToRow, slotOf, slotToRow } from "./row-image.ts";
import type { StoreOrders } from "./store-orders.ts";

export interface ColumnReaderParts {
  readonly definition: ViewDefinition;
  readonly stored: StoredRows;
  /** In the order of `ViewDefinition.fields`. */
  readonly columns: readonly SlotColumn[];
  readonly locateKey: (slot: number, span: TextSpan) => unknown;
  readonly orders: StoreOrders;
  readonly hashSeed: number;
}

/** Reads a store of columns. */
export class ColumnReader implements ViewReader {
  readonly definition: ViewDefinition;
  readonly #parts: ColumnReaderParts;
  readonly #readers: readonly ReadSlot[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #probe = new KeyProbe();
  readonly #span = createTextSpan();

  constructor(parts: ColumnReaderParts) {
    const { definition, columns } = parts;
    this.definition = definition;
    this.#parts = parts;
    this.#places = new Map(definition.fields.map(({ name }, at) => [name, at]));
    this.#readers = definition.fields.map(
      ({ source }, at) => makeReadSlot(columns[at] as SlotColumn, { isKey: source.from === "key" }), // one for each field
    );
  }

  get size(): number {
    return this.#parts.orders.byKey.size;
  }

  get(key: string): Row | undefined {
    const slot = this.find(key);
    return slot === 0 ? undefined : slotToRow(slot);
  }

  getAt({ bytes, start, end }: TextSpan): Row | undefined {
    this.#probe.aimAt(bytes, start, end);
    const slot = this.#findAimed();
    return slot === 0 ? undefined : slotToRow(slot);
  }

  /** The slot of a key's live row; 0 if there is none. Needs no orders. */
  find(key: string): number {
    return this.#probe.aim(key) ? this.#findAimed() : 0;
  }

  keyOf(row: Row): string {
    return imageOf(row)?.key ?? this.keyOfSlot(slotOf(row));
  }

  keyOfSlot(slot: number): string {
    this.#parts.locateKey(slot, this.#span);
    return textOf(this.#span);
  }

  field(name: string): FieldReader {
    const at = this.#placeOf(name);
    const read = this.#readers[at] as ReadSlot; // one for each field
    return (row) => {
      const image = imageOf(row);
      return image === undefined ? read(slotOf(row)) : (image.values[at] ?? null);
    };
  }

  /** The image of a live row: a row that stays as it is. */
  takeImage(slot: number): Row {
    return imageToRow({ key: this.keyOfSlot(slot), values: this.#readers.map((read) => read(slot)) });
  }

  column(name: string): FieldColumn {
    // The columns of live rows, which are slots: rows of a store are opened by its own columns only.
    return this.#parts.columns[this.#placeOf(name)] as unknown as FieldColumn;
  }

  all(): RowList {
    return listAll(this.#parts.orders.byKey, slotToRow);
  }

  matching(field: string, value: FieldValue): RowList {
    return listMatching(this.#parts.orders.of(field), value, slotToRow);
  }

  range(field: string, range: ValueRange): readonly Row[] {
    const { order, isOrdered } = this.#parts.orders.of(field);
    if (!isOrdered) throw new InvariantError(`${field} has no ordered index`);
    return takeRange(order, range, slotToRow);
  }

  /** The slot of the live row with the key that the probe was aimed at; 0 if there is none. */
  #findAimed(): number {
    const { stored, hashSeed } = this.#parts;
    const probe = this.#probe;
    const hash = hashBytes(probe.blocks.bytes, probe.keyStart, probe.keyEnd, hashSeed);
    const slot = stored.rivals.winnerOf(hash, probe.blocks, 0);
    return slot !== 0 && (stored.rows.records.flagsOf(slot) & rowIsLive) !== 0 ? slot : 0;
  }

  #placeOf(name: string): number {
    const at = this.#places.get(name);
    if (at === undefined) throw new InvariantError(`${this.definition.name} stores no field ${name}`);
    return at;
  }
}
