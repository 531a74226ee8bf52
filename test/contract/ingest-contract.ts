import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IngestRequest } from "../../src/decode/ingest.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import { IngestTape } from "../support/ingest-tape.ts";
import { defineView } from "../support/view-definitions.ts";
import type { IngestFixture, IngestRecord } from "./ingest-fixture.ts";

const numbers = defineView({ name: "Numbers", fields: { n: "Int!" } });
const texts = defineView({ name: "Texts", fields: { n: "JSON" } });
const strict = defineView({ name: "Strict", onBadRecord: "HALT", fields: { n: "Int!" } });
const done = { done: true, value: undefined };

/** `count` records of one partition; `n` counts up from `first`. */
function records(count: number, first = 0, partition = 0): readonly IngestRecord[] {
  return Array.from({ length: count }, (_, at) => ({ key: `k${at % 7}`, value: { n: first + at }, partition }));
}

function numbersOf(tape: IngestTape, view: string, partition?: number): readonly unknown[] {
  return tape.values(view, partition).map(([, n]) => n);
}

const countUp = (count: number, first = 0) => Array.from({ length: count }, (_, at) => first + at);

/** The contract of `IngestService`, as tests: the same on whatever thread the log is read. */
export function describeIngestContract(name: string, openFixture: () => Promise<IngestFixture>): void {
  describe(`${name} as an ingest`, () => {
    let fixture: IngestFixture;
    let tapes: IngestTape[] = [];

    beforeEach(async () => {
      fixture = await openFixture();
    });

    afterEach(async () => {
      for (const tape of tapes) tape.abort();
      tapes = [];
      await fixture.close();
    });

    const newTopic = () => `contract.${crypto.randomUUID()}`;
    const newTopicWith = async (content: readonly IngestRecord[], partitions = 1) => {
      const topic = newTopic();
      await fixture.createTopic(topic, partitions);
      await fixture.append(topic, content);
      return topic;
    };
    const read = (topic: string, definitions: readonly ViewDefinition[], request: Partial<IngestRequest> = {}) => {
      const tape = new IngestTape(fixture.service.ofTopic(definitions), definitions, { ...request, topic });
      tapes.push(tape);
      return tape;
    };

    test("says that the topic is open, then rows of the same records for every view", async () => {
      const topic = await newTopicWith([
        { key: "1", value: { n: 1 } },
        { key: null, value: {} },
        { key: "2", value: { n: "x" } },
      ]);
      const tape = read(topic, [numbers, texts], { generation: 4 });
      const { incarnation } = await tape.until("opened");
      const { batches, recordCount } = await tape.until("rows");
      expect([tape.events[0]?.type, recordCount]).toEqual(["opened", 3]);
      expect(
        batches.map((batch) => [batch.view, batch.nextOffset, batch.badRecords.length, batch.skippedNullKeys]),
      ).toEqual([
        ["Numbers", 3, 1, 1],
        ["Texts", 3, 0, 1],
      ]);
      expect(batches.map((batch) => [batch.topic, batch.generation, batch.incarnation])).toEqual([
        [topic, 4, incarnation],
        [topic, 4, incarnation],
      ]);
      expect(tape.values()).toEqual([
        ["1", 1],
        ["1", { json: 1 }],
        ["2", { json: "x" }],
      ]);
    });

    test("V1: gives all rows of each partition in order, and follows what is appended", async () => {
      const topic = await newTopicWith(
        [...records(2500), ...records(1200, 0, 1), ...records(700, 0, 2), ...records(1, 0, 3)],
        4,
      );
      const tape = read(topic, [numbers, texts]);
      await tape.untilRows(2 * 4401);
      await fixture.append(topic, [...records(3, 2500), ...records(3, 700, 2)]);
      await tape.untilRows(2 * 4407);
      for (const view of ["Numbers", "Texts"]) expect(numbersOf(tape, view)).toHaveLength(4407);
      for (const [partition, count] of [2503, 1200, 703, 1].entries())
        expect(numbersOf(tape, "Numbers", partition)).toEqual(countUp(count));
      tape.requireNoGaps();
    });

    test("says the bounds of all partitions when it opens, and of those that are added later", async () => {
      const topic = await newTopicWith([...records(5), ...records(3, 0, 1)], 2);
      const tape = read(topic, [numbers]);
      const { partitions } = await tape.until("opened");
      expect(partitions.map(({ partition, highWatermark }) => [partition, highWatermark])).toEqual([
        [0, 5],
        [1, 3],
      ]);
      await tape.untilRows(8);
      await fixture.addPartitions(topic, 3);
      await fixture.append(topic, records(2, 0, 2));
      const { bounds } = await tape.until("partition-added");
      await tape.untilRows(10);
      expect(bounds.partition).toBe(2);
      expect(numbersOf(tape, "Numbers", 2)).toEqual([0, 1]);
    });

    test("leaves a view out after the batch that halted it, in all partitions", async () => {
      const topic = await newTopicWith([
        { key: "1", value: { n: 1 } },
        { key: "2", value: "bad" },
      ]);
      const tape = read(topic, [strict, numbers]);
      const first = await tape.until("rows");
      expect(first.batches.map(({ view, nextOffset, halted }) => [view, nextOffset, halted?.offset])).toEqual([
        ["Strict", 1, 1],
        ["Numbers", 2, undefined],
      ]);
      await fixture.addPartitions(topic, 3);
      await fixture.append(topic, [...records(2, 5), ...records(2, 7, 1), ...records(2, 9, 2)]);
      await tape.untilRows(8);
      expect(numbersOf(tape, "Numbers").toSorted()).toEqual([1, 10, 5, 6, 7, 8, 9]);
      expect(numbersOf(tape, "Strict")).toEqual([1]);
    });

    test("goes on without rows when every view has halted, and has it again when the topic is read anew", async () => {
      const topic = await newTopicWith([{ key: "2", value: "bad" }]);
      const tape = read(topic, [strict]);
      await tape.until("rows");
      await fixture.append(topic, records(3));
      expect(await tape.until("rows")).toMatchObject({ batches: [], recordCount: 3 });
      const again = read(topic, [strict], { generation: 2 });
      expect(await again.until("rows")).toMatchObject({ batches: [{ view: "Strict", generation: 2, nextOffset: 0 }] });
    });

    test("a missing topic is a stall, and is read from its start once it appears", async () => {
      const topic = newTopic();
      const tape = read(topic, [numbers]);
      const { cause } = await tape.until("stalled");
      await fixture.createTopic(topic, 1);
      await fixture.append(topic, records(2));
      await tape.untilRows(2);
      expect([cause.code, cause.name]).toEqual(["TOPIC_MISSING", "TopicMissingError"]);
      expect(cause.message).toContain(topic);
      expect(tape.events.filter(({ type }) => type === "stalled" || type === "resumed")).toHaveLength(2);
    });

    test("a topic that is re-created is lost, and nothing comes after that", async () => {
      const topic = await newTopicWith(records(3));
      const tape = read(topic, [numbers]);
      await tape.untilRows(3);
      await fixture.recreateTopic(topic, 1);
      await fixture.append(topic, records(5, 100));
      expect(await tape.until("lost")).toMatchObject({ reason: "RECREATED" });
      expect(await tape.read.next()).toEqual(done);
      const again = read(topic, [numbers]);
      await again.untilRows(5);
      expect(numbersOf(again, "Numbers")).toEqual(countUp(5, 100));
    });

    test("goes on from points, and from the start of partitions that have none", async () => {
      const topic = await newTopicWith([...records(20), ...records(3, 0, 1)], 2);
      const first = read(topic, [numbers]);
      await first.untilRows(23);
      const { incarnation } = await read(topic, [numbers]).until("opened");
      const points = new Map([[0, { offset: 18, leaderEpoch: -1 }]]);
      const second = read(topic, [numbers], { resume: { incarnation, points } });
      await second.untilRows(5);
      expect(numbersOf(second, "Numbers", 0)).toEqual([18, 19]);
      expect(numbersOf(second, "Numbers", 1)).toEqual([0, 1, 2]);
      const other = read(topic, [numbers], { resume: { incarnation: "another", points } });
      expect(await other.until("lost")).toMatchObject({ reason: "RECREATED" });
    });

    test("begins new dictionaries with each read", async () => {
      const topic = await newTopicWith([{ key: "1", value: { n: "x" } }]);
      const tapes = [read(topic, [texts]), read(topic, [texts])];
      for (const tape of tapes) await tape.untilRows(1);
      expect(new Set(tapes.flatMap(({ batches }) => batches.map(({ dictionary }) => dictionary))).size).toBe(2);
    });

    test("batches are released once", async () => {
      const topic = await newTopicWith(records(1));
      const { release } = await read(topic, [numbers]).until("rows"); // the tape has released them
      expect(release).toThrow("row batches are released twice");
    });

    test("batches that nobody releases keep nothing back", async () => {
      const topic = await newTopicWith(records(5000));
      const ingest = fixture.service.ofTopic([numbers])({
        topic,
        isolation: "READ_COMMITTED",
        generation: 1,
        signal: new AbortController().signal,
      });
      let rows = 0;
      for await (const event of ingest) {
        if (event.type === "rows") rows += event.recordCount;
        if (rows === 5000) break;
      }
      expect(rows).toBe(5000);
    });

    test("answers calls of next in their order", async () => {
      const tape = read(await newTopicWith(records(1)), [numbers]);
      const [first, second] = await Promise.all([tape.read.next(), tape.read.next()]);
      expect(first.value?.type).toBe("opened");
      expect(second.value?.type).toMatch(/^(bounds|rows)$/);
    });

    for (const [how, end] of [
      ["return", (tape: IngestTape) => tape.read.return?.()],
      ["an abort", async (tape: IngestTape) => tape.abort()],
      ["close", () => fixture.service.close()],
    ] as const) {
      test(`${how} ends a pending next, and every later one, and leaves a new read as it was`, async () => {
        const topic = await newTopicWith(records(2));
        const tape = read(topic, [numbers]);
        await tape.untilRows(2);
        const pending = tape.read.next();
        await end(tape);
        expect(await pending).toEqual(done);
        expect(await tape.read.next()).toEqual(done);
        const again = read(topic, [numbers]);
        if (how === "close") expect(await again.read.next()).toEqual(done);
        else await again.untilRows(2);
      });

      test(`${how} before the first next ends the read without an event`, async () => {
        const tape = read(await newTopicWith(records(2)), [numbers]);
        await end(tape);
        expect(await tape.read.next()).toEqual(done);
      });
    }

    test("close may be called again, and ends the wait for a missing topic", async () => {
      const tape = read(newTopic(), [numbers]);
      await tape.until("stalled");
      const pending = tape.read.next();
      await Promise.all([fixture.service.close(), fixture.service.close()]);
      expect(await pending).toEqual(done);
      await fixture.service.close();
    });
  });
}
