import type { KeyChange } from "../../../src/view/key-change.ts";
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

/** A view as its changes see it: key → row. `change` moves a key and tells the change, if it is one. */
export class RowWorld {
  readonly rows = new Map<string, Row>();

  get(key: string): Row | undefined {
    return this.rows.get(key);
  }

  change(key: string, n: number | undefined, records = 1): KeyChange | undefined {
    const before = this.rows.get(key);
    if (n === undefined) this.rows.delete(key);
    else this.rows.set(key, rowOf(n));
    const [existedBefore, existsNow] = [before !== undefined, n !== undefined];
    return existedBefore || existsNow ? { key, existedBefore, existsNow, before, records } : undefined;
  }
}
