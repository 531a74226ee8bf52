import { describe, expect, test } from "vitest";
import { defineView } from "../support/view-definitions.ts";
import { badRecordOf, utf8 } from "./decode-records.ts";

const order = defineView({ fields: { n: "Int!" } });

describe("a bad record", () => {
  test("names topic, partition, offset and timestamp", () => {
    expect(badRecordOf(order, { key: "7", value: "[]", timestamp: 5 })).toStrictEqual({
      topic: "shop.orders",
      partition: 2,
      offset: 100,
      timestamp: 5,
      key: "7",
      error: "Expected an object at value, found an array.",
      firstBytes: "[]",
    });
  });

  test("keeps the first 256 bytes of its value", () => {
    expect(badRecordOf(order, { value: "x".repeat(10_000) }).firstBytes).toBe("x".repeat(256));
  });

  test("escapes bytes that are no text, and a character cut in two", () => {
    const value = Uint8Array.of(0x61, 0x00, 0xff, 0xc3, 0xbc, 0x0a, 0xed, 0xa0, 0x80, 0xe2, 0x82);
    expect(badRecordOf(order, { value }).firstBytes).toBe("a\\x00\\xffü\\x0a\\xed\\xa0\\x80\\xe2\\x82");
  });

  test("keeps at most 128 characters of its key, none cut in two", () => {
    expect(badRecordOf(order, { key: "k".repeat(200), value: "[]" }).key).toBe(`${"k".repeat(127)}…`);
    expect(badRecordOf(order, { key: `${"k".repeat(126)}😀😀`, value: "[]" }).key).toBe(`${"k".repeat(126)}…`);
    expect(badRecordOf(order, { key: "k".repeat(128), value: "[]" }).key).toBe("k".repeat(128));
  });

  test("shows the canonical text of a key that could be read", () => {
    const view = defineView({ keyFormat: "INT32", fields: { n: "Int!" } });
    expect(badRecordOf(view, { key: Uint8Array.of(0, 0, 0, 42), value: "[]" }).key).toBe("42");
  });

  test("shows a key of the wrong form if people can read it", () => {
    const view = defineView({ keyFormat: "INT32" });
    expect(badRecordOf(view, { key: "order-7" }).key).toBe("order-7");
    expect(badRecordOf(view, { key: Uint8Array.of(0, 0, 42) }).key).toBeNull();
    expect(badRecordOf(view, { key: Uint8Array.of(0xff) }).key).toBeNull();
  });

  test("quotes at most 40 characters of a value", () => {
    expect(badRecordOf(order, { value: { n: "y".repeat(10_000) } }).error).toBe(
      `Expected an Int (a whole number from -2147483648 to 2147483647) at value.n, found the text "${"y".repeat(40)}…".`,
    );
  });

  test("has an error of bounded length", () => {
    const view = defineView({
      enums: { Big: Array.from({ length: 500 }, (_, at) => `VALUE_${at}`) },
      fields: { b: "Big!" },
    });
    expect(badRecordOf(view, { value: { b: "x" } }).error).toHaveLength(1_000);
  });

  test("changes no more when the record's bytes do", () => {
    const value = utf8('{"n":"a text"}');
    const bad = badRecordOf(order, { value });
    const before = JSON.stringify(bad);
    value.fill(0);
    expect(JSON.stringify(bad)).toBe(before);
  });
});
