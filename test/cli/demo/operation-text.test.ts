import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stripIgnoredCharacters } from "graphql";
import { describe, expect, test } from "vitest";
import { OrderChangesDocument, RecentOrdersDocument } from "../../../src/cli/demo/generated/operations.ts";
import { gql, makeOneLine } from "../../../src/cli/demo/operation-text.ts";

const documents = join(import.meta.dirname, "..", "..", "..", "src", "cli", "demo", "operations");

describe("an operation's text", () => {
  test.each([
    ["recent-orders.graphql", RecentOrdersDocument],
    ["order-changes.graphql", OrderChangesDocument],
  ])("is what %s holds", (name, text) => {
    expect(text).toBe(readFileSync(join(documents, name), "utf8").trim());
  });

  test("has each fragment after the operation, and keeps its layout", () => {
    const parts = gql`
    fragment Parts on Order {
  id
}
    `;
    const text = gql`
    query {
  order {
    ...Parts
  }
}
    ${parts}`;
    expect(text).toBe("query {\n  order {\n    ...Parts\n  }\n}\nfragment Parts on Order {\n  id\n}");
    expect(parse(text).definitions).toHaveLength(2);
  });

  test("means the same on one line", () => {
    const line = makeOneLine(RecentOrdersDocument);
    expect(line).not.toContain("\n");
    expect(stripIgnoredCharacters(line)).toBe(stripIgnoredCharacters(RecentOrdersDocument));
  });
});
