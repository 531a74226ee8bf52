import { buildSchema, type FieldNode, GraphQLError, Kind, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { makeArgumentReader } from "../../../src/api/compiled/argument-reader.ts";
import { InvariantError } from "../../../src/base/errors.ts";

const schema = buildSchema(
  "input Range { from: Int = 1 to: Int } type Query { f(a: Int, b: Int = 5, c: ID!, r: Range, l: [Int!]): Int }",
);

/** Reads an argument of the field that the document's only operation asks for. */
function read(text: string, name: string, variables: Record<string, unknown> = {}): unknown {
  const [operation] = parse(text).definitions;
  const node = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections[0] : undefined;
  const field = schema.getQueryType()?.getFields()["f"];
  if (field === undefined) throw new InvariantError("no field");
  return makeArgumentReader({ field, node: node as FieldNode }, name)(variables);
}

describe("an argument", () => {
  test("is its literal, its default, or absent", () => {
    expect(read('{ f(a: 3, c: "x") }', "a")).toBe(3);
    expect(read('{ f(c: "x") }', "a")).toBeUndefined();
    expect(read('{ f(c: "x") }', "b")).toBe(5);
    expect(read('{ f(b: null, c: "x") }', "b")).toBeNull();
    expect(read("{ f(c: 7) }", "c")).toBe("7");
    expect(read('{ f(c: "x", r: { to: 2 }) }', "r")).toEqual({ from: 1, to: 2 });
  });

  test("is its variable, with its default if that is absent but not if it is null", () => {
    const text = "query ($a: Int, $b: Int, $c: ID!) { f(a: $a, b: $b, c: $c) }";
    expect(read(text, "a", { a: 4, c: "x" })).toBe(4);
    expect(read(text, "a", { c: "x" })).toBeUndefined();
    expect(read(text, "b", { b: 6, c: "x" })).toBe(6);
    expect(read(text, "b", { c: "x" })).toBe(5);
    expect(read(text, "b", { b: null, c: "x" })).toBeNull();
    expect(read(text, "c", { c: "x" })).toBe("x");
  });

  test("takes nothing from a prototype", () => {
    expect(read("query ($toString: Int) { f(a: $toString, c: 1) }", "a")).toBeUndefined();
  });

  test("holds variables inside of it", () => {
    const text = "query ($n: Int!) { f(c: 1, r: { from: $n }, l: [1, $n]) }";
    expect([read(text, "r", { n: 9 }), read(text, "l", { n: 9 })]).toEqual([{ from: 9 }, [1, 9]]);
    expect([read(text, "r", { n: 8 }), read(text, "l", { n: 8 })]).toEqual([{ from: 8 }, [1, 8]]);
  });

  test("that must not be null is an error where it is", () => {
    expect(() => read("query ($c: ID) { f(c: $c) }", "c", {})).toThrow(GraphQLError);
    expect(() => read("query ($c: ID) { f(c: $c) }", "c", { c: null })).toThrow(GraphQLError);
  });
});
