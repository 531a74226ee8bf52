import { describe, expect, test } from "vitest";
import { defineView } from "../support/view-definitions.ts";
import { errorOf } from "./decode-records.ts";

const order = defineView({
  enums: { Status: ["PLACED", "PAID"] },
  embedded: { Line: { sku: "String!", quantity: "Int!", note: "String" } },
  fields: {
    status: "Status!",
    city: { type: "String", path: ["shipping", "address", "city"] },
    lines: "[Line!]!",
    tags: "[String]",
    grid: "[[Int!]!]",
    traceId: { type: "Int", header: "trace-id" },
    writtenAt: { type: "DateTime", record: "TIMESTAMP" },
    offset: { type: "BigInt!", record: "OFFSET" },
    partition: { type: "Int!", record: "PARTITION" },
  },
});
const plain = { status: "PAID", lines: [] };

describe("a bad record says what was expected, what was found and where", () => {
  test.each([
    [{ lines: [] }, "Expected a value of Status at value.status, found nothing."],
    [{ ...plain, status: null }, "Expected a value of Status at value.status, found null."],
    [{ ...plain, status: "LOST" }, 'Expected one of PLACED, PAID at value.status, found the text "LOST".'],
    [{ ...plain, status: 1 }, "Expected one of PLACED, PAID at value.status, found the number 1."],
    [{ ...plain, shipping: "x" }, 'Expected an object at value.shipping, found the text "x".'],
    [{ ...plain, shipping: { address: [] } }, "Expected an object at value.shipping.address, found an array."],
    [
      { ...plain, shipping: { address: { city: 8 } } },
      "Expected a String at value.shipping.address.city, found the number 8.",
    ],
    [{ ...plain, lines: {} }, "Expected an array at value.lines, found an object."],
    [{ ...plain, lines: [null] }, "Expected a value of Line at value.lines[0], found null."],
    [{ ...plain, lines: ["x"] }, 'Expected an object at value.lines[0], found the text "x".'],
    [
      { ...plain, lines: [{ sku: "a", quantity: 1 }, { sku: "b" }] },
      "Expected a value of Int at value.lines[1].quantity, found nothing.",
    ],
    [{ ...plain, tags: ["a", true] }, "Expected a String at value.tags[1], found true."],
    [{ ...plain, grid: [[1], null] }, "Expected a value of [Int!] at value.grid[1], found null."],
    ["[1]", "Expected an object at value, found an array."],
    ["null", "Expected an object at value, found null."],
    ["7", "Expected an object at value, found the number 7."],
    ['{"status":"\\ud800"}', 'Expected one of PLACED, PAID at value.status, found the text "\\ud800".'],
    [
      '{"status":"PAID","lines":[],"tags":["\\ud83d"]}',
      "Expected well-formed Unicode text at value.tags[0], found text with a lone surrogate.",
    ],
    [Uint8Array.of(0x7b, 0xff, 0x7d), "Expected UTF-8 text at value, found bytes that are not UTF-8."],
  ])("%j", (value, message) => {
    expect(errorOf(order, { value })).toBe(message);
  });

  test.each(["", "{", '{"a":1}{}', "{'a':1}", '{"a":01}', "\ufeff{}", '{"a":NaN}'])(
    "that %j is no JSON text",
    (value) => {
      expect(errorOf(order, { value })).toMatch(
        /^Expected JSON text at value, found a text that breaks its grammar \(.+\)\.$/,
      );
    },
  );

  test("in a header", () => {
    const record = { value: plain, headers: [["trace-id", "x"]] as const };
    expect(errorOf(order, record)).toBe(
      'Expected an Int (a whole number from -2147483648 to 2147483647) at header "trace-id", found the text "x".',
    );
  });

  test("in a header that is not UTF-8", () => {
    const record = { value: plain, headers: [["trace-id", Uint8Array.of(0xff)]] as const };
    expect(errorOf(order, record)).toBe('Expected UTF-8 text at header "trace-id", found bytes that are not UTF-8.');
  });

  test("in a header that must be there", () => {
    const view = defineView({ fields: { trace: { type: "String!", header: "trace" } } });
    expect(errorOf(view, {})).toBe('Expected a value of String at header "trace", found null.');
  });

  test("in a timestamp that must be there", () => {
    const view = defineView({ fields: { at: { type: "DateTime!", record: "TIMESTAMP" } } });
    expect(errorOf(view, { timestamp: -1 })).toBe("Expected a value of DateTime at record TIMESTAMP, found null.");
  });

  test("in a member whose name holds a dot", () => {
    const view = defineView({ fields: { x: { type: "Boolean", path: ["a.b", "c"] } } });
    expect(errorOf(view, { value: { "a.b": { c: 1 } } })).toBe(
      'Expected a Boolean (true or false) at value["a.b"].c, found the number 1.',
    );
  });

  test("when embedded values nest too deep", () => {
    const view = defineView({ embedded: { Node: { next: "Node" } }, fields: { root: "Node" } });
    const value = `{"root":${'{"next":'.repeat(100_000)}null${"}".repeat(100_000)}}`;
    expect(errorOf(view, { value })).toBe("Expected JSON nested at most 500 deep at value, found deeper nesting.");
  });
});
