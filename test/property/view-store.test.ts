import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareText } from "../../src/base/text-order.ts";
import type { RowBatch } from "../../src/decode/row-batch.ts";
import type { ColumnStore } from "../../src/view/column-store.ts";
import type { KeyChange } from "../../src/view/key-change.ts";
import { createPacer } from "../../src/view/pacer.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { openStore as openEmptyStore } from "../support/open-store.ts";
import { makeRowBatch } from "../support/row-batches.ts";
import type { RowOperation } from "../support/row-operations.ts";
import { defineView } from "../support/view-definitions.ts";

const definition = {
  ...defineView({ fields: { n: { type: "Int", isIndexed: true }, group: "String" } }),
  joinedFields: ["group"],
};
const keys = ["a", "b", "c", "d", "\u{1F600}", "\uFF5E"];
const partitions = [0, 1, 2];

interface Entry {
  readonly partition: number;
  readonly key: string | undefined;
  readonly n: number | null;
  readonly group: string | null;
  readonly isTombstone: boolean;
  readonly timestamp: number;
}

const entry: fc.Arbitrary<Entry> = fc.record({
  partition: fc.constantFrom(...partitions),
  key: fc.option(fc.constantFrom(...keys), { nil: undefined, freq: 6 }),
  n: fc.option(fc.integer({ min: -3, max: 3 })),
  group: fc.option(fc.constantFrom("x", "y")),
  isTombstone: fc.boolean(),
  timestamp: fc.integer({ min: 0, max: 5 }),
});

/** Every partition's log: entry at offset `at`; an entry without a key is an offset that holds no record. */
type Logs = ReadonlyMap<number, readonly Entry[]>;

function logsOf(entries: readonly Entry[]): Logs {
  return new Map(
    partitions.map((partition) => [partition, entries.filter((candidate) => candidate.partition === partition)]),
  );
}

function batchOf(logs: Logs, partition: number, fromOffset: number, nextOffset: number): RowBatch {
  const rows = (logs.get(partition) ?? []).flatMap(
    ({ key, n, group, isTombstone, timestamp }, offset): RowOperation[] => {
      if (key === undefined || offset < fromOffset || offset >= nextOffset) return [];
      return isTombstone
        ? [{ operation: "DELETE", key, offset, timestamp }]
        : [{ operation: "UPSERT", key, offset, timestamp, values: [key, n, group] }];
    },
  );
  return makeRowBatch(definition, rows, { partition, fromOffset, nextOffset });
}

function openStore(): ColumnStore {
  const store = openEmptyStore(definition);
  for (const partition of partitions)
    store.addPartition({ partition, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
  return store;
}

/** The naive fold: newest record of each key in each partition; of these the greatest (timestamp, partition). */
function fold(logs: Logs): Map<string, Entry> {
  const winners = new Map<string, Entry>();
  for (const key of keys) {
    const newest = partitions.flatMap((partition) =>
      (logs.get(partition) ?? []).filter((candidate) => candidate.key === key).slice(-1),
    );
    const [winner] = newest.sort((left, right) => right.timestamp - left.timestamp || right.partition - left.partition);
    if (winner !== undefined && !winner.isTombstone) winners.set(key, winner);
  }
  return winners;
}

/** Cuts, interleavings and re-deliveries: how far back each next batch begins, how many offsets it has, whose it is. */
const steps = fc.array(
  fc.record({
    partition: fc.constantFrom(...partitions),
    offsets: fc.integer({ min: 0, max: 4 }),
    back: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 60 },
);
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;

function feed(
  store: ColumnStore,
  logs: Logs,
  cuts: Steps,
  onChanges: (changes: readonly KeyChange[]) => void = () => undefined,
): void {
  const deliver = (partition: number, offsets: number, back: number): void => {
    const position = store.positions.get(partition) ?? 0;
    const from = Math.max(0, position - back);
    onChanges(
      store.apply(
        batchOf(logs, partition, from, Math.min(Math.max(from, from + offsets), logs.get(partition)?.length ?? 0)),
        "IMAGES",
      ),
    );
  };
  for (const { partition, offsets, back } of cuts) deliver(partition, offsets, back);
  for (const partition of partitions) deliver(partition, Number.MAX_SAFE_INTEGER, 0);
}

function pacer() {
  return createPacer(new ManualClock(), 5, new AbortController().signal);
}

function contentOf(store: ColumnStore): Map<string, { n: unknown; group: unknown }> {
  const { reader } = store;
  const [n, group] = [reader.field("n"), reader.field("group")];
  return new Map(
    reader
      .all()
      .page({ limit: 1_000 })
      .map((row) => [reader.keyOf(row), { n: n(row), group: group(row) }]),
  );
}

function expected(logs: Logs): Map<string, { n: unknown; group: unknown }> {
  return new Map(
    [...fold(logs)]
      .sort(([left], [right]) => compareText(left, right))
      .map(([key, { n, group }]) => [key, { n, group }]),
  );
}

describe("ColumnStore", () => {
  test("V1: equals the naive fold of every partition's log, whatever the batches, before or after its indexes are built", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 60 }), steps, steps, async (entries, before, after) => {
        const logs = logsOf(entries);
        const store = openStore();
        const half = logsOf(entries.slice(0, entries.length >> 1));
        feed(store, half, before);
        await store.buildIndexes(pacer());
        expect([...contentOf(store)]).toEqual([...expected(half)]);
        feed(store, logs, after);
        expect([...contentOf(store)]).toEqual([...expected(logs)]);
        expect(store.counts.entities).toBe(fold(logs).size);
      }),
    );
  });

  test("V2: a batch applied twice changes nothing the second time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 30 }), async (entries) => {
        const logs = logsOf(entries);
        const store = openStore();
        await store.buildIndexes(pacer());
        feed(store, logs, []);
        const [content, digests, counts] = [
          [...contentOf(store)],
          partitions.map((p) => store.digestOf(p)),
          store.counts,
        ];
        for (const partition of partitions)
          expect(store.apply(batchOf(logs, partition, 0, logs.get(partition)?.length ?? 0), "KEYS")).toEqual([]);
        expect([[...contentOf(store)], partitions.map((p) => store.digestOf(p)), store.counts]).toEqual([
          content,
          digests,
          counts,
        ]);
      }),
    );
  });

  test("V6: indexes and full scans give the same answer", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 60 }),
        steps,
        fc.integer({ min: -4, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        async (entries, cuts, bound, limit) => {
          const store = openStore();
          feed(store, logsOf(entries.slice(0, entries.length >> 1)), []);
          await store.buildIndexes(pacer());
          feed(store, logsOf(entries), cuts);
          const { reader } = store;
          const rows = [...contentOf(store)];
          const keysOf = (list: readonly Parameters<typeof reader.keyOf>[0][]) => list.map((row) => reader.keyOf(row));
          for (const group of ["x", "y", null]) {
            const list = reader.matching("group", group);
            const scan = rows.filter(([, value]) => group !== null && value.group === group).map(([key]) => key);
            expect(keysOf(list.page({ limit: 100 }))).toEqual(scan);
            expect(list.size).toBe(scan.length);
            expect(keysOf(list.page({ limit, fromEnd: true }))).toEqual(limit === 0 ? [] : scan.slice(-limit));
            expect(keysOf(list.page({ limit: 100, after: "b", before: "d" }))).toEqual(
              scan.filter((key) => key === "c"),
            );
          }
          const sorted = rows
            .filter((row): row is [string, { n: number; group: unknown }] => row[1].n !== null)
            .sort(([leftKey, left], [rightKey, right]) => left.n - right.n || compareText(leftKey, rightKey));
          const scanOf = (test: (n: number) => boolean) => sorted.filter(([, { n }]) => test(n)).map(([key]) => key);
          expect(keysOf(reader.range("n", { gte: bound, limit: 100 }))).toEqual(scanOf((n) => n >= bound));
          expect(keysOf(reader.range("n", { gt: bound, limit: 100 }))).toEqual(scanOf((n) => n > bound));
          expect(keysOf(reader.range("n", { lt: bound, limit }))).toEqual(scanOf((n) => n < bound).slice(0, limit));
          expect(keysOf(reader.range("n", { lte: bound, gt: -2, limit: 100, descending: true }))).toEqual(
            scanOf((n) => n <= bound && n > -2).reverse(),
          );
        },
      ),
    );
  });

  test("V7: replicas at the same position have the same digest, whatever way they came there", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 60 }), steps, steps, async (entries, left, right) => {
        const logs = logsOf(entries);
        const [one, other] = [openStore(), openStore()];
        feed(one, logs, left);
        await other.buildIndexes(pacer());
        feed(other, logs, right);
        expect(partitions.map((p) => one.digestOf(p))).toEqual(partitions.map((p) => other.digestOf(p)));
      }),
    );
  });

  test("F1: the changes of every batch lead from the content before it to the content after it, one for each key", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 60 }), steps, async (entries, cuts) => {
        const store = openStore();
        await store.buildIndexes(pacer());
        const held = new Map<string, unknown>();
        const read = store.reader.field("n");
        feed(store, logsOf(entries), cuts, (changes) => {
          expect(new Set(changes.map(({ key }) => key)).size).toBe(changes.length);
          for (const { key, existedBefore, existsNow, before } of changes) {
            expect(before === undefined ? "absent" : read(before)).toEqual(held.has(key) ? held.get(key) : "absent");
            const after = store.reader.get(key);
            expect([existedBefore, existsNow]).toEqual([held.has(key), after !== undefined]);
            if (after === undefined) held.delete(key);
            else held.set(key, read(after));
          }
          expect([...held].sort(([l], [r]) => compareText(l, r))).toEqual(
            [...contentOf(store)].map(([key, { n }]) => [key, n]),
          );
        });
      }),
    );
  });
});
