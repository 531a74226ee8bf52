import { ShardedMap } from "./sharded-map.ts";

interface Entry {
  readonly key: string;
  readonly sinceMs: number;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/**
 * Deleted keys in the order of their deletion, each key once: a key that comes and goes all day waits once. A linked
 * list, because a key that lives again leaves from the middle.
 */
export class TombstoneQueue {
  readonly #entries = new ShardedMap<string, Entry>();
  #oldest: Entry | undefined;
  #newest: Entry | undefined;

  get size(): number {
    return this.#entries.size;
  }

  /** The key was deleted now: it goes to the end, wherever it was. Times must not fall. */
  add(key: string, nowMs: number): void {
    this.remove(key);
    const entry: Entry = { key, sinceMs: nowMs, older: this.#newest, newer: undefined };
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
    this.#entries.set(key, entry);
  }

  /** The key lives again, or is forgotten. */
  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
  }

  /** Takes out the key that has been here longest, if it came at or before `untilMs`. */
  take(untilMs: number): string | undefined {
    const oldest = this.#oldest;
    if (oldest === undefined || oldest.sinceMs > untilMs) return undefined;
    this.remove(oldest.key);
    return oldest.key;
  }
}
