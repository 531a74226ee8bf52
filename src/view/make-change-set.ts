import type { Change, ChangeSet } from "./change-set.ts";
import type { KeyChange } from "./key-change.ts";
import type { ViewPosition } from "./view-position.ts";
import type { Row, ViewReader } from "./view-reader.ts";

/** Makes what a subscriber takes out of what stores have told: with the rows that the keys show now. */
export function makeChangeSet(
  changes: Iterable<KeyChange>,
  reader: Pick<ViewReader, "get">,
  position: ViewPosition,
): ChangeSet {
  const made: Change[] = [];
  for (const change of changes) {
    const one = makeChange(change, reader.get(change.key));
    if (one !== undefined) made.push(one);
  }
  return { changes: made, position };
}

/** Undefined if there was nothing before and is nothing now. */
function makeChange({ key, existedBefore, before, records }: KeyChange, after: Row | undefined): Change | undefined {
  const mergedRecords = records;
  if (after === undefined) return existedBefore ? { kind: "DELETE", key, before, after, mergedRecords } : undefined;
  return existedBefore
    ? { kind: "UPDATE", key, before, after, mergedRecords }
    : { kind: "INSERT", key, before: undefined, after, mergedRecords };
}
