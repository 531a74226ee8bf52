import { describe, expect, test } from "vitest";
import { BodyShapes } from "../../src/transport/body-shapes.ts";

const query = "query Q($id: ID!) { order(id: $id) { id } }";

function learned(...bodies: readonly string[]): BodyShapes {
  const shapes = new BodyShapes();
  for (const body of bodies) shapes.learn(body, JSON.parse(body));
  return shapes;
}

describe("a body like one that was read", () => {
  test.each<[string, (variables: object) => object]>([
    ["has its variables last", (variables) => ({ query, variables })],
    ["has them in the middle, and a name", (variables) => ({ operationName: "Q", variables, query })],
    ["has extensions", (variables) => ({ variables, extensions: { clientLibrary: { name: "x" } }, query })],
    ["has no name, but says so", (variables) => ({ query, variables, operationName: null })],
  ])("is known if it %s", (_how, make) => {
    const shapes = learned(JSON.stringify(make({ id: "a" })));
    expect(shapes.read(JSON.stringify(make({ id: '}\\"{', more: [{}] })))).toEqual(make({ id: '}\\"{', more: [{}] }));
  });

  test.each<[string, string, string]>([
    ["another text", JSON.stringify({ query, variables: {} }), JSON.stringify({ query: "{ a }", variables: {} })],
    [
      "another member",
      JSON.stringify({ query, variables: {} }),
      `{"query":${JSON.stringify(query)},"variables":{},"a":1}`,
    ],
    ["no variables", JSON.stringify({ query }), JSON.stringify({ query })],
    ["no object of variables", `{"query":"{a}","variables":null}`, `{"query":"{a}","variables":null}`],
    [
      "other extensions",
      `{"query":"{a}","variables":{},"extensions":{}}`,
      `{"query":"{a}","variables":{},"extensions":{"a":1}}`,
    ],
    [
      "variables that are overwritten",
      `{"query":"{a}","variables":{"a":1},"variables":{}}`,
      `{"query":"{a}","variables":{"a":2},"variables":{}}`,
    ],
    [
      "variables of something else",
      `{"extensions":{"variables":{}},"query":"{a}"}`,
      `{"extensions":{"variables":{}},"query":"{a}"}`,
    ],
    ["broken variables", `{"query":"{a}","variables":{}}`, `{"query":"{a}","variables":{"a":}}`],
    ["more behind the variables", `{"query":"{a}","variables":{}}`, `{"query":"{a}","variables":{}}}`],
  ])("is not known if it has %s", (_what, first, second) => {
    expect(learned(first).read(second)).toBeUndefined();
  });

  test("is not known if it is long, and drives nothing out", () => {
    const long = JSON.stringify({ query: "#".repeat(20_000), variables: {} });
    const shapes = learned(JSON.stringify({ query, variables: {} }), long);
    expect(shapes.read(long)).toBeUndefined();
    expect(shapes.read(JSON.stringify({ query, variables: {} }))).toEqual({ query, variables: {} });
  });
});

test("what is remembered of bodies is bounded", () => {
  const shapes = new BodyShapes({ maxEntries: 2, maxBytes: 10_000, maxEntryBytes: 5_000 });
  const bodies = ["a", "b", "c"].map((name) => JSON.stringify({ query: `{ ${name} }`, variables: {} }));
  for (const body of bodies) shapes.learn(body, JSON.parse(body));
  expect(bodies.map((body) => shapes.read(body) !== undefined)).toEqual([false, true, true]);
});
