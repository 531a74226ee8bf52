import { describe, expect, test } from "vitest";
import { defineView } from "../../support/view-definitions.ts";
import { makeBatch } from "../decode-records.ts";
import { expectSameBothWays } from "./both-ways.ts";

const view = defineView({
  fields: {
    a: "Int!",
    b: "String",
    c: { type: "Float", path: ["in", "c"] },
    d: { type: "Int", path: ["in", "d"] },
    e: "E",
  },
  enums: { E: ["ON", "OFF", "SOMEWHERE_IN_BETWEEN"] },
});
const usual = '{"a":1,"b":"x","in":{"c":1.5,"d":2},"e":"ON"}';

describe("a scanner that knows the usual order of members", () => {
  test.each([
    ["the same", '{"a":2,"b":"y","in":{"c":-1.5,"d":3},"e":"OFF"}'],
    ["another order", '{"e":"OFF","in":{"d":3,"c":2.5},"b":"y","a":2}'],
    ["another order from the middle on", '{"a":2,"b":"y","e":"OFF","in":{"d":3,"c":2.5}}'],
    ["none at all", "{}"],
    ["only the first", '{"a":2}'],
    ["none of the first", '{"b":"y"}'],
    ["one left out", '{"a":2,"in":{"d":3},"e":"OFF"}'],
    ["the last left out", '{"a":2,"b":"y","in":{"c":2.5}}'],
    ["nulls", '{"a":2,"b":null,"in":null,"e":null}'],
    ["one more at the end", '{"a":2,"b":"y","in":{"c":2.5,"d":3,"z":[]},"e":"OFF","z":{"a":1}}'],
    ["one more between", '{"a":2,"z":7,"b":"y","in":{"z":1,"c":2.5,"d":3},"e":"OFF"}'],
    ["one twice", '{"a":2,"b":"y","a":3,"in":{"c":2.5,"d":3,"c":4},"e":"OFF"}'],
    ["the first twice", '{"a":2,"a":3,"b":"y"}'],
    ["the last twice", '{"a":2,"b":"y","in":{"c":1},"e":"ON","e":"OFF"}'],
    ["white space before names", '{"a":2, "b":"y", "in":{ "c":2.5,\n"d":3}, "e":"OFF" }'],
    ["white space after colons", '{"a": 2,"b": "y","in": {"c": 2.5,"d":3},"e": "OFF"}'],
    ["white space before colons and commas", '{"a" :2 ,"b":"y" ,"in":{"c" :2.5 } ,"e":"OFF"}'],
    ["a name with an escape", '{"a":2,"\\u0062":"y"}'],
    ["a bad value", '{"a":2,"b":"y","in":{"c":"no"},"e":"OFF"}'],
    ["a comma at the end", '{"a":2,"b":"y",}'],
    ["two commas", '{"a":2,,"b":"y"}'],
    ["no comma", '{"a":2"b":"y"}'],
    ["another bracket at the end", '{"a":2]'],
    ["all, and another bracket at the end", '{"a":2,"b":"y","in":{"c":2.5,"d":3},"e":"OFF"]'],
    ["all, and another bracket at the end within", '{"a":2,"b":"y","in":{"c":2.5,"d":3],"e":"OFF"}'],
    ["no end", '{"a":2,"b":"y","in":{"c":2.5,"d":3},"e":"OFF"'],
    ["more after the end", '{"a":2,"b":"y","in":{"c":2.5,"d":3},"e":"OFF"}}'],
  ])("takes a record as any other way does: %s", (_, value) => {
    const values = [usual, value, usual, value];
    expectSameBothWays(view, [makeBatch([{ value: usual }]), makeBatch(values.map((text) => ({ value: text })))]);
  });

  test("takes a record that is cut off anywhere as any other way does", () => {
    const cut = Array.from({ length: usual.length }, (_, end) => ({ value: usual.slice(0, end) }));
    const { rows } = expectSameBothWays(view, [makeBatch([{ value: usual }]), makeBatch(cut)]);
    expect(rows).toBe(1);
  });
});
