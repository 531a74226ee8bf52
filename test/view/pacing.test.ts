import { describe, expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import { createPacer } from "../../src/view/pacer.ts";
import { sortInSlices } from "../model/sort-in-slices.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { runViews } from "./kit/run-views.ts";
import { boundsOf, opened, rowsAt } from "./kit/scripted-ingest.ts";

/** A clock on which every look takes a millisecond. */
class SlowClock extends ManualClock {
  override monotonicMs(): number {
    this.advance(1);
    return super.monotonicMs();
  }
}

/** Calls back in every macrotask until stopped. */
function onEachMacrotask(look: () => void): () => void {
  let isStopped = false;
  const tick = (): void => {
    if (isStopped) return;
    look();
    setImmediate(tick);
  };
  setImmediate(tick);
  return () => {
    isStopped = true;
  };
}

/** The most events that were taken between two macrotasks, while 100 single rows are read. */
async function mostTakenAtOnce(clock: Clock, { isLive }: { readonly isLive: boolean }): Promise<number> {
  await using views = runViews({ clock, options: { sliceMs: 8 } });
  const read = await views.read(0);
  read.say(opened([boundsOf(0, isLive ? 0 : 101)]));
  await views.until(() => views.view.status().phase === (isLive ? "LIVE" : "REPLAYING"));
  read.say(...Array.from({ length: 100 }, (_, at) => rowsAt(at, [[`key-${at}`, at]])));
  let [untaken, most] = [read.untaken, 0];
  const stop = onEachMacrotask(() => {
    most = Math.max(most, untaken - read.untaken);
    untaken = read.untaken;
  });
  await views.until(() => read.untaken === 0);
  stop();
  return Math.max(most, untaken);
}

describe("the applier", () => {
  test("G1: changes a view that is served once in each macrotask, from its start", async () => {
    expect(await mostTakenAtOnce(new ManualClock(), { isLive: true })).toBe(1);
  });

  test("replays several batches in one macrotask, and gives way when the slice is used up", async () => {
    const taken = await mostTakenAtOnce(new SlowClock(), { isLive: false });
    expect(taken).toBeGreaterThan(1);
    expect(taken).toBeLessThanOrEqual(8);
  });

  test("gives way while it builds indexes", async () => {
    await using views = runViews({ clock: new SlowClock() });
    const read = await views.read(0);
    const values = Array.from({ length: 20_000 }, (_, at) => [`key-${at}`, at % 7_000] as const);
    read.say(opened([boundsOf(0, values.length)]), rowsAt(0, values));
    await views.until(() => read.untaken === 0);
    let macrotasks = 0;
    const stop = onEachMacrotask(() => {
      macrotasks += 1;
    });
    await views.until(() => views.view.status().phase === "LIVE");
    stop();
    expect(macrotasks).toBeGreaterThan(10);
    expect(views.view.reader().range("n", { gte: 6_999, limit: 10 })).toHaveLength(2);
  });
});

describe("a pacer", () => {
  test("has nothing to wait for while there is time left of what began with the first wait", async () => {
    const clock = new ManualClock();
    const pacer = createPacer(clock, 5, new AbortController().signal);
    expect(pacer.giveWay()).toBeInstanceOf(Promise);
    await new Promise(setImmediate);
    clock.advance(4);
    expect(pacer.giveWay()).toBeUndefined();
    clock.advance(1);
    expect(pacer.giveWay()).toBeInstanceOf(Promise);
  });

  test("ends long work with the abort's reason", async () => {
    const abort = new AbortController();
    const pacer = createPacer(new SlowClock(), 1, abort.signal);
    const sorting = sortInSlices(
      Array.from({ length: 10_000 }, (_, at) => -at),
      (left, right) => left - right,
      pacer,
    );
    abort.abort(new Error("stopped"));
    await expect(sorting).rejects.toThrow("stopped");
  });
});
