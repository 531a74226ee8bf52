import { InvariantError } from "../../base/errors.ts";
import type { LeafColumn } from "../columns/slot-column.ts";
import { countValues, loadValues } from "../hash/load-values.ts";
import type { ValueIndex } from "../hash/value-index.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import type { Pacer } from "../pacer.ts";
import { NumberCoder } from "./number-coder.ts";
import type { RowCoder } from "./row-coder.ts";
import type { LocateKey } from "./row-comparators.ts";
import type { RowOrder } from "./row-order.ts";
import { sortRows } from "./sort-rows.ts";
import { SortScratch } from "./sort-scratch.ts";
import { TextCoder } from "./text-coder.ts";
import { makeHasValue, makeLocateSortable } from "./value-probe.ts";

/** An order by (value, key) and the same values by hash, both empty, and the column that they are of. */
export interface ValueOrder {
  readonly column: LeafColumn;
  readonly order: RowOrder;
  readonly values: ValueIndex;
}

/**
 * Appends the slots from `from` to `end` that hold a row which the orders are to
 * hold to the first `found` of the target, ascending; gives how many it has then.
 */
export type ListRows = (
  from: number,
  end: number,
  list: { readonly target: Uint32Array; readonly found: number },
) => number;

export interface OrderBuild {
  readonly allocator: ChunkAllocator;
  /** What the memory for sorting is counted under: 12 bytes a row and 8 a slot while it lasts. */
  readonly scratchAccount: string;
  readonly listRows: ListRows;
  /** How many such rows there are. */
  readonly rows: number;
  readonly slotCapacity: number;
  readonly locateKey: LocateKey;
  /** Empty. */
  readonly byKey: RowOrder;
  readonly byValue: readonly ValueOrder[];
}

const sliceRows = 4_096;

/**
 * Fills all indexes of a view at once, giving way in between; the rows must stay as they are meanwhile. Rows are sorted by
 * key first; an order by value is a stable sort of that. If it fails, orders and hashes are empty or complete; clear them.
 */
export async function buildOrders(build: OrderBuild, pacer: Pacer): Promise<void> {
  const { allocator, scratchAccount, rows, slotCapacity, locateKey, byKey, byValue } = build;
  const scratch = new SortScratch(allocator, scratchAccount, { rows, slotCapacity });
  try {
    await collect(build, scratch, pacer);
    await sortRows(scratch, rows, new TextCoder(() => locateKey, { areUnique: true }), pacer);
    await byKey.bulkLoad(scratch.slots, pacer);
    for (const { column, order, values } of byValue) {
      const found = await collectWithValue(byKey, column, scratch, pacer);
      await sortRows(scratch, found, makeCoder(column), pacer);
      const distinct = await countValues(scratch, found, pacer);
      await order.bulkLoad(scratch.slots.subarray(0, found), pacer);
      await loadValues(values, scratch.lows, distinct, pacer);
    }
  } finally {
    scratch.close();
  }
}

/** In the order in which they lie in memory. */
async function collect({ listRows, slotCapacity }: OrderBuild, { slots }: SortScratch, pacer: Pacer): Promise<void> {
  let rows = 0;
  for (let from = 0; from < slotCapacity; from += sliceRows) {
    rows = listRows(from, Math.min(from + sliceRows, slotCapacity), { target: slots, found: rows });
    await pacer.giveWay();
  }
  if (rows !== slots.length) throw new InvariantError(`${rows} live rows where ${slots.length} were announced`);
}

/** Leaves the rows that have a value in the scratch, in key order; gives their number. */
async function collectWithValue(
  byKey: RowOrder,
  column: LeafColumn,
  { slots, spareSlots }: SortScratch,
  pacer: Pacer,
): Promise<number> {
  const { nullable: isNullable } = column.type;
  const hasValue = makeHasValue(column);
  let found = 0;
  for (let from = 0; from < slots.length; from += sliceRows) {
    const slice = (isNullable ? spareSlots : slots).subarray(from, from + sliceRows);
    byKey.copyTo(slice, from);
    if (isNullable) found = takeWithValue(slice, hasValue, slots, found);
    else found += slice.length; // to look at each, in no order of memory, takes as long as half of the sort
    await pacer.giveWay();
  }
  return found;
}

/** Appends those that have a value to the first `found` of the target; gives how many it has then. */
function takeWithValue(
  slots: Uint32Array,
  hasValue: (slot: number) => boolean,
  target: Uint32Array,
  found: number,
): number {
  let end = found;
  for (let at = 0; at < slots.length; at += 1) {
    const slot = slots[at] as number; // below the length
    if (!hasValue(slot)) continue;
    target[end] = slot;
    end += 1;
  }
  return end;
}

function makeCoder(column: LeafColumn): RowCoder {
  return column.kind === "text"
    ? new TextCoder(() => makeLocateSortable(column), { areUnique: false })
    : new NumberCoder((slot) => column.get(slot));
}
