import { describe, expect, test } from "vitest";
import { createMemoryLog } from "../../../src/log/memory/memory-log.ts";
import type { ReadableView } from "../../../src/view/readable-view.ts";
import { contentOf, startViews } from "../../support/view-harness.ts";
import { orderView } from "../kit/order-view.ts";
import { runViews } from "../kit/run-views.ts";
import { boundsOf, opened, rowsAt } from "../kit/scripted-ingest.ts";

const { topic } = orderView;
const record = (key: string, n: number) => ({ key, value: JSON.stringify({ n }) });
const keysOf = (view: ReadableView) => Object.keys(contentOf(view));

/** A log with a = 1, b = 2, c = 3, at offsets 0 to 2. */
function openLog(hasDeleteCleanup: boolean | undefined) {
  const log = createMemoryLog();
  log.createTopic(topic, { partitions: 1, hasDeleteCleanup });
  log.append(topic, [record("a", 1), record("b", 2), record("c", 3)]);
  return log;
}

/** Some macrotasks: enough for whatever a view would do of itself. */
async function pass(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
}

describe("a log start that moves", () => {
  test("L5: what a topic with delete cleanup has dropped leaves the view while nothing is appended, and subscribers are told", async () => {
    const log = openLog(true);
    await using views = startViews([orderView], { log });
    await views.untilPhase("LIVE");
    const subscription = views.view.openChanges({});
    const changes = subscription.next();
    log.moveLogStart(topic, 0, 2);
    const { value } = await changes;
    expect(value?.changes.map(({ key, kind }) => [key, kind])).toEqual([
      ["a", "DELETE"],
      ["b", "DELETE"],
    ]);
    await subscription.return();
    await using fresh = startViews([orderView], { log });
    await fresh.untilPhase("LIVE");
    expect(contentOf(views.view)).toEqual(contentOf(fresh.view));
    expect(views.view.status().partitions).toEqual(
      fresh.view.status().partitions.map((partition) => ({
        ...partition,
        target: expect.anything(),
        lastProgressAtMs: expect.anything(),
      })),
    );
  });

  test("L5: a key that was written again stays, with its newer record", async () => {
    const log = openLog(true);
    log.append(topic, [record("a", 4)]);
    await using views = startViews([orderView], { log });
    await views.untilPhase("LIVE");
    log.moveLogStart(topic, 0, 3);
    await views.until(() => views.view.reader().size === 1);
    expect(contentOf(views.view)).toMatchObject({ a: { n: 4 } });
  });

  test.each([false, undefined])("takes nothing out of a topic whose delete cleanup is %s", async (hasDeleteCleanup) => {
    const log = openLog(hasDeleteCleanup);
    await using views = startViews([orderView], { log });
    await views.untilPhase("LIVE");
    log.moveLogStart(topic, 0, 2);
    await views.until(() => views.view.status().partitions[0]?.startOffset === 2);
    await pass();
    expect(keysOf(views.view)).toEqual(["a", "b", "c"]);
  });

  test("L5: what was dropped before it was known that the topic has delete cleanup leaves once it is", async () => {
    const log = openLog(undefined);
    await using views = startViews([orderView], { log });
    await views.untilPhase("LIVE");
    log.moveLogStart(topic, 0, 2);
    await views.until(() => views.view.status().partitions[0]?.startOffset === 2);
    log.setDeleteCleanup(topic, true);
    await views.until(() => views.view.reader().size === 1);
    expect(keysOf(views.view)).toEqual(["c"]);
  });

  test("L5: what is dropped while the view replays is not there once it is complete", async () => {
    await using views = runViews();
    const read = await views.read(0);
    read.say({ ...opened([boundsOf(0, 3)]), hasDeleteCleanup: true });
    read.say(rowsAt(0, [["a", 1]]), rowsAt(1, [["b", 2]]), { type: "bounds", bounds: boundsOf(0, 3, 2) });
    read.say(rowsAt(2, [["c", 3]]));
    await views.until(() => views.view.status().phase === "LIVE");
    await views.until(() => views.view.reader().size === 1);
    expect(views.content()).toEqual({ c: 3 });
  });

  test("L5: a record that had been fetched before it was dropped, and comes after, leaves too", async () => {
    await using views = runViews();
    const read = await views.read(0);
    read.say({ ...opened([boundsOf(0, 1)]), hasDeleteCleanup: true });
    read.say(rowsAt(0, [["a", 1]]));
    await views.until(() => views.view.status().phase === "LIVE");
    read.say({ type: "bounds", bounds: boundsOf(0, 3, 2) });
    await views.until(() => views.view.reader().size === 0);
    read.say(rowsAt(1, [["b", 2]]), rowsAt(2, [["c", 3]]));
    await views.until(() => views.view.position().positions.get(0) === 3 && views.view.reader().size === 1);
    expect(views.content()).toEqual({ c: 3 });
  });
});
