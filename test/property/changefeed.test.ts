import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../src/view/change-set.ts";
import { Changefeed } from "../../src/view/feed/changefeed.ts";
import { makeChangeSet } from "../../src/view/feed/make-change-set.ts";
import type { KeyChange } from "../../src/view/key-change.ts";
import { mergeChanges } from "../../src/view/merge-changes.ts";
import type { ChangeSubscription } from "../../src/view/readable-view.ts";
import type { Row } from "../../src/view/view-reader.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { RowWorld } from "../view/kit/rows.ts";

const keys = ["a", "b", "c"] as const;
const edit = fc.record({
  key: fc.constantFrom(...keys),
  n: fc.option(fc.nat({ max: 9 }), { nil: undefined }),
  records: fc.integer({ min: 1, max: 3 }),
});

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** One step of the view: at most one change for each key. */
const batch = fc.uniqueArray(edit, { selector: ({ key }) => key, maxLength: 3 });
const subscriberCount = 3;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("apply" as const), edits: batch }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("next" as const), subscriber: fc.nat({ max: subscriberCount - 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("settle" as const) }) },
);

interface Subscriber {
  readonly key: string | undefined;
  readonly subscription: ChangeSubscription;
  /** What it knows: its snapshot, then its change sets. */
  readonly held: Map<string, Row>;
  readonly openNexts: Promise<void>[];
  isRegistered: boolean;
}

function takeInto(held: Map<string, Row>, { changes }: ChangeSet): void {
  expect(new Set(changes.map(({ key }) => key)).size).toBe(changes.length);
  for (const { key, before, after, kind } of changes) {
    expect(held.get(key)).toBe(before);
    expect(kind).toBe(before === undefined ? "INSERT" : after === undefined ? "DELETE" : "UPDATE");
    if (after === undefined) held.delete(key);
    else held.set(key, after);
  }
}

function publishEdits(feed: Changefeed, world: RowWorld, edits: ReadonlyArray<Edit>): KeyChange[] {
  const changes = edits.flatMap(({ key, n, records }) => world.change(key, n, records) ?? []);
  feed.publish(changes);
  return changes;
}

const position = { view: "Order", lineage: "0", positions: new Map(), epochs: new Map() };
const openFeed = (world: RowWorld, maxPendingKeys = 100): Changefeed =>
  new Changefeed({
    view: "Order",
    maxPendingKeys,
    clock: new ManualClock(),
    makeSet: (changes, { isComplete }) => makeChangeSet(changes, world, { isComplete, position }),
    onDefect: (defect) => {
      throw defect;
    },
  });

describe("a changefeed", () => {
  test("F1: what a subscriber finds when it registers, and its change sets, are the view at every later moment; F2: one change for each key", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const world = new RowWorld();
        const feed = openFeed(world);
        const subscribers = [undefined, undefined, "a"].map((key): Subscriber => {
          const held = new Map<string, Row>();
          return { key, subscription: feed.open({ key }), held, openNexts: [], isRegistered: false };
        });
        const takeNext = (subscriber: Subscriber): void => {
          const { key, subscription, held, openNexts } = subscriber;
          const result = subscription.next();
          if (!subscriber.isRegistered) {
            for (const [at, row] of world.rows) if (key === undefined || key === at) held.set(at, row);
            subscriber.isRegistered = true;
          }
          openNexts.push(result.then(({ done, value }) => void (done === true || takeInto(held, value))));
        };
        for (const next of steps) {
          if (next.kind === "apply") publishEdits(feed, world, next.edits);
          else if (next.kind === "settle") await new Promise(setImmediate);
          else takeNext(subscribers[next.subscriber] as Subscriber); // below subscriberCount
        }
        for (const subscriber of subscribers) takeNext(subscriber);
        feed.finish();
        for (const subscriber of subscribers) {
          takeNext(subscriber);
          await Promise.all(subscriber.openNexts);
          const rows = [...world.rows].filter(([key]) => subscriber.key === undefined || subscriber.key === key);
          expect(new Map(subscriber.held)).toEqual(new Map(rows));
          for (const [key, row] of rows) expect(subscriber.held.get(key)).toBe(row);
        }
        expect(feed.subscribers).toBe(0);
      }),
    );
  });

  test("F2: a merged change stands for all records of its key since the last set", () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        const world = new RowWorld();
        const first = world.rows.get("a");
        const changes = edits.flatMap(({ n, records }) => world.change("a", n, records) ?? []);
        let merged: KeyChange | undefined;
        let records = 0;
        for (const change of changes) {
          merged = merged === undefined ? change : mergeChanges(merged, change);
          records = merged === undefined ? 0 : records + change.records;
        }
        expect(merged?.existsNow ?? false).toBe(merged !== undefined && world.rows.has("a"));
        expect(merged?.existedBefore ?? false).toBe(merged !== undefined && first !== undefined);
        expect(merged?.before).toBe(first);
        expect(merged?.records ?? 0).toBe(records);
        if (merged === undefined) expect(world.rows.get("a")).toBe(first);
      }),
    );
  });

  test("F3: after return nothing of any subscriber remains, whatever it had pending or was waiting for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: 3 }), batch), { maxLength: 10 }), async (rounds) => {
        const world = new RowWorld();
        const feed = openFeed(world);
        for (const [nexts, edits] of rounds) {
          const subscription = feed.open({ key: nexts % 2 === 0 ? "a" : undefined });
          const waiting = Array.from({ length: nexts }, () => subscription.next());
          publishEdits(feed, world, edits);
          expect(await subscription.return()).toEqual({ done: true, value: undefined });
          await Promise.all(waiting);
          expect(await subscription.next()).toEqual({ done: true, value: undefined });
          expect(feed.subscribers).toBe(0);
        }
      }),
    );
  });
});
