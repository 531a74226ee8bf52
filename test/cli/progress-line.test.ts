import { describe, expect, test } from "vitest";
import { makeProgressLine } from "../../src/cli/progress-line.ts";
import type { ViewStatus } from "../../src/view/readable-view.ts";
import { makeStatus } from "./view-status.ts";

const lineOf = (facts: Partial<ViewStatus>, { columns = 79, isStopping = false } = {}) =>
  makeProgressLine(makeStatus("Order", facts), { nameColumns: 8, columns, isStopping });

const reading = { replayProgress: 0.5, recordsApplied: 26_234, recordsPerSecond: 104_936.4, etaSeconds: 0.2 };

describe("a line of progress", () => {
  test.each([
    ["being read", reading, `Order    ${"█".repeat(11)}${"░".repeat(12)}  50%  26,234 records, 104,936/s, 1 s left`],
    [
      "being read, with no guess yet",
      { ...reading, etaSeconds: undefined },
      `Order    ${"█".repeat(11)}${"░".repeat(12)}  50%  26,234 records, 104,936/s`,
    ],
    [
      "read, and not served yet",
      { ...reading, replayProgress: 1 },
      `Order    ${"█".repeat(23)} 100%  26,234 records, building indexes`,
    ],
    [
      "complete",
      { isComplete: true, phase: "LIVE", recordsApplied: 3, replayProgress: 0.9, liveSinceMs: 3_400 },
      `Order    ${"█".repeat(23)} 100%  3 records, complete in 2.4 s`,
    ],
    [
      "complete at once",
      { isComplete: true, phase: "LIVE", recordsApplied: 3, liveSinceMs: 1_012 },
      `Order    ${"█".repeat(23)} 100%  3 records, complete in 12 ms`,
    ],
    [
      "waiting",
      { phase: "STARTING", reason: "waiting for the log" },
      `Order    ${"░".repeat(23)}   0%  waiting for the log`,
    ],
    [
      "failed",
      { ...reading, phase: "FAILED", reason: "halted by a bad record" },
      `Order    ${"█".repeat(11)}${"░".repeat(12)}  50%  failed: halted by a bad record`,
    ],
  ] as const)("of a view that is %s", (_what, facts, line) => {
    expect(lineOf(facts)).toBe(line);
  });

  test("says that it was stopped, when it was before it was complete", () => {
    expect(lineOf(reading, { isStopping: true })).toMatch(/50% {2}26,234 records, stopped$/);
    expect(lineOf({ isComplete: true, liveSinceMs: 1_012 }, { isStopping: true })).toMatch(/complete in 12 ms$/);
  });

  test("has a longer bar where there is room, none where there is little, and is never longer than the terminal", () => {
    expect(lineOf(reading, { columns: 200 })).toContain(`${"█".repeat(20)}${"░".repeat(20)} `);
    expect(lineOf(reading, { columns: 60 })).toBe("Order     50%  26,234 records, 104,936/s, 1 s left");
    expect(lineOf(reading, { columns: 20 })).toHaveLength(20);
  });
});
