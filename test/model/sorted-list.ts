/** Which items of a sorted list: bounds are items, exclusive unless said so. */
export interface SortedRange<T> {
  readonly from?: { readonly item: T; readonly isIncluded: boolean } | undefined;
  readonly to?: { readonly item: T; readonly isIncluded: boolean } | undefined;
  readonly limit: number;
  /** Take them from the end; `take` then gives them in descending order. */
  readonly isDescending?: boolean | undefined;
}

const maxChunkItems = 1_024;

/**
 * Items in order, without duplicates, as chunks of at most 1,024: insert and remove cost a binary search and a small
 * copy, also at a million items; inserting items that come in order costs one comparison each. A B-tree would have the
 * same cost with more code; one flat array copies megabytes.
 */
export class SortedList<T> {
  /** The order of the items. */
  readonly compare: (left: T, right: T) => number;
  readonly #chunks: T[][] = [];
  #size = 0;

  constructor(compare: (left: T, right: T) => number) {
    this.compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  /** False if an equal item is there already. */
  insert(item: T): boolean {
    const chunkAt = this.#chunkFor(item);
    const chunk = this.#chunks[chunkAt];
    if (chunk === undefined) {
      this.#append(item);
      return true;
    }
    const at = this.#lowerBound(chunk, item);
    const found = chunk[at];
    if (found !== undefined && this.compare(found, item) === 0) return false;
    chunk.splice(at, 0, item);
    if (chunk.length > maxChunkItems) this.#chunks.splice(chunkAt + 1, 0, chunk.splice(chunk.length >> 1));
    this.#size += 1;
    return true;
  }

  /** False if no equal item is there. */
  remove(item: T): boolean {
    const chunkAt = this.#chunkFor(item);
    const chunk = this.#chunks[chunkAt];
    if (chunk === undefined) return false;
    const at = this.#lowerBound(chunk, item);
    const found = chunk[at];
    if (found === undefined || this.compare(found, item) !== 0) return false;
    chunk.splice(at, 1);
    if (chunk.length === 0) this.#chunks.splice(chunkAt, 1);
    this.#size -= 1;
    return true;
  }

  /** The first `limit` items of the range, from its start or, descending, from its end. */
  take(range: SortedRange<T>): T[] {
    return range.isDescending === true ? this.#takeDown(range) : this.#takeUp(range);
  }

  /** Adds an item greater than all that is there: inserting in order costs little and leaves full chunks. */
  #append(item: T): void {
    const last = this.#chunks.at(-1);
    if (last === undefined || last.length >= maxChunkItems) this.#chunks.push([item]);
    else last.push(item);
    this.#size += 1;
  }

  #takeUp({ from, to, limit }: SortedRange<T>): T[] {
    const taken: T[] = [];
    let [chunkAt, at] = from === undefined ? [0, 0] : this.#find(from.item, !from.isIncluded);
    for (; chunkAt < this.#chunks.length && taken.length < limit; chunkAt += 1, at = 0) {
      const chunk = this.#chunks[chunkAt] ?? [];
      for (; at < chunk.length && taken.length < limit; at += 1) {
        const item = chunk[at] as T; // at < chunk.length
        if (to !== undefined && this.#isBeyond(this.compare(item, to.item), to.isIncluded)) return taken;
        taken.push(item);
      }
    }
    return taken;
  }

  #takeDown({ from, to, limit }: SortedRange<T>): T[] {
    const taken: T[] = [];
    let [chunkAt, at] = to === undefined ? [this.#chunks.length, 0] : this.#find(to.item, to.isIncluded);
    while (taken.length < limit) {
      at -= 1;
      while (at < 0 && chunkAt > 0) {
        chunkAt -= 1;
        at = (this.#chunks[chunkAt]?.length ?? 0) - 1;
      }
      const item = this.#chunks[chunkAt]?.[at];
      if (item === undefined) return taken;
      if (from !== undefined && this.#isBeyond(-this.compare(item, from.item), from.isIncluded)) return taken;
      taken.push(item);
    }
    return taken;
  }

  #isBeyond(order: number, isIncluded: boolean): boolean {
    return order > 0 || (order === 0 && !isIncluded);
  }

  /** Where the first item stands that is ≥ `item` (with `isAfterEqual`: > `item`). */
  #find(item: T, isAfterEqual: boolean): [chunkAt: number, at: number] {
    const chunkAt = this.#chunkFor(item);
    const chunk = this.#chunks[chunkAt];
    if (chunk === undefined) return [chunkAt, 0];
    const at = this.#lowerBound(chunk, item);
    const found = chunk[at];
    const isEqual = found !== undefined && this.compare(found, item) === 0;
    return [chunkAt, isEqual && isAfterEqual ? at + 1 : at];
  }

  /** The first chunk whose last item is ≥ `item`; the number of chunks if there is none. */
  #chunkFor(item: T): number {
    let low = 0;
    let high = this.#chunks.length;
    const last = this.#chunks[high - 1]?.at(-1);
    if (last !== undefined && this.compare(last, item) < 0) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.#chunks[middle] as T[]; // middle < chunks.length
      if (this.compare(chunk[chunk.length - 1] as T, item) < 0)
        low = middle + 1; // no chunk is empty
      else high = middle;
    }
    return low;
  }

  #lowerBound(chunk: readonly T[], item: T): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(chunk[middle] as T, item) < 0)
        low = middle + 1; // middle < chunk.length
      else high = middle;
    }
    return low;
  }
}
