import { describe, expect, test } from "vitest";
import type { LossReason } from "../../src/log/log.ts";
import { TopicMissingError } from "../../src/log/topic-missing-error.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { orderView } from "./kit/order-view.ts";
import { type RunningViews, runViews } from "./kit/run-views.ts";
import { boundsOf, opened, rowsAt, type ScriptedRead } from "./kit/scripted-ingest.ts";

const lost = (reason: LossReason = "TRUNCATED") =>
  ({ type: "lost", reason, partition: 0, detail: "for a test" }) as const;
const stalled = { type: "stalled", cause: new TopicMissingError({ topic: "orders", log: "a test" }) } as const;
const twin = { ...orderView, name: "Twin" };

/** Live with a = 1, b = 2. */
async function openLive(views: RunningViews): Promise<ScriptedRead> {
  const read = await views.read(0);
  const names = views.views.map(({ definition }) => definition.name);
  const first = rowsAt(
    0,
    [
      ["a", 1],
      ["b", 2],
    ],
    { views: names },
  );
  read.say(opened([boundsOf(0, 2)]), first);
  await views.until(() => views.view.status().phase === "LIVE");
  return read;
}

describe("a rebuild", () => {
  test("L4: serves the old generation as STALE, with the reason, until the new one is complete", async () => {
    await using views = runViews();
    (await openLive(views)).say(lost("RETENTION_EXCEEDED"));
    const again = await views.read(1);
    again.say(opened([boundsOf(0, 2)], "life-2"), rowsAt(0, [["a", 9]], { generation: 2, incarnation: "life-2" }));
    await views.until(() => again.untaken === 0);
    expect(views.content()).toEqual({ a: 1, b: 2 });
    expect(views.view.status()).toMatchObject({ phase: "STALE", generation: 1, isComplete: true });
    expect(views.view.status().reason).toContain("RETENTION_EXCEEDED");
    again.say(rowsAt(1, [["c", 3]], { generation: 2, incarnation: "life-2" }));
    await views.until(() => views.view.status().phase === "LIVE");
    expect(views.content()).toEqual({ a: 9, c: 3 });
    expect(views.view.status()).toMatchObject({ generation: 2, reason: undefined, staleSinceMs: undefined });
  });

  test("L4: gives subscribers the difference as one change set, without what is the same, under the new lineage", async () => {
    await using views = runViews();
    const read = await openLive(views);
    const lineage = views.view.position().lineage;
    const subscription = views.view.openChanges({});
    const changes = subscription.next();
    read.say(lost());
    const again = await views.read(1);
    const renewed = { generation: 2, incarnation: "life-2" };
    again.say(
      opened([boundsOf(0, 3)], "life-2"),
      rowsAt(
        0,
        [
          ["a", 1],
          ["b", 7],
          ["c", 3],
        ],
        renewed,
      ),
    );
    const { value } = await changes;
    expect(value?.changes.map(({ key, kind }) => [key, kind])).toEqual([
      ["b", "UPDATE"],
      ["c", "INSERT"],
    ]);
    expect(value?.position).toEqual(views.view.position());
    expect(value?.position.lineage).not.toBe(lineage);
    await subscription.return();
  });

  test("F1: a subscription that begins while the view is rebuilt gets what leads from the old generation to the new", async () => {
    await using views = runViews();
    (await openLive(views)).say(lost());
    const again = await views.read(1);
    const subscription = views.view.openChanges({ key: "b" });
    const changes = subscription.next();
    again.say(opened([boundsOf(0, 1)], "life-2"), rowsAt(0, [["a", 1]], { generation: 2, incarnation: "life-2" }));
    const { value } = await changes;
    expect(value?.changes.map(({ key, kind }) => [key, kind])).toEqual([["b", "DELETE"]]);
    await subscription.return();
  });

  test("swaps all views of a topic in one step: they never differ", async () => {
    await using views = runViews({ definitions: [orderView, twin] });
    const read = await openLive(views);
    const [order, other] = views.views;
    const differences: unknown[] = [];
    let isWatching = true;
    const watch = (): void => {
      const [left, right] = [views.content(order), views.content(other)];
      if (JSON.stringify(left) !== JSON.stringify(right)) differences.push([left, right]);
      if (isWatching) setImmediate(watch);
    };
    watch();
    read.say(lost());
    const again = await views.read(1);
    const renewed = { generation: 2, incarnation: "life-2", views: ["Order", "Twin"] };
    again.say(opened([boundsOf(0, 1)], "life-2"), rowsAt(0, [["z", 1]], renewed), rowsAt(1, [["y", 2]], renewed));
    await views.until(() => views.content(other)["y"] === 2);
    isWatching = false;
    expect(differences).toEqual([]);
  });

  test("begins again, after pauses that grow, when it is lost itself", async () => {
    const clock = new ManualClock();
    await using views = runViews({ clock, options: { minRebuildPauseMs: 100, maxRebuildPauseMs: 400 } });
    (await openLive(views)).say(lost());
    for (const [attempt, halfPauseMs] of [50, 100, 200, 200].entries()) {
      (await views.read(attempt + 1)).say(opened([boundsOf(0, 5)]), lost());
      await views.until(() => clock.pendingTimers === 1);
      clock.advance(halfPauseMs - 1);
      await new Promise(setImmediate);
      expect(views.reads).toHaveLength(attempt + 2);
      clock.advance(1);
    }
    const last = await views.read(5);
    expect(views.content()).toEqual({ a: 1, b: 2 });
    last.say(opened([boundsOf(0, 1)]), rowsAt(0, [["a", 5]], { generation: 6 }));
    await views.until(() => views.view.status().phase === "LIVE");
    expect(views.content()).toEqual({ a: 5 });
  });

  test("V5: answers nothing while a first generation was lost before it was complete", async () => {
    const clock = new ManualClock();
    await using views = runViews({ clock });
    (await views.read(0)).say(opened([boundsOf(0, 5)]), rowsAt(0, [["a", 1]]), lost());
    await views.until(() => clock.pendingTimers === 1);
    expect(() => views.view.reader()).toThrow(expect.objectContaining({ code: "VIEW_NOT_READY" }));
    expect(() => views.view.openChanges({})).toThrow(expect.objectContaining({ code: "VIEW_NOT_READY" }));
    expect(views.view.status().reason).toContain("TRUNCATED");
  });

  test("does not inherit the stall of the read that was lost", async () => {
    await using views = runViews();
    (await openLive(views)).say(stalled, lost());
    (await views.read(1)).say(opened([boundsOf(0, 1)]), rowsAt(0, [["a", 1]], { generation: 2 }));
    await views.until(() => views.view.status().generation === 2);
    expect(views.view.status()).toMatchObject({ phase: "LIVE", reason: undefined });
  });

  test("brings back a view that had failed, if its new generation is sound", async () => {
    await using views = runViews({ definitions: [orderView, twin] });
    const read = await openLive(views);
    read.say(rowsAt(2, [["a", 3]], { views: ["Order"], generation: 7 }));
    await views.until(() => views.view.status().phase === "FAILED");
    read.say(lost("RECREATED"));
    const renewed = { generation: 2, views: ["Order", "Twin"] };
    (await views.read(1)).say(opened([boundsOf(0, 1)]), rowsAt(0, [["a", 1]], renewed), rowsAt(1, [["c", 1]], renewed));
    await views.until(() => views.view.status().phase === "LIVE" && views.view.status().entities === 2);
    const subscription = views.view.openChanges({});
    const changes = subscription.next();
    (views.reads[1] as ScriptedRead).say(rowsAt(2, [["d", 1]], renewed));
    expect((await changes).value?.changes.map(({ key }) => key)).toEqual(["d"]);
    await subscription.return();
  });
});

describe("a replay", () => {
  test("V4: ends at a target that has fallen", async () => {
    await using views = runViews();
    const read = await views.read(0);
    read.say(opened([boundsOf(0, 10)]), rowsAt(0, [["a", 1]]));
    await views.until(() => read.untaken === 0);
    expect(views.view.status().phase).toBe("REPLAYING");
    read.say({ type: "bounds", bounds: boundsOf(0, 1) });
    await views.until(() => views.view.status().phase === "LIVE");
    expect(views.content()).toEqual({ a: 1 });
  });

  test("V4: is not complete before batches without records have brought every position to its target", async () => {
    await using views = runViews();
    const read = await views.read(0);
    read.say(opened([boundsOf(0, 5), boundsOf(1, 0)]), rowsAt(0, [["a", 1]]));
    await views.until(() => views.view.status().recordsApplied === 1);
    expect(views.view.status()).toMatchObject({ phase: "REPLAYING", replayProgress: 0.2 });
    read.say(rowsAt(1, [], { nextOffset: 5 }));
    await views.until(() => views.view.status().phase === "LIVE");
    expect(views.view.position().positions).toEqual(
      new Map([
        [0, 5],
        [1, 0],
      ]),
    );
  });

  test("stays complete when a partition is added, whose position is named at once", async () => {
    await using views = runViews();
    const read = await openLive(views);
    const before = views.view.position();
    read.say({ type: "partition-added", bounds: boundsOf(1, 3) });
    await views.until(() => views.view.status().partitions.length === 2);
    expect(views.view.status().phase).toBe("LIVE");
    expect([before.positions.size, views.view.position().positions]).toEqual([
      1,
      new Map([
        [0, 2],
        [1, 0],
      ]),
    ]);
    read.say(rowsAt(0, [["c", 3]], { partition: 1 }));
    await views.until(() => views.view.reader().size === 3);
  });

  test("says why it waits, and what it does once it no longer does", async () => {
    await using views = runViews();
    const read = await views.read(0);
    expect(views.view.status()).toMatchObject({ phase: "STARTING", reason: "waiting for the log" });
    read.say(stalled);
    await views.until(() => views.view.status().reason !== "waiting for the log");
    expect(views.view.status()).toMatchObject({ phase: "STARTING", reason: stalled.cause.message });
    read.say({ type: "resumed" }, opened([boundsOf(0, 3)]));
    await views.until(() => views.view.status().phase === "REPLAYING");
    read.say(stalled);
    await views.until(() => views.view.status().reason === stalled.cause.message);
    expect(views.view.status()).toMatchObject({ phase: "REPLAYING", isComplete: false });
  });
});
