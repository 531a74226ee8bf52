import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mapSchema } from "../../src/mapping/read-schema.ts";
import { SchemaError } from "../../src/mapping/schema-error.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";

const schemaDirectory = new URL("../../schema/", import.meta.url);

/** Tokens of the demo's schema, each with the space before it: texts, names, punctuators. */
const tokens =
  readdirSync(schemaDirectory)
    .map((file) => readFileSync(new URL(file, schemaDirectory), "utf8"))
    .join("\n")
    .match(/\s*(?:"[^"]*"|\w+|[^\w\s])/g) ?? [];

const someToken = fc.nat({ max: tokens.length - 1 });
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("remove" as const), at: someToken }),
  fc.record({ kind: fc.constant("double" as const), at: someToken }),
  fc.record({ kind: fc.constant("replace" as const), at: someToken, by: someToken }),
);
const mutatedSdl = fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) => {
  const mutated = [...tokens];
  for (const each of mutations) {
    const token = tokens[each.kind === "replace" ? each.by : each.at] ?? "";
    mutated[each.at] = each.kind === "remove" ? "" : each.kind === "double" ? token + token : token;
  }
  return mutated.join("");
});

describe("mapSchema of SDL with tokens removed, doubled and exchanged", () => {
  test("gives definitions that fit together, or throws SchemaError with the place of each problem", () => {
    fc.assert(
      fc.property(mutatedSdl, (text) => {
        try {
          expectToFit(mapSchema([{ name: "t.graphql", text }]));
        } catch (error) {
          if (!(error instanceof SchemaError)) throw error;
          expectPlaces(error, text);
        }
      }),
      { numRuns: 500, examples: [[tokens.join("")]] },
    );
  });
});

function expectPlaces({ problems }: SchemaError, text: string): void {
  const lineCount = text.split("\n").length;
  expect(problems.length).toBeGreaterThan(0);
  for (const { file, line, column, message } of problems) {
    expect(file).toBe("t.graphql");
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThanOrEqual(lineCount);
    expect(column).toBeGreaterThan(0);
    expect(message).toMatch(/found|expected/);
  }
}

/** What the layers after mapping rely on. */
function expectToFit(views: readonly ViewDefinition[]): void {
  for (const view of views) {
    const key = view.fields.find(({ name }) => name === view.keyField);
    expect(key?.source.from).toBe("key");
    expect(view.topic).not.toBe("");
    expect(view.fieldOrder.toSorted()).toEqual([...view.fields, ...view.joins].map(({ name }) => name).toSorted());
    for (const join of view.joins) {
      const target = views.find(({ name }) => name === join.target);
      if (join.kind === "toOne") expect(view.fields.map(({ name }) => name)).toContain(join.localField);
      else expect(target?.joinedFields).toContain(join.foreignField);
      expect(target).toBeDefined();
    }
  }
}
