import { describe, expect, test } from "vitest";
import { EventIterator, type EventSource } from "../../src/log/event-iterator.ts";
import type { LogEvent } from "../../src/log/log.ts";

/** A source whose pulls are answered by the test. */
class ScriptedSource implements EventSource {
  readonly pulls: Array<PromiseWithResolvers<LogEvent | undefined>> = [];
  closes = 0;

  pull(signal: AbortSignal): Promise<LogEvent | undefined> {
    const pull = Promise.withResolvers<LogEvent | undefined>();
    signal.addEventListener("abort", () => pull.resolve(undefined));
    this.pulls.push(pull);
    return pull.promise;
  }

  async close(): Promise<void> {
    this.closes += 1;
  }
}

function makeIterator() {
  const source = new ScriptedSource();
  const abort = new AbortController();
  const ended: EventIterator[] = [];
  const iterator = new EventIterator(source, abort.signal, (one) => ended.push(one));
  return { source, abort, ended, iterator };
}

/** Lets what is due happen. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("EventIterator", () => {
  test("pulls once at a time, when asked, and answers in order", async () => {
    const { source, iterator } = makeIterator();
    expect(source.pulls).toHaveLength(0);
    const results = Promise.all([iterator.next(), iterator.next()]);
    await turn();
    expect(source.pulls).toHaveLength(1);
    source.pulls[0]?.resolve({ type: "resumed" });
    await turn();
    source.pulls[1]?.resolve({ type: "lost", reason: "TRUNCATED", partition: 0, detail: "d" });
    expect((await results).map(({ value }) => value?.type)).toEqual(["resumed", "lost"]);
  });

  test("closes its source once, after the pull that runs, and says so once", async () => {
    const { source, abort, ended, iterator } = makeIterator();
    const pending = iterator.next();
    await turn();
    abort.abort();
    await Promise.all([iterator.return(), iterator.end(), iterator.return()]);
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(source.closes).toBe(1);
    expect(ended).toEqual([iterator]);
  });

  test("ends with lost", async () => {
    const { source, iterator } = makeIterator();
    const pending = iterator.next();
    await turn();
    source.pulls[0]?.resolve({ type: "lost", reason: "RECREATED", partition: undefined, detail: "d" });
    expect((await pending).done).toBe(false);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.closes).toBe(1);
  });

  test("ends with an error of its source, which the pending next gets and no later one", async () => {
    const { source, iterator } = makeIterator();
    const pending = iterator.next();
    await turn();
    source.pulls[0]?.reject(new RangeError("broken"));
    await expect(pending).rejects.toThrow("broken");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.closes).toBe(1);
  });

  test("never pulls if its signal has aborted before", async () => {
    const source = new ScriptedSource();
    const iterator = new EventIterator(source, AbortSignal.abort(), () => undefined);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.pulls).toHaveLength(0);
    expect(source.closes).toBe(1);
  });

  test("leaves no listener on its signal when it ends by itself", async () => {
    const { source, abort, iterator } = makeIterator();
    await iterator.return();
    abort.abort();
    await turn();
    expect(source.closes).toBe(1);
  });
});
