import type { FieldValue } from "../../decode/row-batch.ts";
import type { ValueIndex } from "../hash/value-index.ts";
import type { Row, RowList, RowPage, ValueRange } from "../view-reader.ts";
import type { RowOrder } from "./row-order.ts";

/** Makes the opaque row of a slot. */
export type ToRow = (slot: number) => Row;

/** All rows of an order by key: a live look. */
export function listAll(order: RowOrder, toRow: ToRow): RowList {
  return {
    get size() {
      return order.size;
    },
    page: (page) => {
      const low = page.after === undefined ? 0 : order.upperBound({ key: page.after });
      const high = page.before === undefined ? order.size : order.lowerBound({ key: page.before });
      return takePage(order, { low, high }, page).map(toRow);
    },
  };
}

/** The rows of one value, by key: a live look. None for null. The order is searched only where it must be. */
export function listMatching(
  { order, values }: { readonly order: RowOrder; readonly values: ValueIndex },
  value: FieldValue,
  toRow: ToRow,
): RowList {
  return {
    get size() {
      return values.countOf(value);
    },
    page: (page) => {
      const { after, before, limit } = page;
      const count = values.countOf(value);
      const isWhole = after === undefined && before === undefined;
      if (count === 0 || limit === 0) return [];
      if (count === 1 && isWhole) return [toRow(values.rowOf(value))];
      const low = order.lowerBound({ value });
      const from = after === undefined ? low : order.upperBound({ value, key: after });
      const to = before === undefined ? low + count : order.lowerBound({ value, key: before });
      return takePage(order, { low: from, high: to }, page).map(toRow);
    },
  };
}

/** Rows of an order by value within the range, by (value, key) or, descending, the exact reverse. */
export function takeRange(order: RowOrder, range: ValueRange, toRow: ToRow): readonly Row[] {
  const { gt, gte, lt, lte, limit, descending: isDescending } = range;
  if ([gt, gte, lt, lte].includes(null)) return []; // nothing is before or after a null
  const low = Math.max(
    gt === undefined ? 0 : order.upperBound({ value: gt }),
    gte === undefined ? 0 : order.lowerBound({ value: gte }),
  );
  const high = Math.min(
    lt === undefined ? order.size : order.lowerBound({ value: lt }),
    lte === undefined ? order.size : order.upperBound({ value: lte }),
  );
  const rows = takePage(order, { low, high }, { limit, fromEnd: isDescending }).map(toRow);
  return isDescending === true ? rows.reverse() : rows;
}

/** Slots of the ranks from `low` to `high`, ascending: the first `limit` or, `fromEnd`, the last. */
function takePage(
  order: RowOrder,
  { low, high }: { readonly low: number; readonly high: number },
  { limit, fromEnd }: Pick<RowPage, "limit" | "fromEnd">,
): number[] {
  const count = Math.max(0, Math.min(limit, high - low));
  const slots = new Uint32Array(count);
  order.copyTo(slots, fromEnd === true ? high - count : low);
  const list: number[] = [];
  for (let at = 0; at < count; at += 1) list.push(slots[at] as number); // `Array.from` would take ten times as long
  return list;
}
