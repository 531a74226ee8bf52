import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordBatch } from "../../src/log/log.ts";
import { countScannedOf, expectSameBothWays } from "../decode/scanner/both-ways.ts";
import { type ScannedCase, scannedCase } from "./decode-scanner-arbitraries.ts";

function makeBatches({ batches }: ScannedCase): readonly RecordBatch[] {
  let offset = 100;
  return batches.map((records) => {
    const fromOffset = offset;
    const numbered = records.map((record) => ({ ...record, offset: offset++ }));
    return { partition: 2, fromOffset, nextOffset: offset, leaderEpoch: 5, records: numbered, sizeBytes: 0 };
  });
}

describe("scanned records", () => {
  test("D1: are just what they are when parsed: rows, bad records and their words, to the bit", () => {
    let rows = 0;
    let scanned = 0;
    fc.assert(
      fc.property(scannedCase, (drawn) => {
        const batches = makeBatches(drawn);
        rows += expectSameBothWays(drawn.definition, batches).rows;
        scanned += countScannedOf(drawn.definition, batches);
      }),
      { numRuns: 3_000 },
    );
    // Else nothing would be compared but the slow way with itself.
    expect(scanned / rows).toBeGreaterThan(0.5);
  });
});
