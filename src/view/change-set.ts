import type { ViewPosition } from "./view-position.ts";
import type { Row } from "./view-reader.ts";

/**
 * What happened to one key between two moments. `before` is an image of the first; undefined also where the subscription
 * did not ask for it. `after` is the key's live row at the second, the moment at which the set was taken: like every live
 * row it can be read until the view changes, so before the macrotask ends.
 */
export type Change =
  | {
      readonly kind: "INSERT";
      readonly key: string;
      readonly before: undefined;
      readonly after: Row;
      readonly mergedRecords: number;
    }
  | {
      readonly kind: "UPDATE";
      readonly key: string;
      readonly before: Row | undefined;
      readonly after: Row;
      readonly mergedRecords: number;
    }
  | {
      readonly kind: "DELETE";
      readonly key: string;
      readonly before: Row | undefined;
      readonly after: undefined;
      readonly mergedRecords: number;
    };

/** Changes of one consistent step, or a part of them: at most one for each key. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  /** False: more sets of the same step follow. Only after the last one does the subscriber hold what the view shows. */
  readonly isComplete: boolean;
  /** The view's position at the moment the set was taken. */
  readonly position: ViewPosition;
}
