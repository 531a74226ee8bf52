import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../src/view/change-set.ts";
import { Changefeed } from "../../src/view/feed/changefeed.ts";
import { makeChangeSet } from "../../src/view/feed/make-change-set.ts";
import type { OwedChanges, RebuildChanges } from "../../src/view/feed/owed-changes.ts";
import type { ChangeSubscription } from "../../src/view/readable-view.ts";
import type { Row } from "../../src/view/view-reader.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { RowWorld, rowOf } from "../view/kit/rows.ts";

const keys = Array.from("abcdefgh");
const n = fc.option(fc.nat({ max: 3 }), { nil: undefined });
const subscribers = [
  { key: undefined, needsPrevious: true },
  { key: undefined, needsPrevious: true },
  { key: undefined, needsPrevious: false },
  { key: undefined, needsPrevious: true },
  { key: "a", needsPrevious: true },
  { key: "b", needsPrevious: false },
] as const;
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("apply" as const),
      edits: fc.uniqueArray(fc.record({ key: fc.constantFrom(...keys), n }), {
        selector: ({ key }) => key,
        maxLength: 3,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rebuild" as const),
      contents: fc.array(n, { minLength: keys.length, maxLength: keys.length }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("take" as const), at: fc.nat({ max: subscribers.length - 1 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("settle" as const) }) },
);

const position = { view: "Order", lineage: "0", positions: new Map(), epochs: new Map() };

/** A view that can be replaced, with a feed whose parts are as small as can be. */
class World {
  view = new RowWorld();
  readonly defects: unknown[] = [];
  /** Lists of rebuilds that somebody still holds. */
  held = 0;
  readonly feed = new Changefeed({
    view: "Order",
    maxPendingKeys: 1_000,
    clock: new ManualClock(),
    slices: { first: 1, least: 1, most: 3, targetMs: 1 },
    makeSet: (changes, { isComplete }) => makeChangeSet(changes, this.view, { isComplete, position }),
    onDefect: (defect) => this.defects.push(defect),
  });

  apply(edits: ReadonlyArray<{ readonly key: string; readonly n: number | undefined }>): void {
    this.feed.publish(edits.flatMap((edit) => this.view.change(edit.key, edit.n) ?? []));
  }

  /** Other contents for all keys; a key whose content is undefined is not there. */
  rebuild(contents: ReadonlyArray<number | undefined>): void {
    const old = this.view;
    this.view = new RowWorld();
    for (const [at, content] of contents.entries()) {
      const key = keys[at] ?? "";
      const same = content === 0 ? old.get(key) : undefined; // the same content: no change
      if (content !== undefined) this.view.rows.set(key, same ?? rowOf(content));
    }
    this.feed.publishRebuild(this.#makeChanges(old, this.view));
  }

  #makeChanges(old: RowWorld, served: RowWorld): RebuildChanges {
    const holding = {
      hold: () => {
        this.held += 1;
      },
      release: () => {
        this.held -= 1;
      },
    };
    const listOf = (differing: readonly string[], images: boolean): OwedChanges => ({
      size: differing.length,
      keyAt: (at) => differing[at] ?? "",
      changeAt: (at) => {
        const key = differing[at] ?? "";
        const [was, is] = [old.get(key), served.get(key)];
        if (differing.length === 1 && was === is) return undefined;
        const before = images ? was : undefined;
        return { key, existedBefore: was !== undefined, existsNow: is !== undefined, before, records: 1 };
      },
      ...holding,
    });
    const differing = keys.filter((key) => old.get(key) !== served.get(key));
    const [withImages, without] = [listOf(differing, true), listOf(differing, false)];
    return {
      ofAll: ({ images }) => (images ? withImages : without),
      ofKey: (key, { images }) => listOf([key], images),
      ...holding,
    };
  }
}

/** Keeps what it is told, and checks that each change leads on from that, and each complete set to the view. */
class Follower {
  readonly held = new Map<string, Row>();
  readonly #world: World;
  readonly #options: (typeof subscribers)[number];
  readonly #subscription: ChangeSubscription;
  #isRegistered = false;
  #isMidStep = false;
  sets: boolean[] = [];
  /** How often it has asked, and been answered. */
  asked = 0;
  answers = 0;
  error: unknown;
  isEnded = false;

  constructor(world: World, options: (typeof subscribers)[number]) {
    this.#world = world;
    this.#options = options;
    this.#subscription = world.feed.open(options);
  }

  take(): void {
    if (!this.#isRegistered) for (const [key, row] of this.#shown()) this.held.set(key, row);
    this.#isRegistered = true;
    this.asked += 1;
    this.#subscription.takeNext({
      onSet: (set) => this.#follow(set),
      onEnd: () => {
        this.answers += 1;
        this.isEnded = true;
      },
      onError: (error) => {
        this.answers += 1;
        this.error = error;
      },
    });
  }

  async close(): Promise<void> {
    await this.#subscription.return();
  }

  #follow({ changes, isComplete }: ChangeSet): void {
    this.answers += 1;
    this.sets.push(isComplete);
    expect(new Set(changes.map(({ key }) => key)).size).toBe(changes.length);
    if (changes.length === 0) expect([this.#isMidStep, isComplete]).toEqual([true, true]);
    this.#isMidStep = !isComplete;
    for (const { key, before, after, kind } of changes) {
      const had = this.held.get(key);
      if (this.#options.needsPrevious) expect(before).toBe(had);
      expect(kind).toBe(had === undefined ? "INSERT" : after === undefined ? "DELETE" : "UPDATE");
      if (after === undefined) this.held.delete(key);
      else this.held.set(key, after);
    }
    if (isComplete) expect([...this.held].sort()).toEqual(this.#shown().sort());
  }

  #shown(): [string, Row][] {
    return [...this.#world.view.rows].filter(([key]) => this.#options.key === undefined || this.#options.key === key);
  }
}

describe("a changefeed over rebuilds", () => {
  test("F1: leads every subscriber to the view with each complete set, in parts, whatever is applied meanwhile", async () => {
    let parts = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
        const world = new World();
        const followers = subscribers.map((options) => new Follower(world, options));
        for (const next of steps) {
          if (next.kind === "apply") world.apply(next.edits);
          else if (next.kind === "rebuild") world.rebuild(next.contents);
          else if (next.kind === "take") followers[next.at]?.take();
          else await new Promise(setImmediate);
          expect(world.defects).toEqual([]);
        }
        world.feed.finish();
        for (const follower of followers) {
          while (!follower.isEnded) {
            follower.take();
            await new Promise(setImmediate);
            expect([world.defects, follower.error]).toEqual([[], undefined]);
          }
          expect(follower.sets.at(-1) ?? true).toBe(true);
          parts += follower.sets.filter((isComplete) => !isComplete).length;
        }
        expect([world.held, world.feed.subscribers]).toEqual([0, 0]);
      }),
    );
    expect(parts).toBeGreaterThan(100);
  });

  test("F3: after return nothing of a subscriber remains, whatever it is owed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20, size: "max" }), async (steps) => {
        const world = new World();
        const followers = subscribers.map((options) => new Follower(world, options));
        for (const follower of followers) follower.take();
        for (const next of steps) {
          if (next.kind === "apply") world.apply(next.edits);
          else if (next.kind === "rebuild") world.rebuild(next.contents);
          else if (next.kind === "take") followers[next.at]?.take();
          else await new Promise(setImmediate);
        }
        for (const follower of followers) await follower.close();
        expect([world.held, world.feed.subscribers, world.feed.detail]).toEqual([0, 0, "NONE"]);
        for (const follower of followers) expect(follower.answers).toBe(follower.asked);
      }),
    );
  });
});
