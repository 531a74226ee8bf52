import { describe, expect, test } from "vitest";
import type { FromWorker, ToWorker } from "../../../src/decode/workers/ingest-protocol.ts";
import type { BorderThread } from "../../support/ingest-border.ts";
import { type IngestTape, pass } from "../../support/ingest-tape.ts";
import { append, countUp, numbersOf, openBorder, topic } from "./open-border.ts";

/** Bytes of rows that the thread has posted of each read, and the greatest of one event. */
function postedBytes({ posted }: BorderThread): {
  readonly ofRead: ReadonlyMap<number, number>;
  readonly most: number;
} {
  const ofRead = new Map<number, number>();
  let most = 0;
  for (const message of posted) {
    if (message.type !== "events") continue;
    for (const event of message.events) {
      if (event.type !== "rows") continue;
      most = Math.max(most, event.bytes);
      ofRead.set(message.read, (ofRead.get(message.read) ?? 0) + event.bytes);
    }
  }
  return { ofRead, most };
}

function returned({ received }: BorderThread): { takenBytes: number; buffers: number } {
  const returns = received.filter(
    (message): message is Extract<ToWorker, { type: "return" }> => message.type === "return",
  );
  return {
    takenBytes: returns.reduce((sum, message) => sum + message.takenBytes, 0),
    buffers: returns.reduce((sum, message) => sum + message.buffers.length, 0),
  };
}

/** Until the worker has said nothing for some turns of the event loop. */
async function untilQuiet({ posted }: BorderThread): Promise<void> {
  for (let before = -1; before !== posted.length; ) {
    before = posted.length;
    await pass(20);
  }
}

/** Pulls one event, so that the read begins. */
async function begin(tape: IngestTape): Promise<void> {
  await tape.until("opened");
}

function firstThread(threads: readonly BorderThread[]): BorderThread {
  const [thread] = threads;
  if (thread === undefined) throw new Error("no worker has begun");
  return thread;
}

describe("what is in flight", () => {
  test("is bounded by bytes while nobody takes it, and goes on when somebody does", async () => {
    const maxBytesInFlight = 300_000;
    const { log, border, read } = openBorder({ maxBytesInFlight });
    append(log, 30_000);
    const tape = read();
    await begin(tape);
    const thread = firstThread(border.threads);
    await untilQuiet(thread);
    const { ofRead, most } = postedBytes(thread);
    const [inFlight = 0] = ofRead.values();
    expect(inFlight).toBeGreaterThanOrEqual(maxBytesInFlight);
    expect(inFlight).toBeLessThan(maxBytesInFlight + most);
    await tape.untilRows(30_000);
    expect(numbersOf(tape)).toEqual(countUp(30_000));
  });

  test("a batch that is larger than the bound goes all the same, alone", async () => {
    const { log, border, read } = openBorder({ maxBytesInFlight: 1 });
    append(log, 3_000);
    const tape = read();
    await begin(tape);
    const thread = firstThread(border.threads);
    await untilQuiet(thread);
    expect(thread.posted.flatMap((message) => (message.type === "events" ? message.events : []))).toMatchObject([
      { type: "opened" },
      { type: "rows", recordCount: 1000 },
    ]);
    await tape.untilRows(3_000);
    expect(numbersOf(tape)).toEqual(countUp(3_000));
  });

  test("is shared equally by the reads of a worker: one that nobody takes from does not keep another back", async () => {
    const maxBytesInFlight = 400_000;
    const { log, border, read } = openBorder({ maxBytesInFlight });
    append(log, 20_000);
    const [idle, busy] = [read(), read()];
    await Promise.all([begin(idle), begin(busy)]);
    const thread = firstThread(border.threads);
    await busy.untilRows(20_000);
    await untilQuiet(thread);
    const { ofRead, most } = postedBytes(thread);
    expect(numbersOf(busy)).toEqual(countUp(20_000));
    expect(ofRead.get(1) ?? 0).toBeLessThan(maxBytesInFlight / 2 + most);
  });

  test("the share of a read that ends is the others'", async () => {
    const maxBytesInFlight = 400_000;
    const { log, border, read } = openBorder({ maxBytesInFlight });
    append(log, 20_000);
    const [first, second] = [read(), read()];
    await Promise.all([begin(first), begin(second)]);
    const thread = firstThread(border.threads);
    await untilQuiet(thread);
    const before = postedBytes(thread).ofRead.get(2) ?? 0;
    first.abort();
    await first.next();
    await expect.poll(() => postedBytes(thread).ofRead.get(2) ?? 0).toBeGreaterThan(before);
    await untilQuiet(thread);
    expect(postedBytes(thread).ofRead.get(2)).toBeGreaterThanOrEqual(maxBytesInFlight);
  });

  test("all that is taken is told, and all buffers come back", async () => {
    const { log, border, read } = openBorder();
    append(log, 12_000);
    const tape = read();
    await tape.untilRows(12_000);
    expect(await tape.nextIfAny()).toBeUndefined();
    const thread = firstThread(border.threads);
    const [posted] = postedBytes(thread).ofRead.values();
    expect(returned(thread)).toEqual({ takenBytes: posted, buffers: 12 });
  });

  test("what a dead worker had in flight is not counted for the next one", async () => {
    const maxBytesInFlight = 300_000;
    const { log, clock, border, read } = openBorder({ maxBytesInFlight });
    append(log, 30_000);
    const tape = read();
    await begin(tape);
    await untilQuiet(firstThread(border.threads));
    border.threads[0]?.die();
    await expect.poll(() => clock.pendingTimers).toBe(1);
    clock.advance(100);
    const second = border.threads[1];
    if (second === undefined) throw new Error("it was not replaced");
    await untilQuiet(second);
    await tape.until("stalled");
    await pass(20);
    expect(returned(second).takenBytes).toBe(0);
    await tape.untilRows(30_000);
    expect(numbersOf(tape)).toEqual(countUp(30_000));
  });

  test("events that are there at once go in one message, up to its bounds", async () => {
    const { log, border, read } = openBorder({ partitions: 40 });
    append(log, 5);
    const tape = read();
    await tape.untilRows(5);
    const sizes = firstThread(border.threads).posted.flatMap((message: FromWorker) =>
      message.type === "events" ? [message.events.length] : [],
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
    expect(tape.events.map(({ type }) => type)).toEqual(["opened", "rows"]);
  });

  test("nothing of a read that was ended arrives", async () => {
    const { log, border, read } = openBorder();
    append(log, 20_000);
    const tape = read();
    await begin(tape);
    tape.abort();
    expect(await tape.next()).toBeUndefined();
    const thread = firstThread(border.threads);
    await untilQuiet(thread);
    const messages = thread.posted.length;
    log.append(topic, [{ key: "1", value: '{"n":1}' }]);
    await untilQuiet(thread);
    expect(thread.posted).toHaveLength(messages);
  });
});
