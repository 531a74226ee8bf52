import type { Change, ChangeSet } from "../change-set.ts";
import type { KeyChange } from "../key-change.ts";
import type { Row, ViewReader } from "../view-reader.ts";

/** Makes a set of changes with the rows and the position of this moment. `isComplete` is the set's. */
export type MakeSet = (changes: Iterable<KeyChange>, step: Pick<ChangeSet, "isComplete">) => ChangeSet;

/** Makes what a subscriber takes out of what stores have told: with the rows that the keys show now. */
export function makeChangeSet(
  changes: Iterable<KeyChange>,
  reader: Pick<ViewReader, "get">,
  facts: Omit<ChangeSet, "changes">,
): ChangeSet {
  const made: Change[] = [];
  for (const change of changes) {
    const one = makeChange(change, reader.get(change.key));
    if (one !== undefined) made.push(one);
  }
  return { changes: made, ...facts };
}

/** Undefined if there was nothing before and is nothing now. */
function makeChange({ key, existedBefore, before, records }: KeyChange, after: Row | undefined): Change | undefined {
  const mergedRecords = records;
  if (after === undefined) return existedBefore ? { kind: "DELETE", key, before, after, mergedRecords } : undefined;
  return existedBefore
    ? { kind: "UPDATE", key, before, after, mergedRecords }
    : { kind: "INSERT", key, before: undefined, after, mergedRecords };
}
