import { describe, expect, test } from "vitest";
import type { LossReason } from "../../src/log/log.ts";
import { MemoryBudget } from "../../src/view/memory/memory-budget.ts";
import { orderView } from "./kit/order-view.ts";
import { type RunningViews, runViews } from "./kit/run-views.ts";
import { boundsOf, opened, rowsAt, type ScriptedRead } from "./kit/scripted-ingest.ts";

const limitBytes = 10_000_000;
const rowsInBatch = 500;
const batchCount = 20;
const lost = { type: "lost", reason: "TRUNCATED" satisfies LossReason, partition: 0, detail: "for a test" } as const;

/** A batch of about a megabyte: its keys are long. */
function largeRows(batch: number, facts: Parameters<typeof rowsAt>[2] = {}) {
  const keys = Array.from({ length: rowsInBatch }, (_, at) => `${batch}-${at}-`.padEnd(2_000, "x"));
  return rowsAt(
    batch * rowsInBatch,
    keys.map((key, n) => [key, n]),
    facts,
  );
}

function open(budget: MemoryBudget, name = "Order"): RunningViews {
  return runViews({ budget, definitions: [{ ...orderView, name }] });
}

/** Live with so many batches of about a megabyte. */
async function openLive(views: RunningViews, batches: number): Promise<ScriptedRead> {
  const read = await views.read(0);
  read.say(opened([boundsOf(0, batches * rowsInBatch)]));
  const name = views.view.definition.name;
  for (let batch = 0; batch < batches; batch += 1) read.say(largeRows(batch, { views: [name] }));
  await views.until(() => views.view.status().phase === "LIVE");
  return read;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe("a view that would pass the memory limit", () => {
  test("V8: fails while it replays, names estimate, use, limit and what to do, and gives its memory back", async () => {
    const budget = new MemoryBudget(limitBytes);
    await using views = open(budget);
    const read = await views.read(0);
    read.say(opened([boundsOf(0, batchCount * rowsInBatch)]));
    for (let batch = 0; batch < batchCount; batch += 1) read.say(largeRows(batch));
    await views.until(() => views.view.status().phase === "FAILED");
    const { reason, memoryBytes } = views.view.status();
    expect(reason).toMatch(
      /^Expected all views to take at most 10 MB \(`memory\.limitBytes`\), found that Order, which takes (\d+) MB of the \1 MB in use, needs \d MB more; raise the limit, .* It has read 3\d % of its log; all of it takes about 2\d MB\.$/,
    );
    expect([memoryBytes, budget.heldBytes]).toEqual([0, 0]);
    expect(views.errors).toMatchObject([{ view: "Order", err: { code: "MEMORY_LIMIT" } }]);
  });

  test("V8: does not fail for an estimate: one that fits in the end fits", async () => {
    const budget = new MemoryBudget(limitBytes);
    await using views = open(budget);
    const read = await views.read(0);
    read.say(opened([boundsOf(0, batchCount * rowsInBatch)]), largeRows(0), largeRows(1));
    await views.until(() => views.view.status().memoryEstimateBytes > 2 * limitBytes);
    const again = Array.from({ length: rowsInBatch }, (_, n): [string, number] => ["the same", n]);
    for (let batch = 2; batch < batchCount; batch += 1) read.say(rowsAt(batch * rowsInBatch, again));
    await views.until(() => views.view.status().phase === "LIVE");
    const { memoryBytes, memoryEstimateBytes } = views.view.status();
    expect(memoryEstimateBytes).toBe(memoryBytes);
    expect(memoryBytes).toBeLessThan(limitBytes / 2);
  });

  test("V8: fails alone: a small one that is replayed at the same time goes on, whichever of them needs the memory", async () => {
    const budget = new MemoryBudget(limitBytes);
    await using large = open(budget, "Large");
    await using small = open(budget, "Small");
    const [largeRead, smallRead] = [await large.read(0), await small.read(0)];
    largeRead.say(opened([boundsOf(0, batchCount * rowsInBatch)]));
    smallRead.say(opened([boundsOf(0, 4 * rowsInBatch)]));
    for (let batch = 0; batch < 7; batch += 1) largeRead.say(largeRows(batch, { views: ["Large"] }));
    await until(() => largeRead.untaken === 0);
    for (let batch = 0; batch < 4; batch += 1) smallRead.say(largeRows(batch, { views: ["Small"] }));
    await until(() => small.view.status().phase === "LIVE");
    expect(large.view.status()).toMatchObject({
      phase: "FAILED",
      reason: expect.stringMatching(/Small needs \d MB more while Large, the largest that is being read, takes \d MB/),
    });
  });

  test("V8: fails when it grows while it is served", async () => {
    const budget = new MemoryBudget(limitBytes);
    await using views = open(budget);
    const read = await openLive(views, 5);
    for (let batch = 5; batch < batchCount; batch += 1) read.say(largeRows(batch));
    await views.until(() => views.view.status().phase === "FAILED");
    expect(views.view.status().reason).toMatch(/memory\.limitBytes.*gateway of its own\.$/);
    expect(budget.heldBytes).toBe(0);
  });
});

describe("a rebuild for which there is no memory beside what is served", () => {
  test("V8: is given up: what was served goes on to be, STALE, with the reason, and what the new one took is free", async () => {
    const budget = new MemoryBudget(limitBytes);
    await using views = open(budget);
    (await openLive(views, 4)).say(lost);
    const heldBytes = views.view.status().memoryBytes;
    const again = await views.read(1);
    again.say(opened([boundsOf(0, 6 * rowsInBatch)]));
    again.say(largeRows(0, { generation: 2 }));
    await views.until(() => views.view.status().rebuildMemoryBytes > 1_000_000);
    expect(views.view.status().memoryBytes).toBe(heldBytes);
    expect(views.view.status().memoryEstimateBytes).toBeGreaterThan(5_000_000);
    for (let batch = 1; batch < 6; batch += 1) again.say(largeRows(batch, { generation: 2 }));
    await views.until(() => views.view.status().reason?.includes("given up") === true);
    expect(views.view.status()).toMatchObject({
      phase: "STALE",
      isComplete: true,
      generation: 1,
      entities: 4 * rowsInBatch,
      rebuildMemoryBytes: 0,
      reason: expect.stringMatching(/10 MB \(`memory\.limitBytes`\).*It has read \d+ % of its log.*A restart/),
    });
    expect(Object.keys(views.content())).toHaveLength(4 * rowsInBatch);
    expect(budget.heldBytes).toBe(heldBytes);
  });

  test("V8: is begun again when the log is lost again, and then swapped if it fits", async () => {
    await using views = open(new MemoryBudget(limitBytes));
    (await openLive(views, 6)).say(lost);
    const second = await views.read(1);
    second.say(opened([boundsOf(0, 6 * rowsInBatch)]));
    for (let batch = 0; batch < 6; batch += 1) second.say(largeRows(batch, { generation: 2 }));
    await views.until(() => views.view.status().reason?.includes("given up") === true);
    second.say(lost);
    const third = await views.read(2);
    third.say(opened([boundsOf(0, 1)]), rowsAt(0, [["a", 1]], { generation: 3 }));
    await views.until(() => views.view.status().phase === "LIVE");
    expect(views.content()).toEqual({ a: 1 });
  });

  test("V8: is given up for another view that is served and grows", async () => {
    const budget = new MemoryBudget(limitBytes);
    await using rebuilt = open(budget, "Rebuilt");
    await using growing = open(budget, "Growing");
    (await openLive(rebuilt, 3)).say(lost);
    const read = await openLive(growing, 1);
    const again = await rebuilt.read(1);
    again.say(opened([boundsOf(0, 3 * rowsInBatch)]));
    again.say(largeRows(0, { views: ["Rebuilt"], generation: 2 }), largeRows(1, { views: ["Rebuilt"], generation: 2 }));
    await until(() => again.untaken === 0);
    for (let batch = 1; batch < 4; batch += 1) read.say(largeRows(batch, { views: ["Growing"] }));
    await until(() => rebuilt.view.status().reason?.includes("given up") === true);
    await until(() => read.untaken === 0);
    expect([rebuilt.view.status().phase, growing.view.status().phase]).toEqual(["STALE", "LIVE"]);
  });
});
