import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseConfigFile } from "../../src/cli/config/config-file.ts";
import type { OptionSpec } from "../../src/cli/config/option-spec.ts";
import { optionTable } from "../../src/cli/config/option-table.ts";
import { mapSchema } from "../../src/mapping/read-schema.ts";

const readme = readFileSync("README.md", "utf8");
const specs: readonly OptionSpec[] = optionTable;
const blocksOf = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map((match) => match[1] ?? "");

describe("README.md", () => {
  test("lists every limit with its default", () => {
    const listed = [...readme.matchAll(/^\| `(\w[\w.]*)` +\| (\d+) +\|/gm)].map(([, name, value]) => [name, value]);
    const limits = specs.filter(({ name }) =>
      /^limits\.|^(headersTimeout|requestTimeout|connectionInit|deadPeer)Ms$/.test(name),
    );
    const expected = limits.map(({ name, defaultValue }) => [name, String(defaultValue)]);
    expect(listed.sort()).toEqual(expected.sort());
  });

  test("shows a configuration of known options", () => {
    const names = specs.map(({ name }) => name);
    for (const text of blocksOf("yaml")) {
      const { entries, problems } = parseConfigFile("README.md", text);
      expect(problems).toEqual([]);
      for (const { name } of entries) expect(names).toContain(name);
    }
    expect(blocksOf("yaml")).toHaveLength(1);
  });

  test("shows a schema that is right", () => {
    for (const text of blocksOf("graphql")) expect(mapSchema([{ name: "README.md", text }])).toHaveLength(1);
    expect(blocksOf("graphql")).toHaveLength(1);
  });

  test("links to files that exist", () => {
    for (const [, file = ""] of readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)) expect(existsSync(file)).toBe(true);
  });
});
