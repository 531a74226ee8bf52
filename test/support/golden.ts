import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

/**
 * Expects `text` to be exactly what `test/golden/<name>` holds. With UPDATE_GOLDEN=1, and never in CI, writes the file
 * instead, so that a change of the contract is seen in review.
 */
export function expectGolden(name: string, text: string): void {
  const file = new URL(`../golden/${name}`, import.meta.url);
  if (process.env["UPDATE_GOLDEN"] === "1" && process.env["CI"] === undefined) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}
