import { describe, expect, test } from "vitest";
import { backoffMs } from "../../src/base/backoff.ts";

const options = { minBackoffMs: 100, maxBackoffMs: 1_000, random: () => 0 };

describe("backoffMs", () => {
  test("the first failure is tried again at once, then pauses double up to the maximum", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1_000_000].map((failures) => backoffMs(failures, options))).toEqual([
      0, 100, 200, 400, 800, 1_000, 1_000, 1_000,
    ]);
  });

  test("jitter takes away up to half", () => {
    expect(backoffMs(3, { ...options, random: () => 0.5 })).toBe(150);
    expect(backoffMs(3, { ...options, random: () => 0.999 })).toBe(100);
  });
});
