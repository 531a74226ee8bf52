import fc from "fast-check";
import { describe, test } from "vitest";
import { expectSameBothWays } from "../decode/scanner/both-ways.ts";
import { scannedCase } from "./decode-scanner-arbitraries.ts";

describe("scanned records", () => {
  test("are just what they are when parsed: rows, bad records and their words, to the bit", () => {
    fc.assert(
      fc.property(scannedCase, ({ definition, batches }) => {
        let offset = 100;
        expectSameBothWays(
          definition,
          batches.map((records) => {
            const fromOffset = offset;
            const numbered = records.map((record) => ({ ...record, offset: offset++ }));
            return { partition: 2, fromOffset, nextOffset: offset, leaderEpoch: 5, records: numbered, sizeBytes: 0 };
          }),
        );
      }),
      { numRuns: 3_000 },
    );
  });
});
