import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const maxLines = 260;

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
    .map((name) => join(folder, name));
}

describe("source files", () => {
  test("hold one idea: none is longer than about 250 lines", () => {
    const tooLong = sourceFiles("src")
      .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length }))
      .filter(({ lines }) => lines > maxLines);
    expect(tooLong).toEqual([]);
  });

  test("are named in kebab-case, without barrels", () => {
    const names = sourceFiles("src").map((file) => file.split("/").at(-1) ?? "");
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name) || name === "index.ts")).toEqual([]);
  });
});
