import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createEmbeddedLog } from "../../../src/log/embedded/embedded-log.ts";
import type { LogTape } from "../../contract/log-tape.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { LogDirectory } from "./log-directory.ts";

/** A record as a reader shall see it; `isBad` if the line is none. */
interface Expected {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly isBad: boolean;
}

const partition = fc.nat(3);
const value = fc.oneof(
  fc.jsonValue({ stringUnit: "grapheme" }),
  fc.string({ unit: "grapheme", maxLength: 3 }).map((text) => text.repeat(100_000)), // may be longer than a chunk
);
const key = fc.option(fc.string());
const line = fc
  .oneof(
    fc.record({ key, value, partition }, { requiredKeys: ["key", "value"] }),
    fc.record({ key, payload: fc.option(fc.json()), partition, offset: fc.nat(60) }),
  )
  .map((record) => JSON.stringify(record));
const anyLine = fc.oneof({ arbitrary: line, weight: 8 }, fc.constantFrom("", " ", "bad", '{"key":"1"}', "[]", '{"a"'));

/** The paragraph of the manual, as directly as possible. */
function expectedRecords(text: string): readonly Expected[] {
  const next = new Map<number, number>();
  const take = (at: number, offset = next.get(at) ?? 0) => {
    next.set(at, offset + 1);
    return offset;
  };
  const bad = (raw: string): Expected => ({ partition: 0, offset: take(0), key: null, value: raw, isBad: true });
  return text
    .split("\n")
    .slice(0, -1)
    .filter((raw) => raw.trim() !== "")
    .map((raw): Expected => {
      const { key: id, value: content, payload, partition: at = 0, offset } = parsed(raw);
      if (id === undefined || (content === undefined && payload === undefined)) return bad(raw);
      if (content !== undefined) {
        return {
          partition: at,
          offset: take(at),
          key: id,
          value: content === null ? null : JSON.stringify(content),
          isBad: false,
        };
      }
      if (offset < (next.get(at) ?? 0)) return bad(raw);
      return { partition: at, offset: take(at, offset), key: id, value: payload, isBad: false };
    });
}

function parsed(raw: string) {
  try {
    return JSON.parse(raw);
  } catch {
    return {};
  }
}

test("V1: whatever lines are written, in whatever pieces, and wherever a reader goes on, each record is read once in its order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyLine, { maxLength: 40 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (lines, cuts, share) => {
        const text = lines.map((one) => `${one}\n`).join("");
        const expected = expectedRecords(text);
        await inDirectory(async (directory) => {
          const tape = directory.read();
          const reading = tape.untilRecords(expected.length);
          for (const piece of cutUp(Buffer.from(text), cuts)) await directory.append(piece);
          await reading;
          expect(byPartition(recordsOf(tape))).toEqual(byPartition(expected));

          const counted = Math.floor(share * expected.length);
          const positions = new Map(expected.slice(0, counted).map((record) => [record.partition, record.offset + 1]));
          const rest = expected.filter((record) => record.offset >= (positions.get(record.partition) ?? 0));
          const resumed = directory.read({ resume: { incarnation: await incarnationOf(tape), positions } });
          await resumed.untilRecords(rest.length);
          expect(byPartition(recordsOf(resumed))).toEqual(byPartition(rest));
        });
      },
    ),
    { numRuns: 50 },
  );
}, 60_000);

/** A property runs many times within one test, so it cleans up itself. */
async function inDirectory(run: (directory: LogDirectory) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), "tailwater-model-"));
  const log = createEmbeddedLog({ directory: path, clock: new ManualClock() });
  try {
    const directory = new LogDirectory(path, log);
    await directory.write("");
    await run(directory);
  } finally {
    await log.close();
    await rm(path, { recursive: true });
  }
}

async function incarnationOf(tape: LogTape): Promise<string> {
  if (tape.events.length === 0) await tape.until("opened");
  return tape.opened.incarnation;
}

function cutUp(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end));
}

function recordsOf(tape: LogTape): readonly Expected[] {
  return tape.batches.flatMap((batch) =>
    batch.records.map(({ offset, key: id, value: content, malformed }) => ({
      partition: batch.partition,
      offset,
      key: id === null ? null : Buffer.from(id).toString(),
      value: content === null ? null : Buffer.from(content).toString(),
      isBad: malformed !== undefined,
    })),
  );
}

function byPartition(records: readonly Expected[]): ReadonlyMap<number, readonly Expected[]> {
  return Map.groupBy(
    records.toSorted((a, b) => a.partition - b.partition),
    ({ partition: at }) => at,
  );
}
