import { describe, expect, test } from "vitest";
import type { BufferSource } from "../../src/decode/columns/buffer-source.ts";
import type { IngestEvent } from "../../src/decode/ingest.ts";
import { createIngest, type IngestOptions } from "../../src/decode/ingest-topic.ts";
import type { Log, LogEvent } from "../../src/log/log.ts";
import { createMemoryLog, type MemoryLog } from "../../src/log/memory/memory-log.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import { readRowBatch } from "../support/row-batches.ts";
import { defineView } from "../support/view-definitions.ts";
import { makeBatch } from "./decode-records.ts";

const topic = "shop.orders";
const numbers = defineView({ name: "Numbers", fields: { n: "Int!" } });
const texts = defineView({ name: "Texts", fields: { n: "JSON" } });
const strict = defineView({ name: "Strict", onBadRecord: "HALT", fields: { n: "Int!" } });

describe("the ingest of a topic", () => {
  test("says what the log says, with batches as rows of the same records for every view", async () => {
    const { log, next } = openIngest([numbers, texts]);
    log.append(topic, [
      { key: "1", value: '{"n":1}', timestamp: 5 },
      { key: null, value: "{}" },
      { key: "2", value: '{"n":"x"}', timestamp: 6 },
    ]);
    const opened = await next();
    expect(opened.type).toBe("opened");
    const incarnation = opened.type === "opened" ? opened.incarnation : undefined;
    const rows = await nextRows(next);
    expect(rows.recordCount).toBe(3);
    expect(
      rows.batches.map((batch, at) => [
        batch.view,
        batch.nextOffset,
        readRowBatch(at === 0 ? numbers : texts, batch).map(({ key }) => key),
        batch.badRecords.length,
        batch.skippedNullKeys,
      ]),
    ).toStrictEqual([
      ["Numbers", 3, ["1"], 1, 1],
      ["Texts", 3, ["1", "2"], 0, 1],
    ]);
    expect(rows.batches.map((batch) => [batch.topic, batch.generation, batch.incarnation])).toStrictEqual([
      [topic, 4, incarnation],
      [topic, 4, incarnation],
    ]);
  });

  test("L1: moves positions by a batch without records", async () => {
    const { log, next } = openIngest([numbers]);
    log.appendEmpty(topic, 0, 3);
    await next();
    const { batches, recordCount } = await nextRows(next);
    expect([recordCount, batches.map(({ nextOffset, rowCount }) => [nextOffset, rowCount])]).toStrictEqual([
      0,
      [[3, 0]],
    ]);
  });

  test("leaves a view out after the batch that halted it", async () => {
    const { log, next } = openIngest([strict, numbers]);
    log.append(topic, [
      { key: "1", value: '{"n":1}' },
      { key: "2", value: "bad" },
    ]);
    await next();
    const first = await nextRows(next);
    log.append(topic, [{ key: "3", value: '{"n":3}' }]);
    const second = await nextRows(next);
    expect(first.batches.map(({ view, nextOffset, halted }) => [view, nextOffset, halted?.offset])).toStrictEqual([
      ["Strict", 1, 1],
      ["Numbers", 2, undefined],
    ]);
    expect(second.batches.map(({ view, nextOffset }) => [view, nextOffset])).toStrictEqual([["Numbers", 3]]);
  });

  test("takes a halted view in again when the topic is read anew", async () => {
    const log = memoryLog();
    log.append(topic, [{ key: "2", value: "bad" }]);
    const open = createIngest({ log, definitions: [strict], hashSeed: 7 });
    for (const generation of [1, 2]) {
      const { signal } = new AbortController();
      const ingest = open({ topic, isolation: "READ_COMMITTED", signal, generation });
      await ingest.next();
      const { value } = await ingest.next();
      expect(value).toMatchObject({ type: "rows", batches: [{ view: "Strict", generation, nextOffset: 0 }] });
      await ingest.return?.();
    }
  });

  test("goes on without rows when every view has halted", async () => {
    const { log, next } = openIngest([strict]);
    log.append(topic, [{ key: "2", value: "bad" }]);
    await next();
    await nextRows(next);
    log.append(topic, [{ key: "3", value: '{"n":3}' }]);
    expect(await nextRows(next)).toMatchObject({ batches: [], recordCount: 1 });
  });

  test("gives the buffers of its batches back when they are released, and only once", async () => {
    const lent = new Set<ArrayBuffer>();
    const buffers: BufferSource = {
      takeBuffer: (minBytes) => {
        const buffer = new ArrayBuffer(minBytes);
        lent.add(buffer);
        return buffer;
      },
      returnBuffer: (buffer) => {
        if (!lent.delete(buffer)) throw new Error("not lent");
      },
    };
    const { log, next } = openIngest([numbers, texts], { buffers });
    log.append(topic, [{ key: "1", value: '{"n":1}' }]);
    await next();
    const { batches, release } = await nextRows(next);
    expect([...lent]).toStrictEqual(batches.map(({ buffer }) => buffer));
    release();
    expect(lent.size).toBe(0);
    expect(release).toThrow("row batches are released twice");
  });

  test("begins new dictionaries with each read", async () => {
    const log = memoryLog();
    log.append(topic, [{ key: "2", value: '{"n":"x"}' }]);
    const open = createIngest({ log, definitions: [texts, texts], hashSeed: 7 });
    const dictionaries = new Set<string>();
    for (const generation of [1, 2]) {
      const ingest = open({ topic, isolation: "READ_COMMITTED", signal: new AbortController().signal, generation });
      const { batches } = await nextRows(async () => (await ingest.next()).value ?? fail());
      expect(batches.map(({ newTexts }) => newTexts.length)).toStrictEqual([1, 1]);
      for (const { dictionary } of batches) dictionaries.add(dictionary);
      await ingest.return?.();
    }
    expect(dictionaries.size).toBe(4);
  });

  test("is done after return, also while a next is pending", async () => {
    const { ingest, next } = openIngest([numbers]);
    await next();
    const pending = ingest.next();
    expect(await ingest.return?.()).toStrictEqual({ done: true, value: undefined });
    expect(await pending).toStrictEqual({ done: true, value: undefined });
    expect(await ingest.next()).toStrictEqual({ done: true, value: undefined });
  });

  test("is done after an abort, also while a next is pending", async () => {
    const { ingest, next, abort } = openIngest([numbers]);
    await next();
    const pending = ingest.next();
    abort();
    expect(await pending).toStrictEqual({ done: true, value: undefined });
  });

  test("gives back the log's read when a batch comes before the topic is open", async () => {
    const { log, returned } = brokenLog([{ type: "batch", batch: makeBatch([]) }]);
    const { signal } = new AbortController();
    const ingest = createIngest({ log, definitions: [numbers], hashSeed: 7 })({
      topic,
      isolation: "READ_COMMITTED",
      signal,
      generation: 1,
    });
    await expect(ingest.next()).rejects.toThrow("a batch of shop.orders came before the log said that it is open");
    expect(returned()).toBe(1);
  });
});

function fail(): never {
  throw new Error("the ingest has ended");
}

function memoryLog(): MemoryLog {
  const log = createMemoryLog();
  log.createTopic(topic, { partitions: 1 });
  return log;
}

function openIngest(definitions: readonly ViewDefinition[], options: Partial<IngestOptions> = {}) {
  const log = memoryLog();
  const controller = new AbortController();
  const ingest = createIngest({ log, definitions, hashSeed: 7, ...options })({
    topic,
    isolation: "READ_COMMITTED",
    signal: controller.signal,
    generation: 4,
  });
  const next = async (): Promise<IngestEvent> => {
    const { done, value } = await ingest.next();
    return done ? fail() : value;
  };
  return { log, ingest, next, abort: () => controller.abort() };
}

/** The next event that is of rows. */
async function nextRows(next: () => Promise<IngestEvent>) {
  for (;;) {
    const event = await next();
    if (event.type === "rows") return event;
  }
}

/** A log that breaks its contract: says these events, whatever they are. */
function brokenLog(events: readonly LogEvent[]): { readonly log: Log; readonly returned: () => number } {
  let returns = 0;
  const left = [...events];
  const reader: AsyncIterableIterator<LogEvent, undefined> = {
    [Symbol.asyncIterator]: () => reader,
    next: async () => {
      const value = left.shift();
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    return: async () => {
      returns += 1;
      return { done: true, value: undefined };
    },
  };
  return { log: { read: () => reader, close: async () => undefined }, returned: () => returns };
}
