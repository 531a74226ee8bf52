import type { KeyChange } from "./key-change.ts";

/** Two changes of one key, one after the other, as one: from before the first to after the second. Undefined if they undo each other: an insert, then a delete. */
export function mergeChanges(first: KeyChange, second: KeyChange): KeyChange | undefined {
  const { key, existedBefore, before } = first;
  const { existsNow } = second;
  if (!existedBefore && !existsNow) return undefined;
  return { key, existedBefore, existsNow, before, records: first.records + second.records };
}

/** Changes of one step with at most one for each key, in the order in which keys came first. */
export function mergeByKey(changes: readonly KeyChange[]): readonly KeyChange[] {
  const merged = new Map<string, KeyChange>();
  for (const change of changes) mergeInto(merged, change);
  return merged.size === changes.length ? changes : [...merged.values()];
}

/** Adds a later change to those that are known by key. */
export function mergeInto(known: Map<string, KeyChange>, change: KeyChange): void {
  const first = known.get(change.key);
  const merged = first === undefined ? change : mergeChanges(first, change);
  if (merged === undefined) known.delete(change.key);
  else known.set(change.key, merged);
}
