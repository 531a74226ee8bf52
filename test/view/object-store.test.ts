import { describe, expect, test } from "vitest";
import { InvariantError } from "../../src/base/errors.ts";
import type { RowBatch, RowOperation } from "../../src/decode/row-batch.ts";
import { ObjectStore } from "../../src/view/object-store.ts";
import { createPacer } from "../../src/view/pacer.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { defineView } from "../support/view-definitions.ts";

const definition = defineView({ fields: { n: "Int" } });

async function openStore(clock = new ManualClock()): Promise<ObjectStore> {
  const store = new ObjectStore({ definition, generation: 1, incarnation: "i", clock, tombstoneRetentionMs: 1_000 });
  for (const partition of [0, 1])
    store.addPartition({ partition, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
  await store.buildIndexes(createPacer(clock, 5, new AbortController().signal));
  return store;
}

function batch(fromOffset: number, rows: readonly RowOperation[], changes: Partial<RowBatch> = {}): RowBatch {
  return {
    view: definition.name,
    topic: definition.topic,
    generation: 1,
    incarnation: "i",
    partition: 0,
    fromOffset,
    nextOffset: fromOffset + rows.length,
    leaderEpoch: 3,
    rows,
    badRecords: [],
    skippedNullKeys: 0,
    ...changes,
  };
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

describe("ObjectStore", () => {
  test("V3: a tombstone removes the entity; a later record brings it back as an insert", async () => {
    const store = await openStore();
    expect(store.apply(batch(0, [upsert("a", 0, 1)])).map(({ kind }) => kind)).toEqual(["INSERT"]);
    expect(store.apply(batch(1, [remove("a", 1)])).map(({ kind }) => kind)).toEqual(["DELETE"]);
    expect(store.reader.get("a")).toBeUndefined();
    expect(store.apply(batch(2, [upsert("a", 2, 2)])).map(({ kind }) => kind)).toEqual(["INSERT"]);
    expect(store.reader.size).toBe(1);
  });

  test("gives one change for a key that occurs several times in a batch, and none for one that came and went", async () => {
    const store = await openStore();
    const changes = store.apply(batch(0, [upsert("a", 0, 1), upsert("b", 1, 1), upsert("a", 2, 2), remove("b", 3)]));
    expect(changes.map(({ kind, key, mergedRecords }) => [kind, key, mergedRecords])).toEqual([["INSERT", "a", 2]]);
  });

  test("L1: a batch without records moves the position", async () => {
    const store = await openStore();
    expect(store.apply(batch(0, [], { nextOffset: 9 }))).toEqual([]);
    expect(store.positions.get(0)).toBe(9);
    expect(store.epochs.get(0)).toBe(3);
  });

  test.each([
    ["a gap before it", { fromOffset: 1, nextOffset: 2 }],
    ["another incarnation", { incarnation: "other" }],
    ["another generation", { generation: 2 }],
    ["an unknown partition", { partition: 7 }],
    ["another view", { view: "Customer" }],
  ] satisfies [string, Partial<RowBatch>][])("refuses a batch with %s and stays as it is", async (_what, changes) => {
    const store = await openStore();
    expect(() => store.apply(batch(0, [upsert("a", 0, 1)], changes))).toThrow(InvariantError);
    expect(store.reader.size).toBe(0);
    expect(store.positions.get(0)).toBe(0);
  });

  test("lets the greatest timestamp win between partitions, then the greatest partition, and counts such keys", async () => {
    const store = await openStore();
    store.apply(batch(0, [upsert("a", 0, 1, 5)]));
    store.apply(batch(0, [upsert("a", 0, 2, 4)], { partition: 1 }));
    const n = store.reader.field("n");
    const shown = () => {
      const row = store.reader.get("a");
      return row && n(row);
    };
    expect(shown()).toBe(1);
    store.apply(batch(1, [upsert("a", 1, 3, 5)], { partition: 1 }));
    expect(shown()).toBe(3);
    store.apply(batch(2, [remove("a", 2, 6)], { partition: 1 }));
    expect(shown()).toBeUndefined();
    expect(store.counts.keysInSeveralPartitions).toBe(1);
  });

  test("forgets a deleted key once its span is over, and its memory", async () => {
    const clock = new ManualClock();
    const store = await openStore(clock);
    store.apply(batch(0, [upsert("a", 0, 1), remove("a", 1, 100)]));
    expect(store.counts.memoryBytes).toBeGreaterThan(0);
    clock.advance(1_001);
    store.apply(batch(2, [], { nextOffset: 3 }));
    expect(store.counts.memoryBytes).toBe(0);
  });

  test("keeps images: what a row showed it shows after later changes", async () => {
    const store = await openStore();
    store.apply(batch(0, [upsert("a", 0, 1)]));
    const row = store.reader.get("a");
    store.apply(batch(1, [upsert("a", 1, 2)]));
    expect(row && store.reader.field("n")(row)).toBe(1);
  });
});
