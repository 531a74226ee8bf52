import { describe, expect, test } from "vitest";
import { elapsedMs, momentBefore } from "../../src/base/moment.ts";

const day = 86_400_000;

describe("elapsedMs", () => {
  const since = { nowMs: 1_000, monotonicMs: 10 };

  test("L4: counts the time that a machine slept, though its monotonic clock stood still", () => {
    expect(elapsedMs(since, { nowMs: 1_000 + 2 * day, monotonicMs: 20 })).toBe(2 * day);
  });

  test("is not fooled by a wall clock that is set back", () => {
    expect(elapsedMs(since, { nowMs: 0, monotonicMs: 510 })).toBe(500);
  });
});

test("a moment before another one is so long ago", () => {
  const now = { nowMs: 10 * day, monotonicMs: 5 };
  expect(elapsedMs(momentBefore(now, day), now)).toBe(day);
});
