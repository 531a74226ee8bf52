import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBatches } from "../../src/log/kafka/records/decode-batches.ts";
import { encodeControlBatch, encodeRecordBatch } from "../support/record-batch-encoder.ts";

const codecs = ["none", "gzip", "snappy", "xerial", "lz4", "zstd"] as const;

/** What one of three producers does next; `kept` tells which records compaction has left. */
const step = fc.record({
  producer: fc.integer({ min: 0, max: 2 }),
  act: fc.constantFrom("write", "write", "write", "commit", "abort", "plain"),
  kept: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
  hole: fc.integer({ min: 0, max: 2 }),
  codec: fc.constantFrom(...codecs),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface WrittenRecord {
  readonly offset: number;
  state: "plain" | "open" | "committed" | "aborted";
}

interface WrittenLog {
  readonly batches: Array<{ readonly bytes: Buffer; readonly lastOffset: number }>;
  readonly records: WrittenRecord[];
  readonly aborted: Array<{ readonly producerId: bigint; readonly firstOffset: number; readonly lastOffset: number }>;
  end: number;
}

/** The log that a broker would hold after these steps, with every open transaction aborted at the end. */
function write(steps: readonly Step[]): WrittenLog {
  const log: WrittenLog = { batches: [], records: [], aborted: [], end: 0 };
  const open = new Map<number, { readonly firstOffset: number; readonly records: WrittenRecord[] }>();
  for (const { producer, act, kept, hole, codec } of steps) {
    log.end += hole;
    if (act === "commit" || act === "abort") endTransaction(log, open, producer, act);
    else {
      const baseOffset = log.end;
      const records = kept.flatMap((isKept, offsetDelta) => (isKept ? [{ offsetDelta, key: new Uint8Array(4) }] : []));
      const isTransactional = act === "write";
      const found = records.map(({ offsetDelta }) => ({
        offset: baseOffset + offsetDelta,
        state: isTransactional ? ("open" as const) : ("plain" as const),
      }));
      log.records.push(...found);
      if (isTransactional) {
        const transaction = open.get(producer) ?? { firstOffset: baseOffset, records: [] };
        transaction.records.push(...found);
        open.set(producer, transaction);
      }
      // A plain batch of a producer that is inside a transaction comes from another producer.
      const producerId = isTransactional ? producer : producer + 10;
      const lastOffsetDelta = kept.length - 1;
      const bytes = encodeRecordBatch({ baseOffset, producerId, isTransactional, records, lastOffsetDelta, codec });
      log.end = baseOffset + kept.length;
      log.batches.push({ bytes, lastOffset: log.end - 1 });
    }
  }
  for (const producer of [...open.keys()]) endTransaction(log, open, producer, "abort");
  return log;
}

function endTransaction(
  log: WrittenLog,
  open: Map<number, { readonly firstOffset: number; readonly records: WrittenRecord[] }>,
  producerId: number,
  type: "commit" | "abort",
): void {
  const transaction = open.get(producerId);
  if (transaction === undefined) return;
  open.delete(producerId);
  const baseOffset = log.end;
  for (const record of transaction.records) record.state = type === "abort" ? "aborted" : "committed";
  log.batches.push({ bytes: encodeControlBatch({ baseOffset, producerId, type }), lastOffset: baseOffset });
  if (type === "abort") {
    log.aborted.push({ producerId: BigInt(producerId), firstOffset: transaction.firstOffset, lastOffset: baseOffset });
  }
  log.end += 1;
}

describe("batches of any transactional, compacted log, read from any position", () => {
  const logs = fc.array(step, { minLength: 1, maxLength: 40 }).map(write);
  const anywhere = fc.double({ min: 0, max: 1, noNaN: true });

  function readFrom(log: WrittenLog, position: number, isolation: "READ_COMMITTED" | "READ_UNCOMMITTED", cut = 0) {
    const sent = Buffer.concat(
      log.batches.filter(({ lastOffset }) => lastOffset >= position).map(({ bytes }) => bytes),
    );
    const records = sent.subarray(0, sent.length - Math.floor(cut * sent.length));
    const abortedTransactions = log.aborted.filter(({ lastOffset }) => lastOffset >= position);
    return [...decodeBatches({ topic: "t", partition: 0, records, position, isolation, abortedTransactions })];
  }

  test("L2: give exactly the records that are plain or committed", () => {
    fc.assert(
      fc.property(logs, anywhere, (log, where) => {
        const position = Math.floor(where * log.end);
        const expected = log.records.filter(({ offset, state }) => offset >= position && state !== "aborted");
        const read = readFrom(log, position, "READ_COMMITTED").flatMap(({ records }) => records);
        expect(read.map(({ offset }) => offset)).toEqual(expected.map(({ offset }) => offset));
      }),
    );
  });

  test("give all records and no marker to a reader of uncommitted ones", () => {
    fc.assert(
      fc.property(logs, anywhere, (log, where) => {
        const position = Math.floor(where * log.end);
        const expected = log.records.filter(({ offset }) => offset >= position);
        const read = readFrom(log, position, "READ_UNCOMMITTED").flatMap(({ records }) => records);
        expect(read.map(({ offset }) => offset)).toEqual(expected.map(({ offset }) => offset));
      }),
    );
  });

  test("L1: follow each other without a gap up to the last whole batch", () => {
    fc.assert(
      fc.property(logs, anywhere, anywhere, (log, where, cut) => {
        const position = Math.floor(where * log.end);
        let reached = position;
        for (const slice of readFrom(log, position, "READ_COMMITTED", cut)) {
          expect(slice.fromOffset).toBe(reached);
          expect(slice.nextOffset).toBeGreaterThan(reached);
          for (const { offset } of slice.records) {
            expect(offset).toBeGreaterThanOrEqual(reached);
            expect(offset).toBeLessThan(slice.nextOffset);
          }
          reached = slice.nextOffset;
        }
        const ends = log.batches.map(({ lastOffset }) => lastOffset + 1);
        if (cut === 0) expect(reached).toBe(Math.max(position, ends.at(-1) ?? 0));
        else expect([position, ...ends]).toContain(reached);
      }),
    );
  });

  test("L2: cut into answers anywhere, give the same records as in one", () => {
    fc.assert(
      fc.property(logs, anywhere, (log, cut) => {
        const read: number[] = [];
        for (let position = 0; position < log.end; ) {
          let slices = readFrom(log, position, "READ_COMMITTED", cut);
          // As a broker does: at least one batch is sent whole.
          if (slices.length === 0) slices = readFrom(log, position, "READ_COMMITTED");
          for (const { records } of slices) read.push(...records.map(({ offset }) => offset));
          const nextOffset = slices.at(-1)?.nextOffset;
          if (nextOffset === undefined) break;
          position = nextOffset;
        }
        const expected = log.records.filter(({ state }) => state !== "aborted");
        expect(read).toEqual(expected.map(({ offset }) => offset));
      }),
    );
  });
});
