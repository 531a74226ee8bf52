import { expect, test } from "vitest";
import type { ContractContext } from "./contract-context.ts";
import { sampleRecords } from "./log-contract-records.ts";

const done = { done: true, value: undefined };

/** How a read ends. */
export function contractOfEnding({ fixture, newTopic, read }: ContractContext): void {
  /** A read of an idle topic that has said all there is; its `next()` is pending. */
  const startPending = async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(2, "a"));
    const tape = read(topic);
    await tape.untilRecords(2);
    return { tape, topic, pending: endOf(tape.iterator) };
  };

  test("an abort ends a pending next, and every later one", async () => {
    const { tape, pending } = await startPending();
    tape.abort();
    expect(await pending).toEqual(done);
    expect(await tape.iterator.next()).toEqual(done);
  });

  test("return ends a pending next, and every later one", async () => {
    const { tape, pending } = await startPending();
    expect(await tape.iterator.return?.()).toEqual(done);
    expect(await pending).toEqual(done);
    expect(await tape.iterator.next()).toEqual(done);
    expect(await tape.iterator.return?.()).toEqual(done);
  });

  test("an abort before the first next ends the read without an event", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    const tape = read(topic);
    tape.abort();
    expect(await tape.iterator.next()).toEqual(done);
  });

  test("return before the first next ends the read without an event", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    const tape = read(topic);
    expect(await tape.iterator.return?.()).toEqual(done);
    expect(await tape.iterator.next()).toEqual(done);
  });

  test("an abort ends the wait for a missing topic", async () => {
    const tape = read(newTopic());
    await tape.until("stalled");
    const pending = endOf(tape.iterator);
    tape.abort();
    expect(await pending).toEqual(done);
  });

  test("leaving a for-await loop ends the read", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    const tape = read(topic);
    for await (const event of tape.iterator) {
      if (event.type === "opened") break;
    }
    expect(await tape.iterator.next()).toEqual(done);
  });

  test("answers calls of next in their order", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(1, "a"));
    const tape = read(topic);
    const [first, second] = await Promise.all([tape.iterator.next(), tape.iterator.next()]);
    expect(first.value?.type).toBe("opened");
    expect(second.value?.type).toMatch(/^(bounds|batch)$/);
  });

  test("a read that has ended leaves the others and its log as they were", async () => {
    const { tape, topic } = await startPending();
    tape.abort();
    const again = read(topic);
    await again.untilRecords(2);
    expect(again.opened.incarnation).toBe(tape.opened.incarnation);
  });

  test("close ends every read, pending or not, may be called again, and reads after it are done at once", async () => {
    const { pending, topic } = await startPending();
    const idle = read(topic);
    const unborn = read(newTopic());
    await unborn.until("stalled");
    const waiting = endOf(unborn.iterator);
    await Promise.all([fixture().log.close(), fixture().log.close()]);
    expect(await pending).toEqual(done);
    expect(await waiting).toEqual(done);
    expect(await idle.iterator.next()).toEqual(done);
    expect(await read(topic).iterator.next()).toEqual(done);
    await fixture().log.close();
  });
}

/** Reads on until the read ends; events on the way are news of bounds at most. */
async function endOf(iterator: ReturnType<ContractContext["read"]>["iterator"]): Promise<unknown> {
  for (;;) {
    const result = await iterator.next();
    if (result.done) return result;
    expect(result.value.type).toBe("bounds");
  }
}
