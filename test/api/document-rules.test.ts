import { buildSchema, getIntrospectionQuery, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { findTailwaterError } from "../../src/api/client-errors.ts";
import { createDocumentRules, depthLimitRule, fieldLimitRule } from "../../src/api/document-rules.ts";
import { defaultApiLimits } from "../../src/api/limits.ts";

const schema = buildSchema("type Query { a: Query  b: Query  leaf: Int }  type Subscription { a: Query }");

function messagesOf(text: string, rule: ReturnType<typeof depthLimitRule>): string[] {
  return validate(schema, parse(text), [rule]).map(({ message }) => message);
}

describe("depthLimitRule", () => {
  test("allows exactly the limit", () => {
    expect(messagesOf("{ a { b { leaf } } }", depthLimitRule(3))).toEqual([]);
  });

  test("refuses one more, saying limit, depth and remedy", () => {
    expect(messagesOf("{ a { b { a { leaf } } } }", depthLimitRule(3))).toEqual([
      "Expected at most 3 fields nested in each other, found 4; ask for less depth, or the operator of this gateway can raise `limits.maxDepth`.",
    ]);
  });

  test("looks through named and inline fragments", () => {
    const text = "{ a { ...F } } fragment F on Query { ... { b { ...G } } } fragment G on Query { leaf }";
    expect(messagesOf(text, depthLimitRule(3))).toEqual([]);
    expect(messagesOf(text, depthLimitRule(2))).toHaveLength(1);
  });

  test("ends on fragments that spread each other", () => {
    const text = "{ ...F } fragment F on Query { a { ...G } } fragment G on Query { b { ...F } }";
    expect(messagesOf(text, depthLimitRule(2))).toEqual([]);
    expect(messagesOf(text, depthLimitRule(1))).toHaveLength(1);
  });

  test("refuses each operation that is too deep", () => {
    const text = "query A { a { leaf } } query B { leaf } subscription C { a { b { leaf } } }";
    expect(messagesOf(text, depthLimitRule(1))).toHaveLength(2);
  });

  test("lets the usual introspection query pass whatever the limit for data is", () => {
    expect(messagesOf(getIntrospectionQuery(), depthLimitRule(1))).toEqual([]);
  });

  test("bounds introspection by its own limit", () => {
    const text = `{ __type(name: "Query") { ${"ofType { ".repeat(20)} name ${"}".repeat(20)} } }`;
    expect(messagesOf(text, depthLimitRule(100))).toEqual([
      "Expected at most 20 fields nested in each other, found 22; ask for less depth, this limit of introspection is fixed.",
    ]);
  });

  test("bounds introspection inside a fragment", () => {
    const deep = `${"ofType { ".repeat(20)} name ${"}".repeat(20)}`;
    const text = `{ ...F } fragment F on Query { __type(name: "Query") { ${deep} } }`;
    expect(messagesOf(text, depthLimitRule(100))).toHaveLength(1);
  });

  test("reports an error of ours with the code QUERY_TOO_DEEP", () => {
    const [error] = validate(schema, parse("{ a { leaf } }"), [depthLimitRule(1)]);
    expect([error?.extensions, findTailwaterError(error)?.code]).toEqual([
      { code: "QUERY_TOO_DEEP" },
      "QUERY_TOO_DEEP",
    ]);
  });
});

describe("fieldLimitRule", () => {
  test("counts aliases", () => {
    expect(messagesOf("{ a: leaf b: leaf c: leaf }", fieldLimitRule(3))).toEqual([]);
    expect(messagesOf("{ a: leaf b: leaf c: leaf }", fieldLimitRule(2))).toEqual([
      "Expected at most 2 fields, reached 3; select fewer fields, or the operator of this gateway can raise `limits.maxFields`.",
    ]);
  });

  test("counts a fragment wherever it is spread, at the cost of its text only", () => {
    const doubling = Array.from(
      { length: 60 },
      (_, at) => `fragment F${at} on Query { a { ...F${at + 1} } b { ...F${at + 1} } }`,
    );
    const text = `{ ...F0 } ${doubling.join(" ")} fragment F60 on Query { leaf }`;
    expect(messagesOf(text, fieldLimitRule(1_000))).toHaveLength(1);
  });
});

describe("createDocumentRules", () => {
  test("lets the usual introspection query pass", () => {
    expect(validate(schema, parse(getIntrospectionQuery()), createDocumentRules(defaultApiLimits))).toEqual([]);
  });
});
