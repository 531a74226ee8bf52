import { describe, expect, test } from "vitest";
import { LogUnavailableError } from "../../src/log/kafka/kafka-log-errors.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { defineView } from "../support/view-definitions.ts";
import { contentOf, startViews } from "../support/view-harness.ts";

const order = defineView({ name: "Order", topic: "orders", fields: { n: "Int" } });
const record = (key: string | null, n: number | null, partition = 0) => ({
  key,
  value: n === null ? null : JSON.stringify({ n }),
  partition,
  timestamp: n ?? 0,
});

function openLog(partitions = 2) {
  const log = createMemoryLog();
  log.createTopic("orders", { partitions });
  return log;
}

describe("a view over a log", () => {
  test("V4: is complete although the last offsets hold no record, and an empty partition is complete at once", async () => {
    const log = openLog();
    log.append("orders", [record("a", 1)]);
    log.appendEmpty("orders", 0, 5);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    expect(views.view.status().partitions.map(({ position }) => position)).toEqual([6, 0]);
  });

  test("V5: answers nothing before its first complete generation", async () => {
    const log = createMemoryLog();
    await using views = startViews([order], { log });
    expect(() => views.view.reader()).toThrow(expect.objectContaining({ code: "VIEW_NOT_READY" }));
    await views.until(() => views.view.status().reason?.includes("orders") === true);
    expect(views.view.status().phase).toBe("STARTING");
    log.createTopic("orders", { partitions: 1 });
    await views.untilPhase("LIVE");
    expect(views.view.reader().size).toBe(0);
  });

  test("follows the log: updates, tombstones, null keys, a partition added later", async () => {
    const log = openLog(1);
    log.append("orders", [record("a", 1), record("b", 1)]);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    log.append("orders", [record("a", 2), record("b", null), record(null, 3)]);
    log.addPartitions("orders", 2);
    log.append("orders", [record("c", 4, 1)]);
    await views.until(() => views.view.status().recordsApplied === 6);
    expect(contentOf(views.view)).toEqual({ a: { id: "a", n: 2 }, c: { id: "c", n: 4 } });
    expect(views.view.status()).toMatchObject({
      phase: "LIVE",
      skippedNullKeys: 1,
      tombstones: 1,
      entities: 2,
      generation: 1,
    });
  });

  test("says STALE with the reason while the log cannot be followed, is still served, and recovers", async () => {
    const log = openLog();
    log.append("orders", [record("a", 1)]);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    log.stall(new LogUnavailableError({ reason: "unreachable", found: "nobody at b:1" }));
    await views.untilPhase("STALE");
    expect(views.view.reader().size).toBe(1);
    expect(views.view.status().staleSinceMs).toBeTypeOf("number");
    log.append("orders", [record("b", 2)]);
    log.resume();
    await views.untilPhase("LIVE");
    await views.until(() => views.view.reader().size === 2);
    expect(views.view.status().staleSinceMs).toBeUndefined();
  });

  test("L4: a lost log is rebuilt into a new generation; subscribers get the difference, the position has the new lineage", async () => {
    const log = openLog(1);
    log.append("orders", [record("a", 1), record("b", 1), record("c", 1)]);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    const changes = views.view.openChanges({});
    const next = changes.next();
    const { lineage } = views.view.position();
    log.deleteTopic("orders");
    log.createTopic("orders", { partitions: 1 });
    log.append("orders", [record("a", 1), record("b", 2), record("d", 1)]);
    const { value } = await next;
    expect(value?.changes.map(({ kind, key }) => [kind, key])).toEqual([
      ["UPDATE", "b"],
      ["DELETE", "c"],
      ["INSERT", "d"],
    ]);
    expect(contentOf(views.view)).toEqual({ a: { id: "a", n: 1 }, b: { id: "b", n: 2 }, d: { id: "d", n: 1 } });
    expect(views.view.position().lineage).not.toBe(lineage);
    expect(views.view.status()).toMatchObject({ phase: "LIVE", generation: 2 });
  });

  test("L4: away longer than the topic keeps tombstones, it serves the old generation as STALE until the new one is complete", async () => {
    const log = openLog(1);
    log.append("orders", [record("a", 1), record("b", 1)]);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    log.compact("orders", { dropTombstones: true });
    log.lose("orders", "RETENTION_EXCEEDED", "away for 2 days, tombstones are kept for 1");
    await views.until(() => views.view.status().generation === 2);
    expect(contentOf(views.view)).toEqual({ a: { id: "a", n: 1 }, b: { id: "b", n: 1 } });
  });

  test("quarantines what cannot be decoded, keeps the last good value, and counts", async () => {
    const log = openLog(1);
    log.append("orders", [record("a", 1), { key: "a", value: "{" }]);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    expect(contentOf(views.view)).toEqual({ a: { id: "a", n: 1 } });
    expect(views.view.quarantine.totalCount).toBe(1);
    expect(
      views.view.quarantine
        .page({ first: 10 })
        .map(({ record: { partition, offset, key } }) => [partition, offset, key]),
    ).toEqual([[0, 1, "a"]]);
  });

  test("HALT stops the view at the bad record and names it; the topic's other views go on, its subscribers are told", async () => {
    const log = openLog(1);
    const strict = defineView({ name: "Strict", topic: "orders", onBadRecord: "HALT", fields: { n: "Int" } });
    await using views = startViews([order, strict], { log });
    await views.untilPhase("LIVE");
    const [lenient, halted] = views.views;
    const subscription = halted?.openChanges({});
    const refused = expect(subscription?.next()).rejects.toMatchObject({ code: "VIEW_FAILED" });
    log.append("orders", [{ key: "x", value: "no json" }, record("b", 2)]);
    await views.untilPhase("FAILED", halted);
    await refused;
    expect(halted?.status().reason).toContain("orders/0@0");
    expect(() => halted?.reader()).toThrow(expect.objectContaining({ code: "VIEW_FAILED" }));
    await views.until(() => lenient?.reader().size === 1);
    expect(lenient?.status().phase).toBe("LIVE");
  });

  test("G1: views of one topic change in one synchronous step", async () => {
    const log = openLog(1);
    const second = defineView({ name: "Second", topic: "orders", fields: { n: "Int" } });
    await using views = startViews([order, second], { log });
    await views.untilPhase("LIVE");
    const sizes: string[] = [];
    let isOver = false;
    const watch = (async () => {
      while (!isOver) {
        sizes.push(views.views.map((view) => view.reader().size).join("="));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let at = 0; at < 50; at += 1) {
      log.append("orders", [record(`k${at}`, at)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await views.until(() => views.view.reader().size === 50);
    isOver = true;
    await watch;
    expect(sizes.filter((pair) => new Set(pair.split("=")).size > 1)).toEqual([]);
  });
});

describe("a change subscription", () => {
  test("F1: what was there when it began and its change sets give the view at every later moment", async () => {
    const log = openLog(1);
    log.append("orders", [record("a", 1)]);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    const changes = views.view.openChanges({});
    const held: Record<string, unknown> = contentOf(views.view);
    let pending = changes.next();
    for (const step of [record("b", 2), record("a", null), record("b", 3), record("a", 4)]) {
      log.append("orders", [step]);
      const { value } = await pending;
      pending = changes.next();
      const n = views.view.reader().field("n");
      for (const { key, after } of value?.changes ?? []) {
        if (after === undefined) delete held[key];
        else held[key] = { id: key, n: n(after) };
      }
      expect(held).toEqual(contentOf(views.view));
      expect(value?.position).toEqual(views.view.position());
    }
  });

  test("F2: holds at most one change for each key while nobody takes, and says how many records it stands for", async () => {
    const log = openLog(1);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    const changes = views.view.openChanges({});
    const first = changes.next();
    log.append("orders", [record("z", 0)]);
    await first;
    for (let at = 1; at <= 30; at += 1) log.append("orders", [record(`k${at % 3}`, at)]);
    await views.until(() => views.view.status().recordsApplied === 31);
    const { value } = await changes.next();
    expect(value?.changes.map(({ kind, key, mergedRecords }) => [kind, key, mergedRecords])).toEqual([
      ["INSERT", "k1", 10],
      ["INSERT", "k2", 10],
      ["INSERT", "k0", 10],
    ]);
  });

  test("F3: leaves nothing behind after return, also while next is pending", async () => {
    const log = openLog(1);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    const all = views.view.openChanges({});
    const one = views.view.openChanges({ key: "a" });
    const pending = [all.next(), one.next()];
    expect(views.view.status().subscribers).toBe(2);
    await all.return();
    await one.return();
    expect(await Promise.all(pending)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(views.view.status().subscribers).toBe(0);
    expect((await all.next()).done).toBe(true);
  });

  test("ends with SUBSCRIBER_TOO_SLOW when more keys are pending than it may have", async () => {
    const log = openLog(1);
    await using views = startViews([order], { log, options: { maxPendingKeys: 5 } });
    await views.untilPhase("LIVE");
    const changes = views.view.openChanges({});
    const first = changes.next();
    log.append("orders", [record("z", 0)]);
    await first;
    log.append(
      "orders",
      Array.from({ length: 6 }, (_, at) => record(`k${at}`, at)),
    );
    await views.until(() => views.view.status().subscribers === 0);
    await expect(changes.next()).rejects.toMatchObject({ code: "SUBSCRIBER_TOO_SLOW" });
    expect((await changes.next()).done).toBe(true);
  });

  test("T2: gives out what is pending when the views stop, then is done", async () => {
    const log = openLog(1);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    const changes = views.view.openChanges({});
    const first = changes.next();
    log.append("orders", [record("a", 1)]);
    await first;
    log.append("orders", [record("b", 2)]);
    await views.until(() => views.view.reader().size === 2);
    await views.stop();
    expect((await changes.next()).value?.changes.map(({ key }) => key)).toEqual(["b"]);
    expect((await changes.next()).done).toBe(true);
  });

  test("of one key gets the changes of that key only", async () => {
    const log = openLog(1);
    await using views = startViews([order], { log });
    await views.untilPhase("LIVE");
    const changes = views.view.openChanges({ key: "b" });
    const first = changes.next();
    log.append("orders", [record("a", 1), record("b", 2), record("c", 3)]);
    expect((await first).value?.changes.map(({ key }) => key)).toEqual(["b"]);
  });
});
