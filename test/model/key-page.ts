import type { RowPage } from "../../src/view/view-reader.ts";
import type { SortedList } from "./sorted-list.ts";

/** One page of keys, ascending, also when it is taken from the end. */
export function takeKeys(keys: SortedList<string>, { after, before, limit, fromEnd }: RowPage): string[] {
  const taken = keys.take({
    from: after === undefined ? undefined : { item: after, isIncluded: false },
    to: before === undefined ? undefined : { item: before, isIncluded: false },
    limit,
    isDescending: fromEnd,
  });
  return fromEnd === true ? taken.reverse() : taken;
}
