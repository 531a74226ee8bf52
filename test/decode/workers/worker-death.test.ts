import { describe, expect, test } from "vitest";
import type { ToWorker } from "../../../src/decode/workers/ingest-protocol.ts";
import { LogUnavailableError } from "../../../src/log/kafka/kafka-log-errors.ts";
import type { BorderThread } from "../../support/ingest-border.ts";
import { pass } from "../../support/ingest-tape.ts";
import { defineView } from "../../support/view-definitions.ts";
import { append, countUp, numbers, numbersOf, openBorder, readThroughDeaths, topic } from "./open-border.ts";

const strict = defineView({ name: "Strict", onBadRecord: "HALT", fields: { n: "Int!" } });

function opens(thread: BorderThread | undefined): ReadonlyArray<Extract<ToWorker, { readonly type: "open" }>> {
  return (thread?.received ?? []).filter((message) => message.type === "open");
}

describe("a worker that dies", () => {
  test.each(countUp(15, 1))("L3: after its message no. %i: nothing is lost, nothing comes twice", async (messages) => {
    const { log, clock, border, read } = openBorder({
      partitions: 3,
      diesAfter: (thread) => (thread === 0 ? messages : undefined),
    });
    for (const partition of [0, 1, 2]) append(log, 2500, { partition });
    const tape = read();
    await readThroughDeaths(tape, 5000, clock);
    for (const partition of [0, 1, 2]) append(log, 1500, { partition, first: 2500 });
    await readThroughDeaths(tape, 12_000, clock);
    for (const partition of [0, 1, 2]) expect(numbersOf(tape, partition)).toEqual(countUp(4000));
    tape.requireNoGaps();
    expect(border.threads).toHaveLength(2);
    expect(tape.events.filter(({ type }) => type === "opened")).toHaveLength(1);
  });

  test("L3: again and again, one message later each time, in all of three workers", async () => {
    const { log, clock, border, read } = openBorder({
      workers: 3,
      partitions: 4,
      diesAfter: (thread) => (thread < 12 ? 1 + thread : undefined),
    });
    for (const partition of [0, 1, 2, 3]) append(log, 3500, { partition });
    const tape = read();
    await readThroughDeaths(tape, 14_000, clock);
    for (const partition of [0, 1, 2, 3]) expect(numbersOf(tape, partition)).toEqual(countUp(3500));
    tape.requireNoGaps();
    expect(border.threads.length).toBeGreaterThan(6);
  });

  test("is said as a stall, with the reason; its replacement as the end of it", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 3);
    const tape = read();
    await tape.untilRows(3);
    border.threads[0]?.die("out of luck");
    const { cause } = await tape.until("stalled");
    expect(cause).toMatchObject({ code: "INGEST_WORKER_DIED", retriable: true });
    expect(cause.message).toBe(
      "ingest worker 0 died: out of luck; a new one goes on from the same positions in 100 ms",
    );
    expect(await tape.nextIfAny()).toBeUndefined();
    clock.advance(100);
    await tape.until("resumed");
    append(log, 2, { first: 3 });
    await tape.untilRows(5);
    expect(numbersOf(tape)).toEqual(countUp(5));
  });

  test("what had arrived of it is handed out before its death is told", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 2500);
    const tape = read();
    await tape.until("opened");
    await expect.poll(() => border.threads[0]?.posted.length).toBe(4); // that it is open, and three batches
    await pass(5);
    border.threads[0]?.die();
    await pass(5);
    append(log, 1, { first: 2500 });
    const { cause } = await tape.until("stalled");
    expect([cause.code, tape.rows.length]).toEqual(["INGEST_WORKER_DIED", 2500]);
    clock.advance(100);
    await tape.untilRows(2501);
    expect(opens(border.threads[1])[0]?.request.resume?.points.get(0)).toMatchObject({ offset: 2500, leaderEpoch: 0 });
  });

  test("what happened to the topic meanwhile is told as if it had been there", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 3);
    const tape = read();
    await tape.untilRows(3);
    border.threads[0]?.die();
    await tape.until("stalled");
    log.addPartitions(topic, 2);
    append(log, 2, { first: 3 });
    append(log, 2, { partition: 1 });
    clock.advance(100);
    const from = tape.events.length;
    await tape.untilRows(7);
    expect(tape.events.slice(from).map((event) => [event.type, "bounds" in event ? event.bounds : undefined])).toEqual([
      ["bounds", { partition: 0, startOffset: 0, lastStableOffset: 5, highWatermark: 5 }],
      ["partition-added", { partition: 1, startOffset: 0, lastStableOffset: 2, highWatermark: 2 }],
      ["resumed", undefined],
      ["rows", undefined],
      ["rows", undefined],
    ]);
  });

  test("a topic that was re-created meanwhile is lost", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 3);
    const tape = read();
    await tape.untilRows(3);
    border.threads[0]?.die();
    await tape.until("stalled");
    log.deleteTopic(topic);
    log.createTopic(topic, { partitions: 1 });
    append(log, 9);
    clock.advance(100);
    expect(await tape.until("lost")).toMatchObject({ reason: "RECREATED" });
    expect(await tape.next()).toBeUndefined();
  });

  test("a log that cannot be followed by the new one is what stands in the way then", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 3);
    const tape = read();
    await tape.untilRows(3);
    border.threads[0]?.die();
    await tape.until("stalled");
    log.stall(new LogUnavailableError({ reason: "unreachable", found: "nobody" }));
    clock.advance(100);
    const { cause } = await tape.until("stalled");
    log.resume();
    append(log, 1, { first: 3 });
    await tape.untilRows(4);
    expect([cause.code, cause.name]).toEqual(["LOG_UNAVAILABLE", "LogUnavailableError"]);
    expect(tape.story()).toBe("opened, rows, stalled, resumed, bounds, rows");
  });

  test("before it could say anything, is replaced and reads from the start", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 3);
    const tape = read();
    const pending = tape.until("stalled");
    border.threads[0]?.die();
    await expect.poll(() => border.threads.length).toBe(1);
    border.threads[0]?.die();
    await pending;
    clock.advance(100);
    await tape.untilRows(3);
    expect(tape.story()).toBe("stalled, resumed, opened, rows");
    expect(opens(border.threads[1])[0]?.request.resume).toBeUndefined();
  });

  test("a view that had halted stays out", async () => {
    const { log, clock, border, read } = openBorder();
    log.append(topic, [{ key: "1", value: "bad" }]);
    const tape = read([strict, numbers]);
    await tape.until("rows");
    border.threads[0]?.die();
    await tape.until("stalled");
    append(log, 2);
    clock.advance(100);
    await tape.untilRows(2);
    expect(tape.batches.filter(({ view }) => view === "Strict")).toHaveLength(1);
    expect(opens(border.threads[1])[0]?.request.definitions.map(({ name }) => name)).toEqual(["Numbers"]);
  });

  test("stalls what it reads, and nothing else", async () => {
    const { log, clock, border, read } = openBorder({ workers: 2, partitions: 2 });
    append(log, 3);
    append(log, 3, { partition: 1 });
    const tape = read();
    await tape.untilRows(6);
    border.threads[0]?.die();
    await tape.until("stalled");
    append(log, 1, { first: 3 });
    append(log, 1, { first: 3, partition: 1 });
    await tape.untilRows(7);
    expect(tape.rows.at(-1)?.partition).toBe(1);
    expect(await tape.nextIfAny()).toBeUndefined();
    clock.advance(100);
    await tape.untilRows(8);
    expect(opens(border.threads[2])).toMatchObject([{ request: { share: { index: 0, count: 2 } } }]);
    expect([...(opens(border.threads[2])[0]?.request.resume?.points.keys() ?? [])]).toEqual([0]);
    expect(opens(border.threads[1])).toHaveLength(1);
  });

  test("stalls all topics that it reads, and goes on with all of them", async () => {
    const { log, clock, border, read } = openBorder();
    const other = defineView({ name: "Other", topic: "shop.other", fields: { n: "Int!" } });
    log.createTopic("shop.other", { partitions: 1 });
    log.append("shop.other", [{ key: "1", value: '{"n":1}' }]);
    append(log, 3);
    const tapes = [read(), read([other], { topic: "shop.other" })] as const;
    await tapes[0].untilRows(3);
    await tapes[1].untilRows(1);
    border.threads[0]?.die();
    for (const tape of tapes) await tape.until("stalled");
    clock.advance(100);
    for (const tape of tapes) await tape.until("resumed");
    append(log, 1, { first: 3 });
    await tapes[0].untilRows(4);
    expect(opens(border.threads[1])).toHaveLength(2);
  });

  test("a read that begins while it is dead is stalled, and begins with the next one", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 3);
    const first = read();
    await first.untilRows(3);
    border.threads[0]?.die();
    await first.until("stalled");
    const second = read([numbers], { generation: 2 });
    expect((await second.until("stalled")).cause.code).toBe("INGEST_WORKER_DIED");
    clock.advance(100);
    await second.untilRows(3);
    expect(second.story()).toBe("stalled, resumed, opened, rows");
  });

  test("a read that ends while it is dead is not begun again", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 3);
    const [first, second] = [read(), read()];
    await first.untilRows(3);
    await second.untilRows(3);
    border.threads[0]?.die();
    await second.until("stalled");
    first.abort();
    expect(await first.nextIfAny()).toBeUndefined();
    clock.advance(100);
    await second.until("resumed");
    expect(opens(border.threads[1])).toHaveLength(1);
  });

  test("new dictionaries come with a new worker", async () => {
    const { log, clock, border, read } = openBorder();
    append(log, 3);
    const tape = read();
    await tape.untilRows(3);
    border.threads[0]?.die();
    await tape.until("stalled");
    append(log, 3, { first: 3 });
    clock.advance(100);
    await tape.untilRows(6);
    expect(new Set(tape.batches.map(({ dictionary }) => dictionary)).size).toBe(2);
    expect(tape.values().map(([, , text]) => text)).toEqual(["red", "green", "blue", "red", "green", "blue"]);
  });
});
