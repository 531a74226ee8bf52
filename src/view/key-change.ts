import type { Row } from "./view-reader.ts";

/** How much of changes somebody wants: nothing, which keys, or also what they showed before. */
export type ChangeDetail = "NONE" | "KEYS" | "IMAGES";

/** What one step did to one key, as a store tells it. Holds no live row: those are looked up when somebody takes the change. */
export interface KeyChange {
  readonly key: string;
  readonly existedBefore: boolean;
  readonly existsNow: boolean;
  /** The image before, if it existed and images were wanted. */
  readonly before: Row | undefined;
  /** How many records it stands for. */
  readonly records: number;
}
