import type { Row } from "./view-reader.ts";

/** How much of changes somebody wants: nothing, which keys, or also what they showed before: all of them, or some. */
export type ChangeDetail = "NONE" | "KEYS" | "IMAGES" | { readonly imagesOf: { has(key: string): boolean } };

/** Whether somebody wants to know what a key showed before. */
export function wantsImage(detail: ChangeDetail, getKey: () => string): boolean {
  return typeof detail === "object" ? detail.imagesOf.has(getKey()) : detail === "IMAGES";
}

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
