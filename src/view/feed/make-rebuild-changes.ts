import type { KeyChange } from "../key-change.ts";
import type { KeyDifferences } from "../store/key-differences.ts";
import type { ReplacedStore } from "../store/replaced-store.ts";
import { makeHasSameContent } from "../store/same-content.ts";
import type { ViewReader } from "../view-reader.ts";
import type { OwedChanges, RebuildChanges } from "./owed-changes.ts";

export interface RebuildFacts {
  /** In which keys the two stores differed when they were compared. */
  readonly difference: KeyDifferences;
  readonly replaced: ReplacedStore;
  /** What is served now. */
  readonly reader: ViewReader;
}

/**
 * Makes what the subscribers of a view are owed when a rebuilt store is swapped in. Images, and keys that somebody follows
 * alone, are looked up in the replaced store when they are told: made before, they would be as many objects as there are
 * changes, and the swap would last as long as all of them take.
 */
export function makeRebuildChanges({ difference, replaced, reader }: RebuildFacts): RebuildChanges {
  const { store } = replaced;
  const holding = { hold: () => replaced.hold(), release: () => replaced.release() };
  const hasSameContent = makeHasSameContent(store.reader, reader);

  const listAll = (imageOf: (key: string) => KeyChange["before"]): Omit<OwedChanges, "hold" | "release"> => ({
    size: difference.size,
    keyAt: (at) => difference.at(at).key,
    changeAt: (at) => {
      const { key, existedBefore } = difference.at(at);
      const before = existedBefore ? imageOf(key) : undefined;
      return { key, existedBefore, existsNow: reader.get(key) !== undefined, before, records: 1 };
    },
  });
  const withoutImages = { ...listAll(() => undefined), hold: () => {}, release: () => {} };
  const withImages = { ...listAll((key) => store.takeImage(key)), ...holding };

  const changeOf = (key: string, images: boolean): KeyChange | undefined => {
    const [was, is] = [store.reader.get(key), reader.get(key)];
    if (was === undefined && is === undefined) return undefined;
    if (was !== undefined && is !== undefined && hasSameContent(was, is)) return undefined;
    const before = images ? store.takeImage(key) : undefined;
    return { key, existedBefore: was !== undefined, existsNow: is !== undefined, before, records: 1 };
  };
  return {
    ofAll: ({ images }) => (images ? withImages : withoutImages),
    ofKey: (key, { images }) => ({ size: 1, keyAt: () => key, changeAt: () => changeOf(key, images), ...holding }),
    ...holding,
  };
}
