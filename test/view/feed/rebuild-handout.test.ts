import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../../src/view/change-set.ts";
import { MemoryBudget } from "../../../src/view/memory/memory-budget.ts";
import type { ChangeSubscription, ChangeSubscriptionOptions } from "../../../src/view/readable-view.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { type RunningViews, runViews } from "../kit/run-views.ts";
import { boundsOf, opened, rowsAt, type ScriptedRead } from "../kit/scripted-ingest.ts";

const rows = 1_000;
const renewed = { generation: 2, incarnation: "life-2" };
const valuesOf = (change: number) =>
  Array.from(
    { length: rows },
    (_, at) => [`key-${String(at).padStart(4, "0")}`, at % 2 === 0 ? at : at + change] as const,
  );

/** Live with a thousand rows. */
async function openLive(views: RunningViews): Promise<ScriptedRead> {
  const read = await views.read(0);
  read.say(opened([boundsOf(0, rows)]), rowsAt(0, valuesOf(0)));
  await views.until(() => views.view.status().phase === "LIVE");
  return read;
}

/** Rebuilds with every second row changed; resolves in the macrotask of the swap. */
async function rebuild(views: RunningViews, read: ScriptedRead): Promise<ScriptedRead> {
  read.say({ type: "lost", reason: "TRUNCATED", partition: 0, detail: "for a test" });
  const again = await views.read(1);
  again.say(opened([boundsOf(0, rows)], "life-2"), rowsAt(0, valuesOf(5_000), renewed));
  await views.until(() => views.view.status().generation === 2);
  return again;
}

type Pace = "eager" | "once";

interface Taking {
  readonly pace?: Pace;
  readonly evaluation?: object;
  /** Moved by each set: its evaluation takes so long. */
  readonly clock?: ManualClock;
  readonly evaluationMs?: number;
}

/** Keeps a list by what a subscription says, as a client does. */
class Client {
  readonly sets: ChangeSet[] = [];
  readonly held = new Map<string, unknown>();
  readonly #views: RunningViews;
  readonly #subscription: ChangeSubscription;
  readonly #taking: Taking;
  error: unknown;

  constructor(views: RunningViews, options: ChangeSubscriptionOptions, taking: Taking = {}) {
    const { pace = "eager" } = taking;
    this.#taking = taking;
    this.#views = views;
    this.#subscription = views.view.openChanges(options);
    for (const [key, n] of Object.entries(views.content())) this.held.set(key, n);
    this.take(pace);
  }

  take(pace: Pace): void {
    const { evaluation, clock, evaluationMs = 1 } = this.#taking;
    this.#subscription.takeNext({
      evaluation,
      onSet: (set) => {
        clock?.advance(evaluationMs);
        const n = this.#views.view.reader().field("n");
        this.sets.push(set);
        for (const { key, kind, before, after } of set.changes) {
          if (before !== undefined) expect(n(before)).toBe(this.held.get(key));
          expect(kind).toBe(this.held.has(key) ? (after === undefined ? "DELETE" : "UPDATE") : "INSERT");
          if (after === undefined) this.held.delete(key);
          else this.held.set(key, n(after));
        }
        if (pace === "eager") this.take(pace);
      },
      onEnd: () => {},
      onError: (error) => {
        this.error = error;
      },
    });
  }

  get sizes(): readonly number[] {
    return this.sets.map(({ changes }) => changes.length);
  }

  async close(): Promise<void> {
    await this.#subscription.return();
  }
}

describe("the difference of a rebuilt view", () => {
  test("is handed out in parts, in macrotasks after that of the swap; the last one is complete and stands at the position", async () => {
    const clock = new ManualClock();
    await using views = runViews({ clock });
    const read = await openLive(views);
    const client = new Client(views, {}, { clock });
    await rebuild(views, read);
    const atSwap = client.sets.length;
    await views.until(() => client.sets.at(-1)?.isComplete === true);
    expect([atSwap, client.sizes]).toEqual([0, [16, 32, 64, 128, 256, 4]]);
    expect(client.sets.map(({ isComplete }) => isComplete)).toEqual([false, false, false, false, false, true]);
    expect(client.sets.at(-1)?.position).toEqual(views.view.position());
    expect(Object.fromEntries(client.held)).toEqual(views.content());
    await client.close();
  });

  test("F1: leads to the view with what is applied while it is handed out, whose keys are told once", async () => {
    await using views = runViews();
    const read = await openLive(views);
    const client = new Client(views, {}, { pace: "once" });
    const again = await rebuild(views, read);
    await views.until(() => client.sets.length === 1);
    const live = [
      ["key-0001", 1],
      ["key-0999", null],
      ["new", 7],
    ] as const;
    again.say(rowsAt(rows, live, renewed));
    await views.until(() => views.view.reader().get("new") !== undefined);
    for (let sets = 1; client.sets.at(-1)?.isComplete !== true; sets += 1) {
      client.take("once");
      await views.until(() => client.sets.length > sets);
    }
    expect(Object.fromEntries(client.held)).toEqual(views.content());
    const told = client.sets.flatMap(({ changes }) => changes.map(({ key, mergedRecords }) => [key, mergedRecords]));
    expect(told.filter(([key]) => key === "key-0999")).toEqual([["key-0999", 2]]);
    expect(told.filter(([key]) => key === "key-0001")).toEqual([
      ["key-0001", 1],
      ["key-0001", 1],
    ]);
    expect(told.filter(([key]) => key === "new")).toEqual([["new", 1]]);
    await client.close();
  });

  test("F5: is taken by all who follow in step as the same sets", async () => {
    await using views = runViews();
    const read = await openLive(views);
    const clients = [1, 2, 3].map(() => new Client(views, {}));
    await rebuild(views, read);
    await views.until(() => clients.every(({ sets }) => sets.at(-1)?.isComplete === true));
    const [first, ...others] = clients;
    for (const other of others) for (const [at, set] of other.sets.entries()) expect(set).toBe(first?.sets[at]);
    for (const client of clients) await client.close();
  });

  test("is told to those with different evaluations one after the other, to as many in a macrotask as have room", async () => {
    const clock = new ManualClock();
    await using views = runViews({ clock });
    const read = await openLive(views);
    const taking = () => ({ evaluation: {}, clock, evaluationMs: 0.25 });
    const clients = Array.from({ length: 40 }, () => new Client(views, {}, taking()));
    await rebuild(views, read);
    const told = () => clients.map(({ sizes }) => sizes.reduce((sum, size) => sum + size, 0));
    const seen: number[][] = [];
    await views.until(() => seen.push(told()) > 0 && clients.every(({ sets }) => sets.at(-1)?.isComplete === true));
    const steps = seen.map(
      (counts, at) => counts.filter((count, client) => count > (seen[at - 1]?.[client] ?? 0)).length,
    );
    expect(steps.filter((served) => served > 0).slice(0, 5)).toEqual([7, 8, 8, 8, 8]);
    for (const { held } of clients) expect(Object.fromEntries(held)).toEqual(views.content());
    for (const client of clients) await client.close();
  });

  test("is told to those who follow one key, with what it showed, so many in a macrotask", async () => {
    const clock = new ManualClock();
    await using views = runViews({ clock });
    const read = await openLive(views);
    const clients = valuesOf(0).map(([key]) => new Client(views, { key }, { clock, evaluationMs: 0.25 }));
    await rebuild(views, read);
    const told = (): number => clients.filter(({ sets }) => sets.length > 0).length;
    const seen: number[] = [];
    await views.until(() => seen.push(told()) > 0 && told() === rows / 2);
    const steps = seen.map((count, at) => count - (seen[at - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(12); // they take no more than 3 ms
    const content = views.content();
    for (const [at, { held, sets }] of clients.entries()) {
      const key = valuesOf(0)[at]?.[0] ?? "";
      expect([held.get(key), sets.length]).toEqual([content[key], at % 2]);
      expect(sets[0]?.changes[0]?.before === undefined).toBe(at % 2 === 0);
    }
    for (const client of clients) await client.close();
  });

  test("keeps what was served before as long as somebody needs images of it, and no longer than its time", async () => {
    const clock = new ManualClock();
    const budget = new MemoryBudget();
    await using views = runViews({ clock, budget, options: { maxReplacedMs: 1_000 } });
    const read = await openLive(views);
    const [slow, other] = [
      new Client(views, {}, { pace: "once" }),
      new Client(views, { needsPrevious: false }, { clock }),
    ];
    await rebuild(views, read);
    await views.until(() => slow.sets.length === 1 && other.sets.at(-1)?.isComplete === true);
    const { memoryBytes } = views.view.status();
    expect(budget.heldBytes).toBeGreaterThan(1.5 * memoryBytes);
    clock.advance(1_000);
    expect(slow.error).toBeUndefined();
    slow.take("once");
    expect(slow.error).toMatchObject({ code: "SUBSCRIBER_TOO_SLOW" });
    expect(budget.heldBytes).toBeLessThan(1.5 * memoryBytes);
    expect(Object.fromEntries(other.held)).toEqual(views.content());
    await other.close();
  });
});
