import { InvariantError } from "../../src/base/errors.ts";
import { compareText } from "../../src/base/text-order.ts";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import type { FieldType } from "../../src/mapping/view-definition.ts";
import type { Pacer } from "../../src/view/pacer.ts";
import type { RowPage, ValueRange } from "../../src/view/view-reader.ts";
import { takeKeys } from "./key-page.ts";
import { ShardedMap } from "./sharded-map.ts";
import { sortInSlices } from "./sort-in-slices.ts";
import { SortedList, type SortedRange } from "./sorted-list.ts";
import { compareValues, type ValueKey, valueKey } from "./value-order.ts";

/** Keys of one value, in key order. Most values of a unique field have one key: it stands here itself, without a list. */
type Bucket = string | SortedList<string>;

const buildsBetweenLooks = 256;

/**
 * The look-ups of one field: value → keys in key order (hash) and, if ordered, the distinct values in order. Together
 * they give the order (value, key) without an entry for each pair. Nulls are in neither.
 */
export class FieldIndex {
  readonly #name: string;
  readonly #keyOf: (value: FieldValue) => ValueKey;
  readonly #buckets = new ShardedMap<ValueKey, Bucket>();
  readonly #values: SortedList<FieldValue> | undefined;
  #entries = 0;

  constructor({
    name,
    type,
    isOrdered,
  }: { readonly name: string; readonly type: FieldType; readonly isOrdered: boolean }) {
    this.#name = name;
    this.#keyOf = valueKey(type);
    this.#values = isOrdered ? new SortedList(compareValues(type)) : undefined;
  }

  /** An estimate. */
  get memoryBytes(): number {
    return 9 * this.#entries + 72 * this.#buckets.size;
  }

  /** Fills the empty index from entries in key order, giving way in between. */
  async build(entries: Iterable<{ readonly value: FieldValue; readonly key: string }>, pacer: Pacer): Promise<void> {
    const distinct: FieldValue[] = [];
    let looked = 0;
    for (const { value, key } of entries) {
      if (value !== null && this.#put(value, key)) distinct.push(value);
      looked += 1;
      if (looked % buildsBetweenLooks === 0) await pacer.giveWay();
    }
    if (this.#values === undefined) return;
    for (const [at, value] of (await sortInSlices(distinct, this.#values.compare, pacer)).entries()) {
      this.#values.insert(value);
      if (at % buildsBetweenLooks === 0) await pacer.giveWay();
    }
  }

  add(value: FieldValue, key: string): void {
    if (value !== null && this.#put(value, key)) this.#values?.insert(value);
  }

  remove(value: FieldValue, key: string): void {
    if (value === null) return;
    const valueKey = this.#keyOf(value);
    const bucket = this.#buckets.get(valueKey);
    const isFound = bucket instanceof SortedList ? bucket.remove(key) : bucket === key;
    if (!isFound) throw new InvariantError(`the index of ${this.#name} does not hold a key that it should`);
    this.#entries -= 1;
    if (bucket instanceof SortedList && bucket.size > 0) return;
    this.#buckets.delete(valueKey);
    this.#values?.remove(value);
  }

  /** Number of keys of a value. */
  count(value: FieldValue): number {
    const bucket = this.#bucketOf(value);
    return bucket instanceof SortedList ? bucket.size : Number(bucket !== undefined);
  }

  /** Keys of a value, in key order. */
  page(value: FieldValue, page: RowPage): string[] {
    const bucket = this.#bucketOf(value);
    return bucket === undefined ? [] : takeKeys(asList(bucket), page);
  }

  /** Keys by (value, key) within the range, at most `limit`; descending gives the exact reverse. Throws `InvariantError` if not ordered. */
  range({ gt, gte, lt, lte, limit, descending: isDescending }: ValueRange): string[] {
    if (this.#values === undefined) throw new InvariantError(`${this.#name} has no ordered index`);
    if ([gt, gte, lt, lte].includes(null)) return []; // nothing is before or after a null
    const { compare } = this.#values;
    const from = tighter(bound(gte, true), bound(gt, false), (left, right) => compare(right, left));
    const to = tighter(bound(lte, true), bound(lt, false), compare);
    const keys: string[] = [];
    for (const value of this.#values.take({ from, to, limit, isDescending })) {
      if (keys.length >= limit) break;
      const bucket = this.#bucketOf(value) ?? [];
      if (typeof bucket === "string") keys.push(bucket);
      else if (bucket instanceof SortedList)
        for (const key of bucket.take({ limit: limit - keys.length, isDescending })) keys.push(key);
    }
    return keys;
  }

  #bucketOf(value: FieldValue): Bucket | undefined {
    return value === null ? undefined : this.#buckets.get(this.#keyOf(value));
  }

  /** Whether the value is a new one. */
  #put(value: FieldValue, key: string): boolean {
    const valueKey = this.#keyOf(value);
    const bucket = this.#buckets.get(valueKey);
    this.#entries += 1;
    if (bucket instanceof SortedList) bucket.insert(key);
    else if (bucket === undefined) this.#buckets.set(valueKey, key);
    else {
      const list = asList(bucket);
      list.insert(key);
      this.#buckets.set(valueKey, list);
    }
    return bucket === undefined;
  }
}

type Bound = NonNullable<SortedRange<FieldValue>["from"]>;

function bound(item: FieldValue | undefined, isIncluded: boolean): Bound | undefined {
  return item === undefined ? undefined : { item, isIncluded };
}

/** The bound that lets less through: the one that comes first; of two equal ones the one that excludes. */
function tighter(
  including: Bound | undefined,
  excluding: Bound | undefined,
  compare: (left: FieldValue, right: FieldValue) => number,
): Bound | undefined {
  if (including === undefined || excluding === undefined) return including ?? excluding;
  return compare(including.item, excluding.item) < 0 ? including : excluding;
}

function asList(bucket: Bucket): SortedList<string> {
  if (bucket instanceof SortedList) return bucket;
  const list = new SortedList<string>(compareText);
  list.insert(bucket);
  return list;
}
