import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldValue, RowOperation } from "../../src/decode/row-batch.ts";
import { ObjectStore } from "../../src/view/object-store.ts";
import { createPacer } from "../../src/view/pacer.ts";
import { PartitionDigest } from "../../src/view/partition-digest.ts";
import { compareGenerations } from "../../src/view/store-difference.ts";
import type { ViewReader } from "../../src/view/view-reader.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { defineView } from "../support/view-definitions.ts";

const definition = defineView({
  embedded: { Place: { city: "String" } },
  fields: { big: "BigInt", tags: "[String!]", place: "Place", any: "JSON" },
});

/** Few values of each kind, so that two generations often agree; made anew each time, so that equal ones are not identical. */
const values: fc.Arbitrary<readonly FieldValue[]> = fc.tuple<[FieldValue, FieldValue, FieldValue, FieldValue]>(
  fc.option(fc.bigInt({ min: 0n, max: 1n })),
  fc.option(fc.array(fc.constantFrom("x", "y"), { maxLength: 1 })),
  fc.option(fc.constantFrom("Rome", null).map((city) => ({ values: [city] }))),
  fc.option(fc.constantFrom(1, "1", null, true).map((json) => ({ json }))),
);
const content = fc.uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c", "\u{1F600}"), values), {
  selector: ([key]) => key,
});
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never;

const pacer = () => createPacer(new ManualClock(), 5, new AbortController().signal);

async function readerOf(rows: Content, generation: number): Promise<ViewReader> {
  const store = new ObjectStore({
    definition,
    generation,
    incarnation: "i",
    clock: new ManualClock(),
    tombstoneRetentionMs: 1_000,
  });
  store.addPartition({ partition: 0, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
  store.apply({
    view: definition.name,
    topic: definition.topic,
    generation,
    incarnation: "i",
    partition: 0,
    fromOffset: 0,
    nextOffset: rows.length,
    leaderEpoch: 0,
    rows: rows.map(([key, stored], offset): RowOperation => {
      return { operation: "UPSERT", key, offset, timestamp: 0, values: [key, ...stored] };
    }),
    badRecords: [],
    skippedNullKeys: 0,
  });
  await store.buildIndexes(pacer());
  return store.reader;
}

/** Text that tells values of one field apart. */
function print(stored: readonly FieldValue[]): string {
  return JSON.stringify(stored, (_, member: unknown) => (typeof member === "bigint" ? String(member) : member));
}

describe("the difference of two generations", () => {
  test("L4: leads from one to the other and names no key that shows the same in both", async () => {
    await fc.assert(
      fc.asyncProperty(content, content, async (older, newer) => {
        const [before, after] = [await readerOf(older, 1), await readerOf(newer, 2)];
        const changes = await compareGenerations(before, after, pacer());
        const [was, is] = [new Map(older), new Map(newer)];
        const differing = [...new Set([...was.keys(), ...is.keys()])].filter((key) => {
          const [left, right] = [was.get(key), is.get(key)];
          return left === undefined || right === undefined || print(left) !== print(right);
        });
        expect(changes.map(({ key }) => key).sort()).toEqual(differing.sort());
        for (const change of changes) {
          expect(change.before).toBe(before.get(change.key));
          expect(change.after).toBe(after.get(change.key));
        }
      }),
    );
  });
});

describe("a partition's digest", () => {
  const offsets = fc.uniqueArray(fc.nat({ max: Number.MAX_SAFE_INTEGER }), { maxLength: 20 });
  const digestOf = (partition: number, added: readonly number[], removed: readonly number[] = []): string => {
    const digest = new PartitionDigest(partition);
    for (const offset of added) digest.add(offset);
    for (const offset of removed) digest.subtract(offset);
    return digest.toString();
  };

  test("V7: depends on which offsets it holds, not on the way there", () => {
    fc.assert(
      fc.property(offsets, offsets, fc.nat({ max: 9 }), (kept, gone, partition) => {
        expect(digestOf(partition, [...gone, ...kept], gone)).toBe(digestOf(partition, kept.toReversed()));
      }),
    );
  });

  test("V7: is the sum, modulo 2^64, of its offsets' digests", () => {
    fc.assert(
      fc.property(offsets, (held) => {
        const sum = held.reduce((total, offset) => total + BigInt(`0x${digestOf(3, [offset])}`), 0n);
        expect(digestOf(3, held)).toBe(BigInt.asUintN(64, sum).toString(16).padStart(16, "0"));
      }),
    );
  });

  test("V7: tells ten thousand neighbouring records of ten partitions apart", () => {
    const digests = new Set<string>();
    for (let partition = 0; partition < 10; partition += 1)
      for (let offset = 0; offset < 1_000; offset += 1) digests.add(digestOf(partition, [offset]));
    expect(digests.size).toBe(10_000);
  });
});
