import type { ViewPosition } from "./view-position.ts";
import type { Row } from "./view-reader.ts";

/** What happened to one key between two moments. `before` and `after` are images of these moments. */
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
      readonly before: Row;
      readonly after: Row;
      readonly mergedRecords: number;
    }
  | {
      readonly kind: "DELETE";
      readonly key: string;
      readonly before: Row;
      readonly after: undefined;
      readonly mergedRecords: number;
    };

/** Changes of one consistent step, at most one for each key, in key order of first change. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  /** The view's position after this step. */
  readonly position: ViewPosition;
}
