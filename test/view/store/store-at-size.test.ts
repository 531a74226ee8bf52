import { describe, expect, test } from "vitest";
import { createSeededRandom } from "../../../src/cli/demo/seeded-random.ts";
import { chunkRows } from "../../../src/view/columns/chunked-column.ts";
import { keysAccount } from "../../../src/view/columns/key-table.ts";
import { recordsAccount } from "../../../src/view/columns/row-records.ts";
import { slabAccount } from "../../../src/view/columns/slab.ts";
import { listWrong, listWrongValues, SizedStore, type SizedValues } from "../kit/sized-store.ts";

const segmentBytes = 2 ** 20;

/** Most of a row's texts are short; some are null, some large, a few stand alone in segments of their own. */
function makeValues(random: () => number, at: number): SizedValues {
  const n = Math.floor(random() * 997);
  const word = `word ${Math.floor(random() ** 2 * 9_000)}`;
  const tail = `${at} ${Math.floor(random() * 1e9)}`;
  if (at % 20_011 === 7) return [n, `${"huge ".repeat(280_000)}${tail}`, word];
  if (at % 9_973 === 5) return [n, `${"large ".repeat(110_000)}${tail}`, word];
  if (at % 401 === 3) return [n, `${"some ".repeat(2_000)}${tail}`, word];
  return [n, at % 11 === 0 ? null : `text ${"é".repeat(at % 40)} ${tail}`, word];
}

function keysOf(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `key-${from + at}`);
}

function shuffled<Element>(list: readonly Element[], random: () => number): Element[] {
  const order = [...list];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as Element, order[at] as Element]; // both are below the length
  }
  return order;
}

describe("a store of more rows than a chunk has, of texts over many segments", () => {
  test("V1, V6: shows what was written, replayed and live, deleted and compacted", async () => {
    const random = createSeededRandom(4);
    const sized = new SizedStore();
    const keys = keysOf(0, 80_000);
    sized.write(keys, (_, at) => makeValues(random, at));
    expect(keys.length).toBeGreaterThan(chunkRows);
    expect(sized.bytesOf(slabAccount)).toBeGreaterThan(16 * segmentBytes);
    // Half of them again while it is replayed, a quarter of those to be deleted.
    sized.write(shuffled(keys, random).slice(0, 40_000), (_, at) => {
      return at % 4 === 0 ? undefined : makeValues(random, at);
    });
    sized.settle();
    await sized.build();
    expect(listWrong(sized.store.reader, sized.expected)).toEqual([]);
    // And live, among them keys that come back.
    sized.write(shuffled(keys, random).slice(0, 12_000), (_, at) => {
      return at % 3 === 0 ? undefined : makeValues(random, at);
    });
    const { reader } = sized.store;
    expect(listWrong(reader, sized.expected)).toEqual([]);
    sized.forget();
    expect(sized.settle()).toBeGreaterThan(10);
    expect(listWrong(reader, sized.expected)).toEqual([]);
    expect(listWrongValues(reader, "n", sized.expected)).toEqual([]);
    expect(listWrongValues(reader, "word", sized.expected)).toEqual([]);
  });

  test("V9: gives rows and texts that went to those that come, and takes no more", async () => {
    const random = createSeededRandom(5);
    const sized = new SizedStore();
    sized.write(keysOf(0, 70_000), (_, at) => makeValues(random, at));
    await sized.build();
    const bytesOf = (): number[] => [recordsAccount, keysAccount].map((account) => sized.bytesOf(account));
    const before = bytesOf();
    const textsBefore = sized.bytesOf(slabAccount);
    for (let round = 1; round <= 2; round += 1) {
      sized.write(keysOf((round - 1) * 20_000, 20_000), () => undefined);
      sized.forget();
      sized.settle();
      expect(sized.bytesOf(slabAccount)).toBeLessThan(textsBefore);
      sized.write(keysOf(50_000 + round * 20_000, 20_000), (_, at) => makeValues(random, at));
    }
    sized.settle();
    expect(bytesOf()).toEqual(before);
    expect(sized.bytesOf(slabAccount)).toBeLessThan(1.2 * textsBefore);
    expect(listWrong(sized.store.reader, sized.expected)).toEqual([]);
  });

  test("L5: loses what its topic drops at its start, over all chunks, and nothing else", async () => {
    const random = createSeededRandom(6);
    const sized = new SizedStore();
    const keys = keysOf(0, 70_000);
    sized.write(keys, (_, at) => makeValues(random, at));
    await sized.build();
    sized.store.expireBelow(0, 66_000);
    sized.settle();
    for (const key of keys.slice(0, 66_000)) sized.expected.delete(key);
    expect(listWrong(sized.store.reader, sized.expected)).toEqual([]);
    expect(sized.store.counts.entities).toBe(4_000);
  });
});
