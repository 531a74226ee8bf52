import { ValueIndex } from "../../../../src/view/hash/value-index.ts";
import type { ChunkAllocator } from "../../../../src/view/memory/chunk-allocator.ts";
import { buildOrders, type ListRows } from "../../../../src/view/order/build-orders.ts";
import { makeKeyComparator, makeValueComparator } from "../../../../src/view/order/row-comparators.ts";
import { RowOrder } from "../../../../src/view/order/row-order.ts";
import type { Pacer } from "../../../../src/view/pacer.ts";
import { testHashSeed } from "../../../support/row-batches.ts";
import type { OrderRows } from "./order-rows.ts";

/** Both orders of some rows, and their values by hash. */
export interface RowOrders {
  readonly byKey: RowOrder;
  readonly byValue: RowOrder;
  readonly values: ValueIndex;
}

export function createOrders(rows: OrderRows, allocator: ChunkAllocator): RowOrders {
  const { locateKey, column } = rows;
  return {
    byKey: new RowOrder({ comparator: makeKeyComparator(locateKey), allocator, account: "by key" }),
    byValue: new RowOrder({ comparator: makeValueComparator(column, locateKey), allocator, account: "by value" }),
    values: new ValueIndex({ column, hashSeed: testHashSeed, allocator, account: "hash of values" }),
  };
}

/** Fills empty orders with all rows. */
export async function fillOrders(
  { byKey, byValue, values }: RowOrders,
  rows: OrderRows,
  { allocator, pacer }: { readonly allocator: ChunkAllocator; readonly pacer: Pacer },
): Promise<void> {
  const { slots, locateKey, column } = rows;
  const held = new Set(slots);
  const listRows: ListRows = (from, end, { target, found }) => {
    let next = found;
    for (let slot = from; slot < end; slot += 1) if (held.has(slot)) target[next++] = slot;
    return next;
  };
  const build = {
    allocator,
    scratchAccount: "sorting",
    listRows,
    rows: slots.length,
    slotCapacity: slots.reduce((most, slot) => Math.max(most, slot + 1), 1),
    locateKey,
    byKey,
    byValue: [{ column, order: byValue, values }],
  };
  await buildOrders(build, pacer);
}
