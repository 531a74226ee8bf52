import { describe, expect, test } from "vitest";
import { SliceSize } from "../../src/view/slice-size.ts";

const options = { first: 64, least: 8, most: 512, targetMs: 4 };

describe("the size of slices", () => {
  test("grows by twice at most, up to its limit, while slices take no time", () => {
    const slices = new SliceSize(options);
    const sizes = [slices.size];
    for (let at = 0; at < 5; at += 1) {
      slices.note(0);
      sizes.push(slices.size);
    }
    expect(sizes).toEqual([64, 128, 256, 512, 512, 512]);
  });

  test("falls at once to what would have fitted, and not below its least", () => {
    const slices = new SliceSize(options);
    slices.note(16);
    expect(slices.size).toBe(16);
    slices.note(1_000);
    expect(slices.size).toBe(8);
  });
});
