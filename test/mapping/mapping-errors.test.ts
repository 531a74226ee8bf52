import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "vitest";
import { mapSchema } from "../../src/mapping/read-schema.ts";
import { SchemaError } from "../../src/mapping/schema-error.ts";
import { expectGolden } from "../support/golden.ts";

/** The files end in .txt so that no formatter or linter takes them for GraphQL that ought to be right. */
const fixtures = new URL("fixtures/broken/", import.meta.url);

describe("messages about a broken schema", () => {
  test("say for every kind of mistake where it is, what was expected, what was found and what to do", () => {
    const names = readdirSync(fixtures).sort();
    const messages = names.map((name) =>
      readMessage(name.replace(/\.txt$/, ""), readFileSync(new URL(name, fixtures), "utf8")),
    );
    expectGolden("mapping-errors.txt", `${messages.join("\n\n")}\n`);
  });
});

function readMessage(name: string, text: string): string {
  try {
    mapSchema([{ name, text }]);
  } catch (error) {
    if (error instanceof SchemaError) return error.message;
    throw error;
  }
  throw new Error(`expected ${name} to be refused, but it was accepted`);
}
