import type { Change } from "../../src/view/change-set.ts";
import type { Row } from "../../src/view/view-reader.ts";

/** The change from one row of a key to another; undefined if there is nothing before and nothing after. */
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
