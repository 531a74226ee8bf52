import type { LeafColumn } from "../columns/slot-column.ts";
import type { ValueIndex } from "../hash/value-index.ts";
import type { RowOrder } from "../order/row-order.ts";

export interface FieldIndexParts {
  readonly name: string;
  /** Place of the field in `ViewDefinition.fields`. */
  readonly at: number;
  /** Ranges may be asked for; else the index serves joins only. */
  readonly isOrdered: boolean;
  readonly column: LeafColumn;
  /** By (value, key). */
  readonly order: RowOrder;
  readonly values: ValueIndex;
}

/**
 * The index of one field: its rows by (value, key), and its values by hash. A page of a value's rows, and a range, come
 * from the order; how many rows a value has, and whether any, from the hash. Every index has both, as every equality needs
 * both a count and pages. Rows whose value is null are in neither.
 */
export class FieldIndex {
  readonly name: string;
  readonly at: number;
  readonly isOrdered: boolean;
  readonly column: FieldIndexParts["column"];
  readonly order: RowOrder;
  readonly values: ValueIndex;

  constructor({ name, at, isOrdered, column, order, values }: FieldIndexParts) {
    this.name = name;
    this.at = at;
    this.isOrdered = isOrdered;
    this.column = column;
    this.order = order;
    this.values = values;
  }

  /** Puts a row in by the cells that it has now. Throws `InvariantError` if it is in. */
  insert(slot: number): void {
    this.order.insert(slot);
    this.values.insert(slot);
  }

  /** Takes a row out. Its cells, and all others' that are in, must still be those that they were put in with. Throws `InvariantError` if it is not in. */
  remove(slot: number): void {
    const rank = this.order.remove(slot);
    this.values.remove(slot, () => this.#slotsAround(rank));
  }

  /** Bytes that so many rows more may take at most. */
  measureGrowth(rows: number): number {
    return 65_536 + 8 * rows + this.values.measureGrowth(rows);
  }

  /** The rows between which one was: if others have its value, one of these has. */
  #slotsAround(rank: number): number[] {
    return [rank - 1, rank]
      .filter((near) => near >= 0 && near < this.order.size)
      .map((near) => this.order.slotAt(near));
  }
}
