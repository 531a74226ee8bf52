import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const testText = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join("test", name), "utf8"))
  .join("\n");

describe("SPEC.md", () => {
  const numbers = [...readFileSync("SPEC.md", "utf8").matchAll(/^\| ([A-Z]\d+) +\|/gm)].map((match) => match[1] ?? "");

  test("has invariants", () => {
    expect(numbers.length).toBeGreaterThan(10);
  });

  test.each(numbers)("%s has a test that carries its number", (number) => {
    expect(testText).toMatch(new RegExp(`["'\`]${number}: `));
  });
});
