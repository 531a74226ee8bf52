import { describe, expect, test } from "vitest";
import { createTextSpan } from "../../../src/view/columns/text-span.ts";
import { KeyDifferences } from "../../../src/view/store/key-differences.ts";

describe("differing keys", () => {
  test("come back as they were added, whatever their number and length", () => {
    const differences = new KeyDifferences();
    const keys = Array.from(
      { length: 3_000 },
      (_, at) => `${"é".repeat(at % 7)}${at}${at % 500 === 0 ? "x".repeat(40_000) : ""}`,
    );
    for (const [at, key] of keys.entries()) {
      const bytes = Buffer.from(`--${key}--`);
      differences.add({ ...createTextSpan(), bytes, start: 2, end: bytes.length - 2 }, at % 3 === 0);
    }
    expect(differences.size).toBe(keys.length);
    for (const [at, key] of keys.entries()) expect(differences.at(at)).toEqual({ key, existedBefore: at % 3 === 0 });
  });
});
