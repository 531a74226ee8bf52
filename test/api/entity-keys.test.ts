import { describe, expect, test } from "vitest";
import { makeCanonicalKeyOf, makeJoinKeyOf, makeJoinValueOf } from "../../src/api/entity-keys.ts";
import { defineView, type ViewText } from "../support/view-definitions.ts";

const uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

describe("makeCanonicalKeyOf", () => {
  test.each<[string, ViewText, string, string]>([
    ["an ID as it is", {}, "007 A", "007 A"],
    ["a UUID in lower case, by format", { keyFormat: "UUID" }, uuid.toUpperCase(), uuid],
    ["a UUID in lower case, by type", { key: "UUID!" }, uuid.toUpperCase(), uuid],
    ["an integer without zeros in front, by format", { keyFormat: "INT32" }, "007", "7"],
    ["a great integer, by format", { keyFormat: "INT64" }, "-9223372036854775808", "-9223372036854775808"],
    ["an integer without zeros in front, by type", { key: "BigInt!" }, "007", "7"],
    ["an ID of JSON as it is", { keyFormat: "JSON" }, "007", "007"],
    ["a text that is no key of the view as it is", { keyFormat: "INT32" }, "seven", "seven"],
    ["a text that is no UUID as it is", { key: "UUID!" }, "ABC", "ABC"],
    ["the empty text as it is", { key: "Int!" }, "", ""],
  ])("gives %s", (_what, view, id, key) => {
    expect(makeCanonicalKeyOf(defineView(view))(id)).toBe(key);
  });

  test("takes a text of a million digits in short time", () => {
    const id = "9".repeat(1_000_000);
    expect(makeCanonicalKeyOf(defineView({ keyFormat: "INT32" }))(id)).toBe(id);
  });
});

describe("join values", () => {
  const view = defineView({
    fields: { id2: "ID", int: "Int", big: "BigInt", flag: "Boolean", uuid: "UUID", status: "Status" },
    enums: { Status: ["OPEN"] },
  });

  test.each([
    ["id2", "007", "007"],
    ["int", "7", 7],
    ["big", "9223372036854775808", 9223372036854775808n],
    ["flag", "true", true],
    ["uuid", uuid, uuid],
    ["status", "OPEN", "OPEN"],
  ])("of %s stand for the key text %j, there and back", (field, key, value) => {
    expect(makeJoinValueOf(view, field)(key)).toBe(value);
    expect(makeJoinKeyOf(view, field)(value)).toBe(key);
  });

  test.each([
    ["int", "007"],
    ["int", "seven"],
    ["big", "1.0"],
    ["uuid", uuid.toUpperCase()],
    ["status", "CLOSED"],
  ])("of %s are none for the key text %j", (field, key) => {
    expect(makeJoinValueOf(view, field)(key)).toBeUndefined();
  });
});
