import { describe, expect, test } from "vitest";
import { parseJsonText } from "../../../src/decode/json-text.ts";
import { jsonScalar } from "../../../src/decode/scalars/json-scalar.ts";
import { messageOf } from "./describe-scalar.ts";

function parse(json: string) {
  return jsonScalar.parseJson(parseJsonText(json, { isExact: true }));
}

describe("JSON from JSON", () => {
  test.each([
    '{"a":[1,"x",null,true,{}]}',
    '{"a":12345678901234567890,"b":[0.10000000000000000000001,-9007199254740993]}',
    "9223372036854775807",
    "1e-400",
    '"zürich 😀"',
    '{"__proto__":{"a":12345678901234567890},"toString":1}',
    "null",
  ])("prints again what it read: %s", (json) => {
    expect(JSON.stringify(parse(json).json)).toBe(json);
  });

  test("holds numbers that a double holds as plain numbers", () => {
    expect(parse("[1.0,1e3,123456789012345,9007199254740992]").json).toStrictEqual([
      1, 1000, 123456789012345, 9007199254740992,
    ]);
  });

  test.each([
    [
      '{"a":[1,{"b c":1e999}]}',
      'Expected a finite number at .a[1]["b c"], found a number beyond the range of a double.',
    ],
    ['{"a":"\\ud800"}', "Expected well-formed Unicode text at .a, found text with a lone surrogate."],
    ['{"\\udc00":1}', 'Expected well-formed Unicode text at ["\\udc00"], found text with a lone surrogate.'],
    [`${"[".repeat(501)}${"]".repeat(501)}`, "Expected JSON nested at most 500 deep, found deeper nesting."],
  ])("refuses %s", (json, message) => {
    expect(messageOf(() => parse(json))).toBe(message);
  });

  test("takes nesting up to the limit, with numbers that need their text", () => {
    const json = `${"[".repeat(500)}12345678901234567890${"]".repeat(500)}`;
    expect(JSON.stringify(parse(json).json)).toBe(json);
  });

  test("does not count brackets inside texts as nesting", () => {
    const json = JSON.stringify(`\\"${"[".repeat(2000)}`);
    expect(parse(json).json).toBe(JSON.parse(json));
  });
});

describe("JSON from text", () => {
  test("is a JSON text", () => {
    expect(jsonScalar.parseText('{"a":[1]}')).toStrictEqual({ json: { a: [1] } });
  });

  test("refuses what is none", () => {
    expect(messageOf(() => jsonScalar.parseText("{a:1}"))).toMatch(
      /^Expected JSON text, found a text that breaks its grammar \(.+\)\.$/,
    );
  });
});

describe("JSON as canonical text", () => {
  test.each([
    [' { "b" : 1.0 , "a" : [ 1e3 , null ] } ', '{"a":[1000,null],"b":1}'],
    ['{"\uff5e":1,"😀":2}', '{"\uff5e":1,"😀":2}'],
    ['{"😀":2,"\uff5e":1}', '{"\uff5e":1,"😀":2}'],
    ["[12345678901234567890.50,1e21,-0]", "[12345678901234567890.5,1000000000000000000000,0]"],
  ])("of %s is %s", (json, canonical) => {
    expect(jsonScalar.formatText(parse(json))).toBe(canonical);
  });
});
