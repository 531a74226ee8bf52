import { InvariantError } from "../../base/errors.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { SlotColumn } from "../columns/slot-column.ts";
import type { TextSpan } from "../columns/text-span.ts";
import { ValueIndex } from "../hash/value-index.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { buildOrders, type ListRows } from "../order/build-orders.ts";
import { makeKeyComparator, makeValueComparator } from "../order/row-comparators.ts";
import { RowOrder } from "../order/row-order.ts";
import type { Pacer } from "../pacer.ts";
import { FieldIndex } from "./field-index.ts";

/** What memory for sorting is counted under, while indexes are built. */
export const sortingAccount = "sorting";

export interface StoreOrdersOptions {
  readonly definition: ViewDefinition;
  /** In the order of `ViewDefinition.fields`. */
  readonly columns: readonly SlotColumn[];
  readonly locateKey: (slot: number, span: TextSpan) => unknown;
  readonly allocator: ChunkAllocator;
  /** Of values. */
  readonly hashSeed: number;
}

/** All indexes of one store: the order by key, and that of each indexed or joined field. They hold the slots of live rows that are shown. */
export class StoreOrders {
  readonly byKey: RowOrder;
  readonly byField: readonly FieldIndex[];
  readonly #options: StoreOrdersOptions;

  constructor(options: StoreOrdersOptions) {
    const { definition, columns, locateKey, allocator, hashSeed } = options;
    this.#options = options;
    this.byKey = new RowOrder({ comparator: makeKeyComparator(locateKey), allocator, account: "index by key" });
    this.byField = definition.fields.flatMap(({ name, isIndexed }, at): FieldIndex[] => {
      const column = columns[at];
      if (!isIndexed && !definition.joinedFields.includes(name)) return [];
      if (column === undefined || column.kind === "embedded") throw new InvariantError(`${name} cannot be indexed`);
      const comparator = makeValueComparator(column, locateKey);
      const order = new RowOrder({ comparator, allocator, account: `index by ${name}` });
      const values = new ValueIndex({ column, hashSeed, allocator, account: `hash of ${name}` });
      return [new FieldIndex({ name, at, isOrdered: isIndexed, column, order, values })];
    });
  }

  /** Throws `InvariantError` if the field has no index. */
  of(field: string): FieldIndex {
    const found = this.byField.find(({ name }) => name === field);
    if (found === undefined) throw new InvariantError(`${this.#options.definition.name} has no index of ${field}`);
    return found;
  }

  /** Fills the empty indexes with the rows in these slots, so many, giving way in between. */
  async build(
    listRows: ListRows,
    { rows, slotCapacity }: { readonly rows: number; readonly slotCapacity: number },
    pacer: Pacer,
  ): Promise<void> {
    const { allocator, locateKey } = this.#options;
    const { byKey, byField: byValue } = this;
    const scratchAccount = sortingAccount;
    await buildOrders({ allocator, scratchAccount, listRows, rows, slotCapacity, locateKey, byKey, byValue }, pacer);
  }

  /** Bytes that `build` takes at most, some of them only while it lasts. */
  measureBuild({ rows, slotCapacity }: { readonly rows: number; readonly slotCapacity: number }): number {
    const [order, values] = [6, 11]; // a row, and a value that it has alone
    return rows * (12 + order + (order + values) * this.byField.length) + 8 * slotCapacity;
  }

  /** Bytes that so many rows more may take at most. */
  measureGrowth(rows: number): number {
    return this.byField.reduce((bytes, index) => bytes + index.measureGrowth(rows), 65_536 + 8 * rows);
  }

  insert(slot: number): void {
    this.byKey.insert(slot);
    for (const index of this.byField) index.insert(slot);
  }

  /** Its cells must still be those that it was put in with. */
  remove(slot: number): void {
    for (const index of this.byField) index.remove(slot);
    this.byKey.remove(slot);
  }
}
