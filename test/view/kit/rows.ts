import type { Change } from "../../../src/view/change-set.ts";
import { makeChange } from "../../../src/view/merge-changes.ts";
import type { Row } from "../../../src/view/view-reader.ts";

const contents = new WeakMap<Row, number>();

/** An image that shows `n`: rows are opaque, so any object of our own is one. */
export function rowOf(n: number): Row {
  const row = Object.freeze({}) as Row; // the brand exists for types only
  contents.set(row, n);
  return row;
}

export function contentOfRow(row: Row | undefined): number | undefined {
  return row && contents.get(row);
}

/** A view as its changes see it: key → image. `change` moves a key and gives the change, if it is one. */
export class RowWorld {
  readonly rows = new Map<string, Row>();

  change(key: string, n: number | undefined, records = 1): Change | undefined {
    const before = this.rows.get(key);
    const after = n === undefined ? undefined : rowOf(n);
    if (after === undefined) this.rows.delete(key);
    else this.rows.set(key, after);
    return makeChange(key, before, after, records);
  }
}
