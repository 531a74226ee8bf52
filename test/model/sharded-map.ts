const shardCount = 256;

/**
 * A Map in 256 parts. A single Map of a million keys stops everything for 80 ms when it grows, because V8 moves all
 * entries at once, and it can hold no more than 16.7 million; the parts grow one by one. Keys: text, numbers, bigints,
 * booleans. Not ordered.
 */
export class ShardedMap<K extends string | number | bigint | boolean, V> {
  readonly #shards = Array.from({ length: shardCount }, () => new Map<K, V>());

  get size(): number {
    let size = 0;
    for (const shard of this.#shards) size += shard.size;
    return size;
  }

  get(key: K): V | undefined {
    return this.#shardOf(key).get(key);
  }

  set(key: K, value: V): void {
    this.#shardOf(key).set(key, value);
  }

  delete(key: K): boolean {
    return this.#shardOf(key).delete(key);
  }

  *values(): IterableIterator<V> {
    for (const shard of this.#shards) yield* shard.values();
  }

  #shardOf(key: K): Map<K, V> {
    return this.#shards[hashOf(key) & (shardCount - 1)] as Map<K, V>; // below shardCount
  }
}

/** Only spreads the keys over the parts; equal keys (as in a Map) give equal numbers. */
function hashOf(key: string | number | bigint | boolean): number {
  if (typeof key === "number")
    return Number.isInteger(key) ? Math.imul(key, 0x9e37_79b1) >>> 24 : hashText(String(key));
  return typeof key === "string" ? hashText(key) : hashText(String(key));
}

/** The end of a key is what differs: of long ones the last 16 units are looked at. */
function hashText(text: string): number {
  let hash = text.length;
  for (let at = Math.max(0, text.length - 16); at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  }
  return hash ^ (hash >>> 15);
}
