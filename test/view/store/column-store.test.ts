import { describe, expect, test } from "vitest";
import { InvariantError } from "../../../src/base/errors.ts";
import type { RowBatch } from "../../../src/decode/row-batch.ts";
import type { KeyChange } from "../../../src/view/key-change.ts";
import { MemoryBudget } from "../../../src/view/memory/memory-budget.ts";
import { createPacer } from "../../../src/view/pacer.ts";
import type { ColumnStore } from "../../../src/view/store/column-store.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { openStore } from "../../support/open-store.ts";
import { type BatchFacts, makeBatchWriter, makeRowBatch, type RowOperation } from "../../support/row-batches.ts";
import { defineView } from "../../support/view-definitions.ts";

const definition = defineView({ fields: { n: "Int" } });

async function openLive(clock = new ManualClock()): Promise<ColumnStore> {
  const store = openStore(definition, { clock });
  for (const partition of [0, 1])
    store.addPartition({ partition, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
  await store.buildIndexes(createPacer(clock, 5, new AbortController().signal));
  return store;
}

function batch(fromOffset: number, rows: readonly RowOperation[], facts: BatchFacts = {}): RowBatch {
  const nextOffset = fromOffset + rows.length;
  return makeRowBatch(definition, rows, { fromOffset, nextOffset, leaderEpoch: 3, ...facts });
}

function maintainAll(store: ColumnStore): KeyChange[] {
  const changes: KeyChange[] = [];
  while (store.needsMaintenance) changes.push(...store.maintain("KEYS"));
  return changes;
}

/** What was done to which key. */
function kindsOf(changes: readonly KeyChange[]): unknown[] {
  return changes.map(({ key, existedBefore, existsNow, records }) => {
    return [existedBefore ? (existsNow ? "UPDATE" : "DELETE") : "INSERT", key, records];
  });
}

const upsert = (key: string, offset: number, n: number, timestamp = 0): RowOperation => ({
  operation: "UPSERT",
  key,
  offset,
  timestamp,
  values: [key, n],
});
const remove = (key: string, offset: number, timestamp = 0): RowOperation => ({
  operation: "DELETE",
  key,
  offset,
  timestamp,
});

describe("ColumnStore", () => {
  test("V3: a tombstone removes the entity; a later record brings it back as an insert", async () => {
    const store = await openLive();
    expect(kindsOf(store.apply(batch(0, [upsert("a", 0, 1)]), "KEYS"))).toEqual([["INSERT", "a", 1]]);
    expect(kindsOf(store.apply(batch(1, [remove("a", 1)]), "KEYS"))).toEqual([["DELETE", "a", 1]]);
    expect(store.reader.get("a")).toBeUndefined();
    expect(kindsOf(store.apply(batch(2, [upsert("a", 2, 2)]), "KEYS"))).toEqual([["INSERT", "a", 1]]);
    expect(store.reader.size).toBe(1);
  });

  test("gives one change for a key that occurs several times in a batch, and none for one that came and went", async () => {
    const store = await openLive();
    const rows = [upsert("a", 0, 1), upsert("b", 1, 1), upsert("a", 2, 2), remove("b", 3)];
    expect(kindsOf(store.apply(batch(0, rows), "KEYS"))).toEqual([["INSERT", "a", 2]]);
  });

  test("L1: a batch without records moves the position", async () => {
    const store = await openLive();
    expect(store.apply(batch(0, [], { nextOffset: 9 }), "KEYS")).toEqual([]);
    expect(store.positions.get(0)).toBe(9);
    expect(store.epochs.get(0)).toBe(3);
  });

  test.each([
    ["a gap before it", { fromOffset: 1, nextOffset: 2 }],
    ["another incarnation", { incarnation: "other" }],
    ["another generation", { generation: 2 }],
    ["an unknown partition", { partition: 7 }],
    ["another view", { view: "Customer" }],
  ] satisfies [string, BatchFacts][])("refuses a batch with %s and stays as it is", async (_what, changes) => {
    const store = await openLive();
    expect(() => store.apply(batch(0, [upsert("a", 0, 1)], changes), "KEYS")).toThrow(InvariantError);
    expect(store.reader.size).toBe(0);
    expect(store.positions.get(0)).toBe(0);
  });

  test("lets the greatest timestamp win between partitions, then the greatest partition, and counts such keys", async () => {
    const store = await openLive();
    store.apply(batch(0, [upsert("a", 0, 1, 5)]), "NONE");
    store.apply(batch(0, [upsert("a", 0, 2, 4)], { partition: 1 }), "NONE");
    const n = store.reader.field("n");
    const shown = () => {
      const row = store.reader.get("a");
      return row && n(row);
    };
    expect(shown()).toBe(1);
    store.apply(batch(1, [upsert("a", 1, 3, 5)], { partition: 1 }), "NONE");
    expect(shown()).toBe(3);
    store.apply(batch(2, [remove("a", 2, 6)], { partition: 1 }), "NONE");
    expect(shown()).toBeUndefined();
    expect(store.counts.keysInSeveralPartitions).toBe(1);
  });

  test("forgets a deleted key once its span is over, and uses its place again", async () => {
    const clock = new ManualClock();
    const store = await openLive(clock);
    store.apply(batch(0, [upsert("a", 0, 1), remove("a", 1, 100)]), "NONE");
    clock.advance(999);
    expect(store.needsMaintenance).toBe(false);
    clock.advance(1);
    expect(maintainAll(store)).toEqual([]);
    const memory: number[] = [];
    for (let at = 2; at < 8_002; at += 2) {
      store.apply(batch(at, [upsert(`key ${at}`, at, 1), remove(`key ${at}`, at + 1)]), "NONE");
      clock.advance(1_000);
      maintainAll(store);
      memory.push(store.counts.memoryBytes);
    }
    expect(Math.max(...memory.slice(2_000))).toBeLessThanOrEqual(Math.max(...memory.slice(0, 2_000)));
  });

  test("V6: counts rows by value while values come and go, and takes as much memory afterwards as before", async () => {
    const indexed = defineView({
      fields: { n: { type: "Int", isIndexed: true }, s: { type: "String", isIndexed: true } },
    });
    const store = openStore(indexed, { maxPooledTexts: 5 });
    store.addPartition({ partition: 0, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
    await store.buildIndexes(createPacer(new ManualClock(), 5, new AbortController().signal));
    const [keys, rounds] = [2_000, 12];
    const memory: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const writer = makeBatchWriter(indexed);
      for (let from = 0; from < keys; from += 500) {
        const rows = Array.from({ length: 500 }, (_, at): RowOperation => {
          const [offset, n] = [round * keys + from + at, ((from + at) * (round + 1)) % 997];
          return {
            operation: "UPSERT",
            key: `key ${from + at}`,
            offset,
            timestamp: 0,
            values: [`key ${from + at}`, n, `text ${n}`],
          };
        });
        store.apply(makeRowBatch(indexed, rows, { writer, fromOffset: round * keys + from }), "NONE");
      }
      while (store.needsMaintenance) store.maintain("NONE");
      const expected = Array.from({ length: keys }, (_, at) => (at * (round + 1)) % 997).filter((n) => n === 5).length;
      expect([store.reader.matching("n", 5).size, store.reader.matching("s", "text 5").size]).toEqual([
        expected,
        expected,
      ]);
      memory.push(store.memoryByAccount.get("hash of n") ?? 0, store.memoryByAccount.get("hash of s") ?? 0);
    }
    expect(Math.max(...memory.slice(rounds))).toBeLessThanOrEqual(Math.max(...memory.slice(0, rounds)));
  });

  test("takes images: what a row showed one shows after later changes", async () => {
    const store = await openLive();
    store.apply(batch(0, [upsert("a", 0, 1)]), "NONE");
    const [change] = store.apply(batch(1, [upsert("a", 1, 2)]), "IMAGES");
    const n = store.reader.field("n");
    expect(change?.before && n(change.before)).toBe(1);
    expect(change?.before && store.reader.keyOf(change.before)).toBe("a");
    const row = store.reader.get("a");
    expect(row && n(row)).toBe(2);
  });

  test("takes images only of the keys that somebody wants them of", async () => {
    const store = await openLive();
    store.apply(batch(0, [upsert("a", 0, 1), upsert("b", 1, 1), upsert("c", 2, 1)]), "NONE");
    const detail = { imagesOf: new Set(["b", "c"]) };
    const changes = store.apply(batch(3, [upsert("a", 3, 2), upsert("b", 4, 2), remove("c", 5)]), detail);
    expect(changes.map(({ key, before }) => [key, before !== undefined])).toEqual([
      ["a", false],
      ["b", true],
      ["c", true],
    ]);
  });

  test("lets rows of records expire that the log has dropped, and shows another partition's older record then", async () => {
    const store = await openLive();
    store.apply(batch(0, [upsert("a", 0, 1, 9), upsert("b", 1, 1), upsert("c", 2, 1)]), "NONE");
    store.apply(batch(0, [upsert("a", 0, 2, 3)], { partition: 1 }), "NONE");
    store.expireBelow(0, 2);
    expect(kindsOf(maintainAll(store))).toEqual([
      ["UPDATE", "a", 1],
      ["DELETE", "b", 1],
    ]);
    const a = store.reader.get("a");
    expect(a && store.reader.field("n")(a)).toBe(2);
    expect(store.counts).toMatchObject({ entities: 2, keysInSeveralPartitions: 0 });
  });

  test("refuses a batch for which there is no memory, with the figures, and stays as it is", () => {
    const budget = new MemoryBudget(2_000_000);
    const store = openStore(definition, { budget });
    store.addPartition({ partition: 0, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
    store.apply(batch(0, [upsert("a", 0, 1)]), "NONE");
    const { memoryBytes } = store.counts;
    const rows = Array.from({ length: 1_000 }, (_, at) => upsert(`${at}${"x".repeat(2_000)}`, at + 1, 1));
    expect(() => store.apply(batch(1, rows), "NONE")).toThrow(
      expect.objectContaining({
        code: "MEMORY_LIMIT",
        message: expect.stringMatching(/at most 2 MB.*memory\.limitBytes.*Order/),
      }),
    );
    expect(store.positions.get(0)).toBe(1);
    expect(store.counts).toMatchObject({ entities: 1, memoryBytes });
  });

  test.each([
    ["a row behind the batch's end", { nextOffset: 1 }],
    ["rows whose offsets fall", { fromOffset: 1 }],
  ])("refuses %s and stays as it is", async (_what, facts) => {
    const store = await openLive();
    const rows = [upsert("a", 0, 1), upsert("b", 1, 2)];
    store.apply(batch(0, [], { nextOffset: 1 }), "NONE");
    expect(() => store.apply(batch(0, rows, facts), "NONE")).toThrow(InvariantError);
    expect(store.reader.size).toBe(0);
  });
});
