import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import { PartitionDigest } from "../../src/view/columns/partition-digest.ts";
import { makeRebuildChanges } from "../../src/view/feed/make-rebuild-changes.ts";
import { createPacer } from "../../src/view/pacer.ts";
import { ReplacedStore } from "../../src/view/store/replaced-store.ts";
import { compareGenerations } from "../../src/view/store/store-difference.ts";
import type { ViewStore } from "../../src/view/store/view-store.ts";
import type { Row } from "../../src/view/view-reader.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { openStore } from "../support/open-store.ts";
import { makeRowBatch } from "../support/row-batches.ts";
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

async function storeOf(rows: Content, generation: number): Promise<ViewStore> {
  const store = openStore(definition, { generation });
  const operations = rows.map(([key, stored], offset) => {
    return { operation: "UPSERT" as const, key, offset, timestamp: 0, values: [key, ...stored] };
  });
  store.addPartition({ partition: 0, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
  store.apply(makeRowBatch(definition, operations, { generation }), "NONE");
  await store.buildIndexes(pacer());
  return store;
}

/** Text that tells values of one field apart. */
function print(stored: readonly FieldValue[]): string {
  return JSON.stringify(stored, (_, member: unknown) => (typeof member === "bigint" ? String(member) : member));
}

function valuesOf({ reader }: ViewStore, row: Row): FieldValue[] {
  return definition.fields.map(({ name }) => reader.field(name)(row));
}

describe("the difference of two generations", () => {
  test("L4: leads from one to the other and names no key that shows the same in both", async () => {
    await fc.assert(
      fc.asyncProperty(content, content, async (older, newer) => {
        const [before, after] = [await storeOf(older, 1), await storeOf(newer, 2)];
        const found = await compareGenerations(before.reader, after.reader, pacer());
        const replaced = new ReplacedStore(before);
        const owed = makeRebuildChanges({ difference: found, replaced, reader: after.reader });
        const list = owed.ofAll({ images: true });
        const changes = Array.from({ length: list.size }, (_, at) => list.changeAt(at)).filter(
          (one) => one !== undefined,
        );
        const [was, is] = [
          new Map<string, readonly FieldValue[]>(older),
          new Map<string, readonly FieldValue[]>(newer),
        ];
        const differing = [...new Set([...was.keys(), ...is.keys()])].filter((key) => {
          const [left, right] = [was.get(key), is.get(key)];
          return left === undefined || right === undefined || print(left) !== print(right);
        });
        expect(changes.map(({ key }) => key).sort()).toEqual(differing.sort());
        for (const { key, existedBefore, existsNow, before: image } of changes) {
          expect([existedBefore, existsNow]).toEqual([was.has(key), is.has(key)]);
          expect(image && print(valuesOf(before, image))).toBe(
            was.has(key) ? print([key, ...(was.get(key) ?? [])]) : undefined,
          );
          expect(owed.ofKey(key, { images: false }).changeAt(0)).toMatchObject({ existedBefore, existsNow });
        }
        for (const key of new Set([...was.keys(), ...is.keys()])) {
          if (!differing.includes(key)) expect(owed.ofKey(key, { images: true }).changeAt(0)).toBeUndefined();
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
