import type { KeyChange } from "../key-change.ts";

/**
 * Changes that a subscriber is to be told in parts, at most one for each key: too many to make all of them at once. Whoever
 * needs them holds them: what they are read from is given back when nobody does.
 */
export interface OwedChanges {
  readonly size: number;
  /** The key of one of them, below `size`. */
  keyAt(at: number): string;
  /** The change of that key; undefined if it shows again what it showed. */
  changeAt(at: number): KeyChange | undefined;
  hold(): void;
  release(): void;
}

/** What leads from the store that was served to the one that replaces it. */
export interface RebuildChanges {
  /** Of all keys, in their order. One list for all who need images, one for all who do not. */
  ofAll(needs: { readonly images: boolean }): OwedChanges;
  /** Of one key. */
  ofKey(key: string, needs: { readonly images: boolean }): OwedChanges;
  /** As of a list: whoever will ask `ofKey` later holds it until then. */
  hold(): void;
  release(): void;
}
