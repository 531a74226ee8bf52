import type { Row, RowList, RowPage } from "../view/view-reader.ts";

/** A page of a list, and where it lies in it. */
export interface PageOfRows {
  readonly rows: RowList;
  readonly page: RowPage;
  /** First and last key on the page; undefined if it is empty. */
  readonly startKey: string | undefined;
  readonly endKey: string | undefined;
  keyOf(row: Row): string;
}

/** Are there rows before the page? An empty one stands where its arguments put it: right after `after`, or right before `before`. */
export function hasRowsBefore({ rows, page, startKey }: PageOfRows): boolean {
  if (startKey !== undefined) return hasAny(rows, { before: startKey });
  if (page.fromEnd) return hasAny(rows, { before: page.before });
  return page.after !== undefined && hasAny(rows, { before: makeNextText(page.after) });
}

/** Are there rows after the page: would the page `after: endCursor` hold any? */
export function hasRowsAfter({ rows, page, endKey, keyOf }: PageOfRows): boolean {
  if (endKey !== undefined) return hasAny(rows, { after: endKey });
  if (!page.fromEnd) return hasAny(rows, { after: page.after });
  if (page.before === undefined) return false;
  const [last] = rows.page({ fromEnd: true, limit: 1 });
  const [lastBefore] = rows.page({ before: page.before, fromEnd: true, limit: 1 });
  if (last === undefined || lastBefore === undefined) return last !== undefined;
  return keyOf(last) !== keyOf(lastBefore);
}

function hasAny(
  rows: RowList,
  bounds: { readonly after?: string | undefined; readonly before?: string | undefined },
): boolean {
  return rows.page({ ...bounds, limit: 1 }).length > 0;
}

/** The text that follows `text` immediately, by code point. */
function makeNextText(text: string): string {
  return `${text}\u0000`;
}
