import { describe, expect, test } from "vitest";
import { WeightedCache } from "../../../src/api/compiled/weighted-cache.ts";

function createCache(maxEntries: number, maxBytes = 1_000, maxEntryBytes = maxBytes) {
  let evicted = 0;
  const cache = new WeightedCache<string>({ maxEntries, maxBytes, maxEntryBytes }, () => {
    evicted += 1;
  });
  return { cache, evictedCount: () => evicted };
}

describe("a weighted cache", () => {
  test("lets the oldest go when there are too many", () => {
    const { cache, evictedCount } = createCache(2);
    for (const text of ["a", "b", "c"]) cache.set(text, text, 1);
    expect([cache.has("a"), cache.get("b"), cache.get("c")]).toEqual([false, "b", "c"]);
    expect([cache.size, cache.bytes, evictedCount()]).toEqual([2, 2, 1]);
  });

  test("keeps for once what was used since it came", () => {
    const { cache } = createCache(2);
    cache.set("a", "a", 1);
    cache.set("b", "b", 1);
    cache.get("a");
    cache.set("c", "c", 1);
    expect([cache.has("a"), cache.has("b"), cache.has("c")]).toEqual([true, false, true]);
    cache.set("d", "d", 1);
    cache.set("e", "e", 1);
    expect([cache.has("a"), cache.has("d"), cache.has("e")]).toEqual([false, true, true]);
  });

  test("lets as many go as an entry is heavy", () => {
    const { cache, evictedCount } = createCache(10, 10);
    for (const text of ["a", "b", "c"]) cache.set(text, text, 3);
    cache.set("d", "d", 5);
    expect([cache.has("a"), cache.has("b"), cache.has("c"), cache.has("d")]).toEqual([false, false, true, true]);
    expect([cache.bytes, evictedCount()]).toEqual([8, 2]);
  });

  test("weighs an entry again, and lets itself go if it alone is too heavy", () => {
    const { cache, evictedCount } = createCache(10, 10);
    cache.set("a", "a", 4);
    cache.set("a", "a", 6);
    expect([cache.size, cache.bytes]).toEqual([1, 6]);
    cache.get("a");
    cache.set("b", "b", 1);
    cache.set("a", "a", 11);
    expect([cache.has("a"), cache.has("b"), cache.bytes, evictedCount()]).toEqual([false, true, 1, 0]);
  });

  test.each([
    ["than the whole cache may be", 11, 100],
    ["than an entry may be", 6, 5],
  ])("does not take what is heavier %s: nothing goes for it", (_what, bytes, maxEntryBytes) => {
    const { cache, evictedCount } = createCache(10, 10, maxEntryBytes);
    cache.set("a", "a", 5);
    cache.set("b", "b", 5);
    cache.set("c", "c", bytes);
    expect([cache.has("a"), cache.has("b"), cache.has("c")]).toEqual([true, true, false]);
    expect([cache.bytes, evictedCount()]).toEqual([10, 0]);
  });

  test("forgets what is taken out", () => {
    const { cache, evictedCount } = createCache(10);
    cache.set("a", "a", 4);
    cache.delete("a");
    cache.delete("b");
    expect([cache.get("a"), cache.size, cache.bytes, evictedCount()]).toEqual([undefined, 0, 0, 0]);
  });
});
