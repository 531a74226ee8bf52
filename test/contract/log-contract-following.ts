import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { ContractContext } from "./contract-context.ts";
import { json, sampleRecords } from "./log-contract-records.ts";

/** What happens while a read goes on: new records, partitions and topics, and what stands in the way. */
export function contractOfFollowing({ fixture, newTopic, read, testWith }: ContractContext): void {
  test("records that are appended while reading arrive, into an empty topic too", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    const tape = read(topic);
    await tape.until("opened");
    const pending = tape.untilRecords(3);
    await fixture().append(topic, sampleRecords(3, "a"));
    await pending;
    await fixture().append(topic, sampleRecords(2, "b"));
    await tape.untilRecords(5);
    expect(tape.values()).toEqual([...sampleRecords(3, "a"), ...sampleRecords(2, "b")].map(({ value }) => value));
  });

  test("bounds that were said never lie below the position that was reached", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    const tape = read(topic);
    await tape.until("opened");
    for (const round of [1, 2, 3]) {
      await fixture().append(topic, sampleRecords(4, `r${round}-`));
      await tape.untilRecords(4 * round);
    }
    let highWatermark = 0;
    for (const event of tape.events) {
      if (event.type === "opened") highWatermark = event.partitions[0]?.highWatermark ?? -1;
      if (event.type === "bounds") highWatermark = event.bounds.highWatermark;
      if (event.type === "batch") expect(event.batch.nextOffset).toBeLessThanOrEqual(highWatermark);
    }
  });

  test("a missing topic is a stall, and is read from its start once it appears", async () => {
    const topic = newTopic();
    const tape = read(topic);
    const { cause } = await tape.until("stalled");
    expect(cause.code).toBe("TOPIC_MISSING");
    expect(cause.message).toContain(topic);
    const pending = tape.untilRecords(2);
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(2, "a"));
    await pending;
    const said = tape.events.map(({ type }) => type).filter((type) => type !== "bounds");
    expect(said.slice(0, 3)).toEqual(["stalled", "resumed", "opened"]);
    expect(tape.values()).toEqual(sampleRecords(2, "a").map(({ value }) => value));
  });

  test("a partition that is added later is said and read from its start", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(2, "a"));
    const tape = read(topic);
    await tape.untilRecords(2);
    const pending = tape.until("partition-added");
    await fixture().addPartitions(topic, 2);
    await fixture().append(topic, sampleRecords(3, "b", 1));
    const { bounds } = await pending;
    await tape.untilRecords(5);
    expect(bounds.partition).toBe(1);
    expect(tape.batches.find(({ partition }) => partition === 1)?.fromOffset).toBe(bounds.startOffset);
    expect(tape.values(1)).toEqual(sampleRecords(3, "b").map(({ value }) => value));
  });

  test("two readers of one topic are independent", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(1500, "a"));
    const slow = read(topic);
    await slow.untilRecords(1);
    const fast = read(topic);
    await fast.untilRecords(1500);
    fast.abort();
    expect((await fast.iterator.next()).done).toBe(true);
    await slow.untilRecords(1500);
    expect(slow.values()).toEqual(fast.values());
  });

  testWith("moveLogStart", "a log start that moves is said, although nothing is appended", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(6, "a"));
    const tape = read(topic);
    await tape.untilRecords(6);
    const pending = tape.untilThat(
      "newer bounds",
      (event) => event.type === "bounds" && event.bounds.startOffset === 4,
    );
    await fixture().moveLogStart?.(topic, 0, 4);
    await pending;
  });

  testWith(
    "deleteCleanup",
    "whether the log drops records at its start is said, and once more when it changes",
    async () => {
      const topic = newTopic();
      await fixture().createTopic(topic, 2);
      await fixture().setDeleteCleanup?.(topic, true);
      const tape = read(topic);
      expect((await tape.until("opened")).hasDeleteCleanup).toBe(true);
      const pending = tape.until("cleanup-changed");
      await fixture().setDeleteCleanup?.(topic, false);
      expect((await pending).hasDeleteCleanup).toBe(false);
      expect((await read(topic).until("opened")).hasDeleteCleanup).toBe(false);
    },
  );

  testWith("stall", "a stall is said once, and what was appended meanwhile arrives after it", async () => {
    const topic = newTopic();
    await fixture().createTopic(topic, 1);
    await fixture().append(topic, sampleRecords(2, "a"));
    const tape = read(topic);
    await tape.untilRecords(2);
    const code = await fixture().stall?.();
    const { cause } = await tape.until("stalled");
    expect(cause.code).toBe(code);
    const pending = tape.until("resumed");
    await fixture().resume?.();
    await pending;
    await fixture().append(topic, sampleRecords(2, "b"));
    await tape.untilRecords(4);
    expect(tape.events.filter(({ type }) => type === "resumed")).toHaveLength(1);
    expect(tape.values()).toEqual([...sampleRecords(2, "a"), ...sampleRecords(2, "b")].map(({ value }) => value));
  });

  test("a consumer that stops pulling does not make memory grow with the log", async () => {
    const topic = newTopic();
    const value = json("x".repeat(64 * 1024));
    const appendedBytes = 800 * value.length;
    await fixture().createTopic(topic, 1);
    for (let round = 0; round < 40; round += 1) {
      await fixture().append(
        topic,
        Array.from({ length: 20 }, (_, at) => ({ key: `${round}-${at}`, value })),
      );
    }
    const slow = read(topic);
    await slow.untilRecords(1);
    const before = bytesOutsideTheHeap();
    await countRecords(read(topic).iterator, 800);
    await countRecords(read(topic).iterator, 800);
    expect(bytesOutsideTheHeap() - before).toBeLessThan(appendedBytes / 2);
  });
}

/** Reads on without keeping anything. */
async function countRecords(iterator: ReturnType<ContractContext["read"]>["iterator"], count: number): Promise<void> {
  for (let seen = 0; seen < count; ) {
    const { value } = await iterator.next();
    if (value?.type === "batch") seen += value.batch.records.length;
  }
}

/** Bytes of array buffers that are still referenced. */
function bytesOutsideTheHeap(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().arrayBuffers;
}
