import { InvariantError } from "../../base/errors.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import type { Pacer } from "../pacer.ts";
import { NumberCoder } from "./number-coder.ts";
import type { RowCoder } from "./row-coder.ts";
import { type LocateKey, makeHasValue, makeLocateSortable, type SlotColumn } from "./row-comparators.ts";
import type { RowOrder } from "./row-order.ts";
import { sortRows } from "./sort-rows.ts";
import { SortScratch } from "./sort-scratch.ts";
import { TextCoder } from "./text-coder.ts";

/** An order by (value, key), empty, and the column that it is of. */
export interface ValueOrder {
  readonly column: SlotColumn;
  readonly order: RowOrder;
}

export interface OrderBuild {
  readonly allocator: ChunkAllocator;
  /** What the memory for sorting is counted under: 12 bytes a row and 8 a slot while it lasts. */
  readonly scratchAccount: string;
  /** The live rows, each once. */
  readonly slots: Iterable<number>;
  /** How many there are. */
  readonly rows: number;
  /** All their slots are below. */
  readonly slotCapacity: number;
  readonly locateKey: LocateKey;
  /** Empty. */
  readonly byKey: RowOrder;
  readonly byValue: readonly ValueOrder[];
}

const sliceRows = 4_096;

/**
 * Fills all orders of a view at once, giving way in between; the rows must stay as they are meanwhile. Rows are sorted by
 * key first; an order by value is a stable sort of that. If it fails, orders are empty or complete; clear them.
 */
export async function buildOrders(build: OrderBuild, pacer: Pacer): Promise<void> {
  const { allocator, scratchAccount, slots, rows, slotCapacity, locateKey, byKey, byValue } = build;
  const scratch = new SortScratch(allocator, scratchAccount, { rows, slotCapacity });
  try {
    await collect(slots, scratch, pacer);
    await sortRows(scratch, rows, new TextCoder(() => locateKey, { areUnique: true }), pacer);
    await byKey.bulkLoad(scratch.slots, pacer);
    for (const { column, order } of byValue) {
      const found = await collectWithValue(byKey, column, scratch, pacer);
      await sortRows(scratch, found, makeCoder(column), pacer);
      await order.bulkLoad(scratch.slots.subarray(0, found), pacer);
    }
  } finally {
    scratch.close();
  }
}

async function collect(live: Iterable<number>, { slots }: SortScratch, pacer: Pacer): Promise<void> {
  let rows = 0;
  for (const slot of live) {
    slots[rows] = slot;
    rows += 1;
    if (rows % sliceRows === 0) await pacer.giveWay();
  }
  if (rows !== slots.length) throw new InvariantError(`${rows} live rows where ${slots.length} were announced`);
}

/** Leaves the rows that have a value in the scratch, in key order; gives their number. */
async function collectWithValue(
  byKey: RowOrder,
  column: SlotColumn,
  scratch: SortScratch,
  pacer: Pacer,
): Promise<number> {
  const hasValue = makeHasValue(column);
  const { slots, spareSlots } = scratch;
  let found = 0;
  for (let from = 0; from < slots.length; from += sliceRows) {
    const slice = spareSlots.subarray(from, from + sliceRows);
    byKey.copyTo(slice, from);
    for (const slot of slice) {
      if (!hasValue(slot)) continue;
      slots[found] = slot;
      found += 1;
    }
    await pacer.giveWay();
  }
  return found;
}

function makeCoder(column: SlotColumn): RowCoder {
  return column.kind === "text"
    ? new TextCoder(() => makeLocateSortable(column), { areUnique: false })
    : new NumberCoder((slot) => column.get(slot));
}
