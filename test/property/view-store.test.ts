import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTextSpan } from "../../src/view/columns/text-span.ts";
import { MemoryBudget } from "../../src/view/memory/memory-budget.ts";
import type { FieldColumn, Row, ViewReader } from "../../src/view/view-reader.ts";
import { caseKeys, casePartitions, type StoreCase, storeCase } from "./store-arbitraries.ts";
import { contentOf, StoreWorld, sortByKey, valuesIn } from "./store-world.ts";

/** Everything that could be compacted is, as soon as a word of it is dead, row by row. */
const eagerCompaction = { minDeadWords: 1, stepRows: 1, stepWords: 1 };
const options = { maxPooledTexts: 3, compaction: eagerCompaction };

/** Stores of all runs use the same memory one after the other: what is dropped waits long for the collector. */
const budget = new MemoryBudget();

let last: StoreWorld | undefined;

async function run(storeSteps: StoreCase, check: (world: StoreWorld) => void = () => undefined): Promise<StoreWorld> {
  last?.store.close();
  const world = new StoreWorld(storeSteps, { ...options, budget });
  last = world;
  for (const step of storeSteps.steps) {
    await world.take(step);
    check(world);
  }
  world.settle();
  await world.build();
  check(world);
  return world;
}

function assertAll(test: (storeSteps: StoreCase) => Promise<void>, numRuns = 150): Promise<void> {
  return fc.assert(fc.asyncProperty(storeCase, test), { numRuns });
}

/** What a column shows of a row, as text; members of what is not there mean nothing. */
function printCell(column: FieldColumn, row: Row): unknown {
  switch (column.kind) {
    case "number":
    case "code":
      return [column.kind, column.get(row)];
    case "text": {
      const span = createTextSpan();
      if (!column.locate(row, span)) return null;
      const text = Buffer.from(span.bytes.subarray(span.start, span.end)).toString();
      return [text, span.isPlain];
    }
    case "embedded":
      return column.isPresent(row) ? column.members.map((member) => printCell(member, row)) : null;
  }
}

function cellsOf(reader: ViewReader): unknown[] {
  const columns = reader.definition.fields.map(({ name }) => reader.column(name));
  return reader
    .all()
    .page({ limit: 1_000 })
    .map((row) => columns.map((column) => printCell(column, row)));
}

describe("ColumnStore", () => {
  test("V1: shows what the plain store shows, after any steps, by fields, columns, keys and counts", async () => {
    await assertAll(async (storeSteps) => {
      const { store, model } = await run(storeSteps);
      expect([...contentOf(store.reader)]).toEqual([...contentOf(model.reader)]);
      expect(cellsOf(store.reader)).toEqual(cellsOf(model.reader));
      for (const key of [...caseKeys, "none", "\ud800"]) {
        expect(store.reader.get(key) === undefined).toBe(model.reader.get(key) === undefined);
        const bytes = Buffer.from(`before${key.toWellFormed()}behind`);
        const at = { bytes, start: 6, end: bytes.length - 6, isPlain: false };
        expect(store.reader.getAt(at)).toBe(store.reader.get(key.toWellFormed()));
      }
      const { memoryBytes: _, ...counts } = store.counts;
      expect({ ...counts, memoryBytes: 0 }).toEqual(model.counts);
      expect([store.positions, store.epochs]).toEqual([model.positions, model.epochs]);
    });
  });

  test("F1: changes lead from what was shown to what is shown, one for each key, before and after every step", async () => {
    await assertAll(async (storeSteps) => {
      await run(storeSteps, ({ isBuilt, held, store }) => {
        if (isBuilt) expect(sortByKey(held)).toEqual([...contentOf(store.reader)]);
      });
    });
  });

  test("V2: batches applied again change nothing", async () => {
    await assertAll(async (storeSteps) => {
      const world = await run(storeSteps);
      const before = [
        contentOf(world.store.reader),
        casePartitions.map((at) => world.store.digestOf(at)),
        world.store.counts,
      ];
      for (const partition of casePartitions)
        await world.take({
          kind: "batch",
          partition,
          back: 1_000,
          rows: [],
          hole: 0,
          hasNewDecoder: true,
          sliceRows: 2,
        });
      const { store } = world;
      expect([contentOf(store.reader), casePartitions.map((at) => store.digestOf(at)), store.counts]).toEqual(before);
    }, 60);
  });

  test("V6: indexes give what a scan gives", async () => {
    await assertAll(async (storeSteps) => {
      const { store, model, definition } = await run(storeSteps);
      const keysOf = (reader: ViewReader, rows: readonly Row[]) => rows.map((row) => reader.keyOf(row));
      for (const { name, isIndexed } of definition.fields) {
        const isJoined = definition.joinedFields.includes(name);
        for (const value of isIndexed || isJoined ? valuesIn(model.reader, name) : []) {
          const [list, expected] = [store.reader.matching(name, value), model.reader.matching(name, value)];
          expect(list.size).toBe(expected.size);
          for (const page of [{ limit: 100 }, { limit: 2, fromEnd: true }, { after: "a", before: "x", limit: 3 }]) {
            expect(keysOf(store.reader, list.page(page))).toEqual(keysOf(model.reader, expected.page(page)));
          }
          for (const bounds of isIndexed
            ? [{ gt: value }, { gte: value, descending: true }, { lt: value }, { lte: value }]
            : []) {
            const [found, wanted] = [store.reader, model.reader].map((reader) => {
              return keysOf(reader, reader.range(name, { ...bounds, limit: 4 }));
            });
            expect(found).toEqual(wanted);
          }
        }
      }
      for (const page of [{ limit: 3 }, { after: "b", limit: 100 }, { before: "x", limit: 2, fromEnd: true }]) {
        expect(keysOf(store.reader, store.reader.all().page(page))).toEqual(
          keysOf(model.reader, model.reader.all().page(page)),
        );
      }
    });
  });

  test("V7: its digests are those of its live rows, computed anew", async () => {
    await assertAll(async (storeSteps) => {
      const { store, model } = await run(storeSteps);
      for (const partition of casePartitions) {
        expect(store.digestOf(partition)).toBe(model.recomputeDigest(partition));
      }
    }, 80);
  });

  test("accounts for all memory that it holds", async () => {
    await assertAll(async (storeSteps) => {
      await run(storeSteps, ({ store }) => {
        const sum = [...store.memoryByAccount.values()].reduce((total, bytes) => total + bytes, 0);
        expect(sum).toBe(store.counts.memoryBytes);
      });
    }, 40);
  });
});
