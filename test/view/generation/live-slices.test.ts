import { describe, expect, test } from "vitest";
import { ManualClock } from "../../support/manual-clock.ts";
import { orderView } from "../kit/order-view.ts";
import { type RunningViews, runViews } from "../kit/run-views.ts";
import { boundsOf, opened, rowsAt, type ScriptedRead } from "../kit/scripted-ingest.ts";

const twin = { ...orderView, name: "Twin" };
const names = ["Order", "Twin"];
const valuesOf = (rows: number, n: number) => Array.from({ length: rows }, (_, at) => [`key-${at}`, n + at] as const);

async function openLive(views: RunningViews): Promise<ScriptedRead> {
  const read = await views.read(0);
  read.say(opened([boundsOf(0, 0)]));
  await views.until(() => views.view.status().phase === "LIVE");
  return read;
}

const positionOf = ({ views }: RunningViews, at: number): number | undefined => views[at]?.position().positions.get(0);

describe("a large batch of views that are served", () => {
  test("G1: is applied in several macrotasks, each of which leaves all views of the topic at one offset", async () => {
    await using views = runViews({ definitions: [orderView, twin] });
    const read = await openLive(views);
    read.say(rowsAt(0, valuesOf(1_000, 0), { views: names }));
    const seen: (number | undefined)[] = [];
    await views.until(() => {
      const [left, right] = [views.view.reader().size, views.views[1]?.reader().size];
      expect([right, positionOf(views, 0), positionOf(views, 1)]).toEqual([left, left, left]);
      if (left !== seen.at(-1)) seen.push(left);
      return left === 1_000;
    });
    expect(seen).toEqual([0, 16, 48, 112, 240, 496, 1_000]);
  });

  test("shrinks its slices when they take long", async () => {
    const clock = new ManualClock();
    await using views = runViews({ clock });
    const read = await openLive(views);
    const subscription = views.view.openChanges({});
    const sizes: number[] = [];
    const take = (): void => {
      subscription.takeNext({
        onSet: ({ changes }) => {
          sizes.push(changes.length);
          clock.advance(changes.length); // a millisecond a row
          take();
        },
        onEnd: () => {},
        onError: () => {},
      });
    };
    take();
    read.say(rowsAt(0, valuesOf(100, 0)));
    await views.until(() => views.view.reader().size === 100);
    await subscription.return();
    expect(sizes).toEqual([16, ...Array.from({ length: 28 }, () => 3)]);
  });

  test("begins with few rows for a subscriber that has come in the place of another", async () => {
    await using views = runViews();
    const read = await openLive(views);
    const first = views.view.openChanges({});
    void first.next();
    read.say(rowsAt(0, valuesOf(1_000, 0)));
    await views.until(() => views.view.reader().size === 1_000);
    await first.return();
    const second = views.view.openChanges({});
    const set = second.next();
    read.say(rowsAt(1_000, valuesOf(1_000, 1)));
    expect((await set).value?.changes).toHaveLength(16);
    await second.return();
  });

  test("goes back to its buffers when the last slice has been applied", async () => {
    await using views = runViews();
    const read = await openLive(views);
    const released: number[] = [];
    const event = rowsAt(0, valuesOf(200, 0));
    read.say({ ...event, release: () => released.push(views.view.reader().size) } as typeof event);
    await views.until(() => released.length > 0);
    expect(released).toEqual([200]);
  });

  test("counts what is left out of it once, where it stands", async () => {
    await using views = runViews();
    const read = await openLive(views);
    const bad = { topic: "orders", partition: 0, timestamp: 0, key: null, error: "bad", firstBytes: "" };
    const badRecords = [0, 70, 199].map((offset) => ({ ...bad, offset }));
    const rows = valuesOf(200, 0);
    read.say(rowsAt(0, rows, { badRecords, skippedNullKeys: 5, nextOffset: 203 }));
    await views.until(() => positionOf(views, 0) === 203);
    expect(views.view.status()).toMatchObject({ entities: 200, quarantinedRecords: 3, skippedNullKeys: 5 });
    expect(views.view.quarantine.page({ first: 9 }).map(({ record }) => record.offset)).toEqual([0, 70, 199]);
  });

  test("F1: gives a subscriber change sets that lead from one slice to the next", async () => {
    await using views = runViews();
    const read = await openLive(views);
    const subscription = views.view.openChanges({});
    const held = new Map<string, unknown>();
    const first = subscription.next();
    read.say(rowsAt(0, [...valuesOf(150, 0), ...valuesOf(150, 1_000)]));
    let result = await first;
    while (!result.done) {
      const n = views.view.reader().field("n");
      for (const { key, kind, after } of result.value.changes) {
        expect(kind).toBe(held.has(key) ? "UPDATE" : "INSERT");
        if (after !== undefined) held.set(key, n(after));
      }
      if (result.value.position.positions.get(0) === 300) break;
      result = await subscription.next();
    }
    await subscription.return();
    expect(Object.fromEntries(held)).toEqual(views.content());
  });
});
