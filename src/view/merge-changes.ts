import type { Change } from "./change-set.ts";
import type { Row } from "./view-reader.ts";

/** The change from one image of a key to another; undefined if there is nothing before and nothing after. */
export function makeChange(
  key: string,
  before: Row | undefined,
  after: Row | undefined,
  mergedRecords: number,
): Change | undefined {
  if (before === undefined)
    return after === undefined ? undefined : { kind: "INSERT", key, before, after, mergedRecords };
  return after === undefined
    ? { kind: "DELETE", key, before, after, mergedRecords }
    : { kind: "UPDATE", key, before, after, mergedRecords };
}

/** Two changes of one key, one after the other, as one: from the first's image to the second's. Undefined if they undo each other: an insert, then a delete. */
export function mergeChanges(first: Change, second: Change): Change | undefined {
  return makeChange(first.key, first.before, second.after, first.mergedRecords + second.mergedRecords);
}
