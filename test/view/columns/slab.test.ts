import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Slab, slabAccount } from "../../../src/view/columns/slab.ts";
import { segmentShift, segmentWords } from "../../../src/view/columns/slab-segment.ts";
import { ChunkAllocator } from "../../../src/view/memory/chunk-allocator.ts";
import { SharedBuffers } from "../../../src/view/memory/shared-buffers.ts";
import { makeBlock, markAt } from "./kit/block-rows.ts";

interface Held {
  address: number;
  words: number;
  mark: number;
}

/** Stores of all runs use the same memory, one after the other. */
const buffers = new SharedBuffers();

const blockWords = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 2, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: 20_000, max: segmentWords / 2 }) },
  // Half a segment still shares one; more stands alone, in one segment or a run of two.
  {
    weight: 1,
    arbitrary: fc.constantFrom(segmentWords / 2 + 1, segmentWords - 1, segmentWords, segmentWords + 1, 300_000),
  },
);
const step = fc.record({
  kind: fc.constantFrom("append", "append", "append", "replace", "free", "move", "evacuate"),
  pick: fc.nat(),
  words: blockWords,
  spareWords: fc.constantFrom(0, 0, 4),
});
type Step = typeof step extends fc.Arbitrary<infer Drawn> ? Drawn : never;

describe("Slab", () => {
  test("holds every block as it was put, whatever is appended, replaced, moved, freed and evacuated beside it", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const allocator = new ChunkAllocator(buffers);
        const slab = new Slab(allocator);
        const held: Held[] = [];
        for (const [at, one] of steps.entries()) {
          take(slab, held, { ...one, mark: at + 1 });
          const liveWords = held.reduce((sum, { address }) => sum + slab.lengthOf(address), 0);
          expect(slab.usedWords - slab.deadWords).toBe(liveWords);
          expect(new Set(held.map(({ address }) => address)).size).toBe(held.length);
        }
        expect(held.map(({ address, words }) => markAt(slab, address, words))).toEqual(held.map(({ mark }) => mark));
        // Without blocks there is at most the segment that was appended to.
        for (const { address } of held) slab.free(address);
        expect(slab.usedWords).toBe(slab.deadWords);
        expect(allocator.bytesOf(slabAccount)).toBeLessThanOrEqual(4 * segmentWords);
        slab.close();
        allocator.close();
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["the first segment after a large block", [], [segmentWords / 2 + 1, 20_000]],
    ["the first segment, behind a large block", [segmentWords / 2 + 1], [10]],
    ["a large block beside a segment with room", [segmentWords / 2 + 1, 2], [segmentWords / 2 + 1]],
    ["a segment that grows", [100, 100], [100_000]],
  ])("foresees what it takes for %s", (_, before, more) => {
    expectForeseen(before, more);
  });

  test("never takes more for what is appended than it foresaw", () => {
    fc.assert(
      fc.property(fc.array(blockWords, { maxLength: 12 }), fc.nat({ max: 12 }), (sizes, before) => {
        expectForeseen(sizes.slice(0, before), sizes.slice(before));
      }),
      { numRuns: 150 },
    );
  });

  test("puts a large block alone, in segments that follow one another and are free again when it goes", () => {
    const slab = new Slab(new ChunkAllocator());
    const small = slab.append(makeBlock(10, 1), 0, 0);
    const large = slab.append(makeBlock(2 * segmentWords + 1, 2), 0, 0);
    const next = slab.append(makeBlock(segmentWords, 3), 0, 0);
    expect([small, large, next].map((address) => address >>> segmentShift)).toEqual([0, 1, 4]);
    expect(markAt(slab, large, 2 * segmentWords + 1)).toBe(2);
    slab.free(large);
    expect(slab.usedWords).toBe(10 + segmentWords);
    expect(slab.append(makeBlock(2 * segmentWords + 9, 4), 0, 0) >>> segmentShift).toBe(1);
    expect([markAt(slab, small, 10), markAt(slab, next, segmentWords)]).toEqual([1, 3]);
  });
});

/** Appends blocks, and then more; the latter take no more memory than the slab foresaw. */
function expectForeseen(before: readonly number[], more: readonly number[]): void {
  const allocator = new ChunkAllocator(buffers);
  const slab = new Slab(allocator);
  for (const words of before) slab.append(makeBlock(words, 1), 0, 0);
  const bytesBefore = allocator.bytesOf(slabAccount);
  const foreseen = slab.measureGrowth(more.reduce((sum, words) => sum + words, 0));
  for (const words of more) slab.append(makeBlock(words, 1), 0, 0);
  expect(allocator.bytesOf(slabAccount) - bytesBefore).toBeLessThanOrEqual(foreseen);
  allocator.close();
}

function take(
  slab: Slab,
  held: Held[],
  { kind, pick, words, spareWords, mark }: Step & { readonly mark: number },
): void {
  const at = held.length === 0 ? -1 : pick % held.length;
  const block = held[at];
  if (kind === "append" || block === undefined) {
    held.push({ address: slab.append(makeBlock(words, mark), 0, spareWords), words, mark });
  } else if (kind === "replace") {
    block.address = slab.replace(block.address, makeBlock(words, mark), 0, spareWords);
    Object.assign(block, { words, mark });
  } else if (kind === "move") {
    block.address = slab.move(block.address);
  } else if (kind === "free") {
    slab.free(block.address);
    held.splice(at, 1);
  } else {
    slab.evacuate(slab.listSparse(0));
    for (const one of held) if (slab.mustMove(one.address)) one.address = slab.move(one.address);
    expect(slab.evacuated).toBe(0);
  }
}
