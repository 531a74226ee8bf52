import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordBatch } from "../../src/log/log.ts";
import { countScannedOf, expectSameBothWays, openSameInPlace } from "../decode/scanner/both-ways.ts";
import { kafkaNeighbours, type Neighbours } from "../support/shared-buffer.ts";
import { type ScannedCase, scannedCase } from "./decode-scanner-arbitraries.ts";

/** Bytes that stand between records: none, Kafka's, or anything, with the zero that scanners look for or without. */
const piece = fc.oneof(
  fc.constantFrom(...["", "\0", "\0\0", "\0}", '\0"', "}", '"', " ", "1", ",", "\x80", "\xff"]).map(latin1),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Uint8Array.of(0, ...bytes)),
  fc.uint8Array({ maxLength: 3 }),
);
const neighbours: fc.Arbitrary<Neighbours> = fc
  .record({
    afterKey: fc.array(piece, { minLength: 1, maxLength: 3 }),
    afterValue: fc.array(piece, { minLength: 1, maxLength: 3 }),
    atEnd: fc.oneof({ weight: 3, arbitrary: fc.constant(kafkaNeighbours.atEnd) }, fc.uint8Array({ maxLength: 70 })),
  })
  .map(({ afterKey, afterValue, atEnd }) => ({ afterKey: oneOf(afterKey), afterValue: oneOf(afterValue), atEnd }));

describe("scanned records", () => {
  test("D1: are just what they are when parsed: rows, bad records and their words, to the bit, wherever they stand", () => {
    let rows = 0;
    let taken = 0;
    fc.assert(
      fc.property(scannedCase, neighbours, (scanned, around) => {
        const batches = makeBatches(scanned);
        rows += expectSameBothWays(scanned.definition, batches, around).rows;
        taken += countScannedOf(scanned.definition, batches);
        const expectSame = openSameInPlace(scanned.definition);
        for (const { records } of batches) expectSame(records, around);
      }),
      { numRuns: 3_000 },
    );
    // Else nothing would be compared but the slow way with itself.
    expect(taken / rows).toBeGreaterThan(0.5);
  });
});

function makeBatches({ batches }: ScannedCase): RecordBatch[] {
  let offset = 100;
  return batches.map((records) => {
    const fromOffset = offset;
    const numbered = records.map((record) => ({ ...record, offset: offset++ }));
    return { partition: 2, fromOffset, nextOffset: offset, leaderEpoch: 5, records: numbered, sizeBytes: 0 };
  });
}

function oneOf(pieces: readonly Uint8Array[]): (record: number) => Uint8Array {
  return (record) => pieces[record % pieces.length] ?? new Uint8Array();
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
