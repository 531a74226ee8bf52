import { describe, expect, test } from "vitest";
import type { IngestEvent } from "../../src/decode/ingest.ts";
import { orderView } from "./kit/order-view.ts";
import { type RunningViews, runViews } from "./kit/run-views.ts";
import { boundsOf, opened, rowsAt, type ScriptedRead } from "./kit/scripted-ingest.ts";

const twin = { ...orderView, name: "Twin" };
const both = { views: ["Order", "Twin"] };

async function openLive(views: RunningViews): Promise<ScriptedRead> {
  const read = await views.read(0);
  read.say(opened([boundsOf(0, 1)]), rowsAt(0, [["a", 1]], both));
  await views.until(() => views.view.status().phase === "LIVE");
  return read;
}

/** The same records for Twin as they should be, and for Order after a gap. */
const gap: IngestEvent = {
  type: "rows",
  release: () => {},
  recordCount: 1,
  sizeBytes: 0,
  batches: [rowsAt(5, [["b", 2]]), rowsAt(1, [["b", 2]], { views: ["Twin"] })].flatMap((event) =>
    event.type === "rows" ? event.batches : [],
  ),
};

describe("a defect", () => {
  test("fails the view that it concerns, which says so and answers nothing; the topic's others go on", async () => {
    await using views = runViews({ definitions: [orderView, twin] });
    const read = await openLive(views);
    read.say(gap, rowsAt(2, [["c", 3]], { views: ["Twin"] }));
    const [order, other] = views.views;
    await views.until(() => other?.reader().size === 3);
    expect(order?.status()).toMatchObject({ phase: "FAILED", isComplete: false });
    expect(order?.status().reason).toContain("orders/0@5");
    expect(() => order?.reader()).toThrow(expect.objectContaining({ code: "VIEW_FAILED" }));
    expect(() => order?.position()).toThrow(expect.objectContaining({ code: "VIEW_FAILED" }));
    expect(other?.status().phase).toBe("LIVE");
    expect(views.errors).toHaveLength(1);
  });

  test("ends the view's subscriptions with VIEW_FAILED, also one that begins afterwards", async () => {
    await using views = runViews({ definitions: [orderView, twin] });
    const read = await openLive(views);
    const [waiting, late] = [views.view.openChanges({}), views.view.openChanges({ key: "a" })];
    const changes = waiting.next();
    const failure = expect(changes).rejects.toMatchObject({ code: "VIEW_FAILED" });
    read.say(gap);
    await failure;
    await expect(late.next()).rejects.toMatchObject({ code: "VIEW_FAILED" });
    expect(await late.next()).toEqual({ done: true, value: undefined });
    expect(views.view.status().subscribers).toBe(0);
  });

  test("in reading the topic fails all its views, and ends the run without rejecting", async () => {
    await using views = runViews({ definitions: [orderView, twin] });
    const read = await openLive(views);
    read.say(
      opened([]),
      { type: "partition-added", bounds: boundsOf(0, 0) },
      { type: "partition-added", bounds: boundsOf(0, 0) },
    );
    await views.until(() => views.views.every((view) => view.status().phase === "FAILED"));
    expect(views.view.status().reason).toContain("partition 0");
  });

  test("that is a read which ends by itself leaves the views STALE", async () => {
    await using views = runViews({ definitions: [orderView, twin] });
    (await openLive(views)).end();
    await views.until(() => views.view.status().phase === "STALE");
    expect(views.view.status().reason).toContain("ended the read of orders");
    expect(views.content()).toEqual({ a: 1 });
  });
});
