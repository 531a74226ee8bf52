import { describe, expect, test } from "vitest";
import { BufferedRecord } from "../../../src/log/buffered-record.ts";
import type { RecordBatch } from "../../../src/log/log.ts";
import type { LogTape } from "../../contract/log-tape.ts";
import { scriptedRecords } from "../../support/scripted-topic.ts";
import { openScriptedLog } from "./scripted-log.ts";

const partitions = [0, 1, 2];
const batches = 9;
const batchRecords = 100;

/** Batches of about 60 KB, of which one answer holds three of one partition: its bytes are used again, and while it is held the next partition is fetched. */
async function openLarge() {
  let answers = 0;
  const countAnswer = (): void => {
    answers += 1;
  };
  const metrics = { counter: (name: string) => (name === "log_fetch_answers" ? countAnswer : () => undefined) };
  const fetch = { maxPartitionBytes: 200_000, maxResponseBytes: 200_000 };
  const scripted = await openScriptedLog({ fetch, metrics });
  const topic = scripted.cluster.createTopic("orders", partitions.length);
  for (let batch = 0; batch < batches; batch += 1)
    for (const at of partitions) topic.partition(at).append(largeRecords(`p${at} b${batch}-`));
  return { ...scripted, topic, countAnswers: () => answers };
}

function largeRecords(prefix: string) {
  return scriptedRecords(batchRecords, prefix, 600);
}

/** All bytes of a batch's records, copied. */
function textOf({ records }: RecordBatch): string {
  return records.map(({ key, value }) => `${Buffer.from(key ?? []).toString()}=${Buffer.from(value ?? [])}`).join();
}

/** The memory that a batch's records stand in. */
function memoryOf({ records: [record] }: RecordBatch): ArrayBufferLike {
  if (!(record instanceof BufferedRecord)) throw new Error("Expected records that stand in an answer.");
  return record.buffer.bytes.buffer;
}

/** Reads all of it; `look` sees each batch before the next event is asked for. */
async function readAll(tape: LogTape, look: (batch: RecordBatch, isLast: boolean) => unknown): Promise<void> {
  const total = partitions.length * batches * batchRecords;
  while (tape.records.length < total) {
    const { batch } = await tape.until("batch");
    await look(batch, tape.records.length === total);
  }
}

describe("bytes of answers that are used again", () => {
  test("stay as they are until the next event is asked for, though the answer after it has come meanwhile", async () => {
    const { read, countAnswers } = await openLarge();
    const memories: ArrayBufferLike[] = [];
    const [atFirst, atLast]: [string[], string[]] = [[], []];
    await readAll(read("orders"), async (batch, isLast) => {
      atFirst.push(textOf(batch));
      memories.push(memoryOf(batch));
      if (!isLast) await expect.poll(countAnswers).toBeGreaterThan(memories.length);
      atLast.push(textOf(batch));
    });
    expect(atLast.map(firstsOf)).toEqual(atFirst.map(firstsOf));
    expect(atLast.join() === atFirst.join()).toBe(true);
    // Nine answers in the memory of two.
    expect([memories.length, new Set(memories).size]).toEqual([9, 2]);
  });

  test("are not kept once the read is at the end: what comes then has bytes of its own", async () => {
    const { topic, read } = await openLarge();
    const tape = read("orders");
    const memories = new Set<ArrayBufferLike>();
    await readAll(tape, (batch) => memories.add(memoryOf(batch)));
    // While the last answer is held, nothing is asked for: the log knows of no more.
    for (let batch = 0; batch < 2; batch += 1) topic.partition(0).append(largeRecords("late-"));
    const { batch } = await tape.until("batch");
    expect(memories.has(memoryOf(batch))).toBe(false);
    expect(firstsOf(textOf(batch))[0]).toBe("k0=late-0");
  });
});

/** The first of its records without what fills them up. */
function firstsOf(text: string): string[] {
  return text.split(",", 3).map((record) => record.replace(/\.+$/, ""));
}
