import type { RowOrder } from "../../../../src/view/order/row-order.ts";

/** All rows of an order, in order. */
export function listSlots(order: RowOrder): number[] {
  const slots = new Uint32Array(order.size);
  order.copyTo(slots, 0);
  return [...slots];
}
