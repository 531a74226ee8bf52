import type { ChangeSet } from "../change-set.ts";
import type { KeyChange } from "../key-change.ts";
import type { MakeSet } from "./make-change-set.ts";

/** What one step of a view tells its subscribers. */
export interface Publication {
  /** At least one, at most one for each key. */
  readonly changes: readonly KeyChange[];
  /** All of it as a set, at this moment: the same one for all who take it at once. */
  takeSet(): ChangeSet;
}

/** Makes a publication whose set is made when somebody takes it, and once. Only for the macrotask in which it is made. */
export function makePublication(changes: readonly KeyChange[], makeSet: MakeSet): Publication {
  let set: ChangeSet | undefined;
  return {
    changes,
    takeSet: () => {
      set ??= makeSet(changes, { isComplete: true });
      return set;
    },
  };
}
