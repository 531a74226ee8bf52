import { describe, expect, test } from "vitest";
import type { LogFields, Logger } from "../../src/base/logger.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { showProgress } from "../../src/cli/progress.ts";
import { Screen } from "../../src/cli/screen.ts";
import type { ViewStatus } from "../../src/view/readable-view.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { TerminalEmulator } from "../support/terminal-emulator.ts";
import { makeStatus } from "./view-status.ts";

/** Views whose status a test sets, and their progress on a screen. */
function startProgress(
  names: readonly string[],
  { screen, logger = silentLogger }: { screen: Screen; logger?: Logger },
) {
  const statuses = new Map(names.map((name) => [name, makeStatus(name)]));
  const views = new Map(names.map((name) => [name, { status: () => statuses.get(name) ?? makeStatus(name) }]));
  const clock = new ManualClock();
  const stopping = new AbortController();
  const ended = showProgress(views, { screen, clock, logger, signal: stopping.signal });
  return {
    stopping,
    ended,
    set: (name: string, facts: Partial<ViewStatus>) => statuses.set(name, makeStatus(name, facts)),
    /** Lets time pass until everything has been shown once more. */
    pass: async (ms: number) => {
      clock.advance(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const complete = { phase: "LIVE", isComplete: true, recordsApplied: 7, liveSinceMs: 1_500 } as const;
const half = { replayProgress: 0.5, recordsApplied: 3, recordsPerSecond: 10, etaSeconds: 1 };
const logLine = (text: string) => `{"level":30,"msg":"${text}"}\n`;

describe("progress on a terminal", () => {
  test("leaves one finished bar for each view, below the lines that were printed meanwhile, each of them whole", async () => {
    const terminal = new TerminalEmulator({ columns: 60 });
    const screen = new Screen(terminal);
    screen.print(logLine("before"));
    const progress = startProgress(["Order", "Customer"], { screen });
    screen.print(logLine("first"));
    progress.set("Order", half);
    await progress.pass(200);
    const long = logLine(`long ${"x".repeat(100)} end`);
    screen.print(long);
    progress.set("Customer", complete);
    await progress.pass(200);
    screen.print(logLine("last"));
    progress.set("Order", complete);
    await progress.pass(200);
    await progress.ended;
    screen.print(logLine("after"));
    expect(terminal.lines).toEqual([
      ...[logLine("before"), logLine("first")].map((line) => line.trimEnd()),
      ...(long.trimEnd().match(/.{1,60}/g) ?? []),
      logLine("last").trimEnd(),
      "Order    100%  7 records, complete in 500 ms",
      "Customer 100%  7 records, complete in 500 ms",
      logLine("after").trimEnd(),
    ]);
    expect(terminal.isCursorShown).toBe(true);
  });

  test("shows what is under way right after a line was printed", async () => {
    const terminal = new TerminalEmulator({ columns: 60 });
    const screen = new Screen(terminal);
    const progress = startProgress(["Order", "Customer"], { screen });
    progress.set("Order", half);
    await progress.pass(200);
    screen.print(logLine("meanwhile"));
    expect(terminal.lines).toEqual([
      logLine("meanwhile").trimEnd(),
      "Order     50%  3 records, 10/s, 1 s left",
      "Customer   0%  0 records, 0/s",
    ]);
    expect(terminal.isCursorShown).toBe(false);
    progress.stopping.abort();
    await progress.ended;
  });

  test("lets the bar of a complete view stand still while it goes on changing", async () => {
    const terminal = new TerminalEmulator({ columns: 60 });
    const progress = startProgress(["Order", "Customer"], { screen: new Screen(terminal) });
    progress.set("Order", complete);
    await progress.pass(200);
    progress.set("Order", { ...complete, recordsApplied: 8 });
    progress.set("Customer", complete);
    await progress.pass(200);
    await progress.ended;
    expect(terminal.lines[0]).toBe("Order    100%  7 records, complete in 500 ms");
  });

  test("ends when the process is told to stop, and says so", async () => {
    const terminal = new TerminalEmulator({ columns: 60 });
    const progress = startProgress(["Order"], { screen: new Screen(terminal) });
    progress.set("Order", half);
    await progress.pass(200);
    progress.stopping.abort();
    await progress.ended;
    expect(terminal.lines).toEqual(["Order  50%  3 records, stopped"]);
    expect(terminal.isCursorShown).toBe(true);
  });

  test("ends when no view can become complete any more", async () => {
    const terminal = new TerminalEmulator({ columns: 60 });
    const progress = startProgress(["Order"], { screen: new Screen(terminal) });
    progress.set("Order", { phase: "FAILED", reason: "halted" });
    await progress.pass(200);
    await progress.ended;
    expect(terminal.lines).toEqual(["Order   0%  failed: halted"]);
  });
});

describe("progress elsewhere", () => {
  function collectLines() {
    const lines: Array<readonly [string, LogFields]> = [];
    const logger: Logger = { ...silentLogger, info: (fields, message) => void lines.push([message, fields]) };
    return { logger, lines };
  }

  test.each([
    ["that is no terminal", new Screen({ write: () => true })],
    ["that is too low for a bar for each view", new Screen(new TerminalEmulator({ rows: 3 }))],
  ])("is a log line for each view, until it is complete, on a screen %s", async (_what, screen) => {
    const { logger, lines } = collectLines();
    const progress = startProgress(["Order", "Customer"], { screen, logger });
    progress.set("Order", complete);
    await progress.pass(200);
    progress.set("Customer", half);
    await progress.pass(200);
    await progress.pass(4_600);
    await progress.pass(200);
    progress.set("Customer", complete);
    await progress.pass(200);
    await progress.ended;
    const shown = lines.map(([message, { view, phase, replayProgress }]) => [message, view, phase, replayProgress]);
    expect(shown).toEqual([
      ["view replay", "Order", "REPLAYING", 0],
      ["view replay", "Customer", "REPLAYING", 0],
      ["view replay", "Order", "LIVE", 0],
      ["view replay", "Customer", "REPLAYING", 0.5],
      ["view replay", "Customer", "LIVE", 0],
    ]);
  });
});
