import { describe, expect, test } from "vitest";
import { SliceSize } from "../../src/view/slice-size.ts";

const options = { first: 64, least: 8, most: 512, targetMs: 4 };
const full = { isFull: true };

/** The sizes of slices one after the other, each of which took so long. */
function sizesAfter(slices: SliceSize, ...tookMs: readonly number[]): number[] {
  return tookMs.map((ms) => {
    slices.note(ms, full);
    return slices.sizeFor(0);
  });
}

describe("the size of slices", () => {
  test("grows by twice at most, up to its limit, while slices take no time", () => {
    const slices = new SliceSize(options);
    expect(slices.sizeFor(0)).toBe(64);
    expect(sizesAfter(slices, 0, 0, 0, 0)).toEqual([128, 256, 512, 512]);
  });

  test("falls at once to what would have fitted, and not below its least", () => {
    expect(sizesAfter(new SliceSize(options), 16, 1_000)).toEqual([16, 8]);
  });

  test("does not grow by slices that were not full", () => {
    const slices = new SliceSize(options);
    slices.note(0, { isFull: false });
    expect(slices.sizeFor(0)).toBe(64);
    slices.note(8, { isFull: false });
    expect(slices.sizeFor(0)).toBe(32);
  });

  test("begins anew for each follower that joins", () => {
    const slices = new SliceSize(options);
    sizesAfter(slices, 0, 0);
    expect(slices.sizeFor(1)).toBe(64);
    slices.note(0, full);
    expect([1, 1, 2].map((joined) => slices.sizeFor(joined))).toEqual([128, 128, 64]);
  });

  test("begins the smaller the more join at once, and not below its least", () => {
    const slices = new SliceSize(options);
    expect([4, 104].map((joined) => slices.sizeFor(joined))).toEqual([16, 8]);
  });
});
