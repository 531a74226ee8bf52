import { describe, expect, test } from "vitest";
import { createJsonDecoder } from "../../src/decode/json-decoder.ts";
import { readRowBatch } from "../support/row-batches.ts";
import { defineView } from "../support/view-definitions.ts";
import { context, decodeRecords, decoderOptions, makeBatch, utf8, valuesOf } from "./decode-records.ts";

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

describe("a row", () => {
  test("holds the fields' values in declaration order", () => {
    const value = {
      id: "not read",
      status: "PAID",
      shipping: { address: { city: "Zürich" } },
      lines: [{ quantity: 2, sku: "a", unknown: {} }],
      tags: ["x", null],
      grid: [[1, 2], []],
    };
    expect(valuesOf(order, { key: "7", value, headers: [["trace-id", "12"]] })).toStrictEqual([
      "7",
      "PAID",
      "Zürich",
      [{ values: ["a", 2, null] }],
      ["x", null],
      [[1, 2], []],
      12,
      1_700_000_000_000,
      100n,
      2,
    ]);
  });

  test("holds null where a nullable member is absent or null", () => {
    const values = valuesOf(order, { value: { status: "PAID", lines: [], tags: null } });
    expect(values.slice(2, 7)).toStrictEqual([null, [], null, null, null]);
  });

  test.each([{ shipping: null }, { shipping: {} }, { shipping: { address: null } }])(
    "holds null where the way to a value ends: %j",
    (part) => {
      expect(valuesOf(order, { value: { ...plain, ...part } })[2]).toBeNull();
    },
  );

  test("takes the last of equal members", () => {
    const view = defineView({ fields: { n: "BigInt!" } });
    const value = '{"n":"x","n":12345678901234567890,"n":12345678901234567891}';
    expect(valuesOf(view, { value })[1]).toBe(12345678901234567891n);
  });

  test("takes the last of equal headers", () => {
    const headers = [
      ["trace-id", "1"],
      ["other", "x"],
      ["trace-id", "2"],
    ] as const;
    expect(valuesOf(order, { value: plain, headers })[6]).toBe(2);
  });

  test("holds null for a header without a value", () => {
    expect(valuesOf(order, { value: plain, headers: [["trace-id", null]] })[6]).toBeNull();
  });

  test("reads a list from a header as JSON text", () => {
    const view = defineView({ fields: { ids: { type: "[BigInt!]!", header: "ids" } } });
    const headers = [["ids", "[12345678901234567891, 2]"]] as const;
    expect(valuesOf(view, { headers })[1]).toStrictEqual([12345678901234567891n, 2n]);
  });

  test("holds null where the record has no timestamp", () => {
    expect(valuesOf(order, { value: plain, timestamp: -1 })[7]).toBeNull();
  });

  test("finds own members only, whatever their names", () => {
    const view = defineView({
      fields: {
        a: { type: "String", path: ["toString"] },
        b: { type: "String", path: ["__proto__", "x"] },
        c: { type: "String", path: ["constructor", "name"] },
        d: { type: "JSON", path: ["any"] },
      },
    });
    expect(valuesOf(view, { value: "{}" }).slice(1)).toStrictEqual([null, null, null, null]);
    const value = '{"toString":"t","__proto__":{"x":"p"},"any":{"__proto__":{"polluted":1}}}';
    expect(valuesOf(view, { value }).slice(1, 4)).toStrictEqual(["t", "p", null]);
    expect(Object.hasOwn({}, "polluted") || "polluted" in {}).toBe(false);
  });

  test("reads an embedded type that holds itself", () => {
    const view = defineView({ embedded: { Node: { name: "String!", next: "Node" } }, fields: { root: "Node" } });
    const value = { root: { name: "a", next: { name: "b" } } };
    expect(valuesOf(view, { value })[1]).toStrictEqual({ values: ["a", { values: ["b", null] }] });
  });

  test("reads numbers exactly where the mapping asks for it anywhere", () => {
    const view = defineView({
      embedded: { Money: { amount: "Decimal!", cents: "BigInt!" } },
      fields: { prices: "[Money!]!", ratio: "Float!", ref: "ID!" },
    });
    const value =
      '{"prices":[{"amount":0.10000000000000000000001,"cents":9007199254740993}],"ratio":0.10000000000000000001,"ref":9007199254740993}';
    expect(valuesOf(view, { value }).slice(1)).toStrictEqual([
      [{ values: ["0.10000000000000000000001", 9007199254740993n] }],
      0.1,
      "9007199254740993",
    ]);
  });
});

describe("a batch", () => {
  test("becomes a row batch of the same offsets, also without records", () => {
    const batch = { ...makeBatch([]), fromOffset: 7, nextOffset: 9 };
    const { buffer, capacityRows, ...facts } = createJsonDecoder(order, decoderOptions).decode(batch, context);
    expect([buffer.byteLength, capacityRows]).toStrictEqual([0, 0]);
    expect(facts).toStrictEqual({
      view: "Order",
      topic: "shop.orders",
      generation: 3,
      incarnation: "life-1",
      partition: 2,
      fromOffset: 7,
      nextOffset: 9,
      leaderEpoch: 5,
      rowCount: 0,
      blockWords: 0,
      dictionary: "texts",
      newTexts: [],
      badRecords: [],
      skippedNullKeys: 0,
      halted: undefined,
    });
  });

  test("gives rows in offset order, also several of one key", () => {
    const { rows } = decodeRecords(order, [
      { key: "7", value: plain },
      { key: "7", value: null },
      { key: "7", value: plain },
    ]);
    expect(rows.map(({ operation, key, offset }) => [operation, key, offset])).toStrictEqual([
      ["UPSERT", "7", 100],
      ["DELETE", "7", 102],
      ["UPSERT", "7", 104],
    ]);
  });

  test("deletes by a tombstone and keeps its timestamp", () => {
    expect(decodeRecords(order, [{ key: "7", value: null, timestamp: 5 }]).rows).toStrictEqual([
      { operation: "DELETE", key: "7", offset: 100, timestamp: 5, recordKey: undefined },
    ]);
  });

  test("counts records without a key and leaves them out, whatever their value", () => {
    const { rows, badRecords, skippedNullKeys } = decodeRecords(order, [
      { key: null, value: plain },
      { key: null, value: "bad" },
      { key: null, value: null },
    ]);
    expect({ rows, badRecords, skippedNullKeys }).toStrictEqual({ rows: [], badRecords: [], skippedNullKeys: 3 });
  });

  test("keeps good records around a bad one", () => {
    const { rows, badRecords, nextOffset, halted } = decodeRecords(order, [
      { key: "1", value: plain },
      { key: "2", value: "bad" },
      { key: "3", value: plain },
    ]);
    expect(rows.map(({ key }) => key)).toStrictEqual(["1", "3"]);
    expect(badRecords.map(({ key, offset }) => [key, offset])).toStrictEqual([["2", 102]]);
    expect([nextOffset, halted]).toStrictEqual([106, undefined]);
  });

  test("with policy HALT ends before the first bad record and names it", () => {
    const halting = { ...order, onBadRecord: "HALT" as const };
    const { rows, badRecords, nextOffset, halted } = decodeRecords(halting, [
      { key: "1", value: plain },
      { key: "2", value: "[]" },
      { key: "3", value: "[]" },
    ]);
    expect(rows.map(({ key }) => key)).toStrictEqual(["1"]);
    expect(badRecords).toStrictEqual([]);
    expect(nextOffset).toBe(102);
    expect(halted).toMatchObject({ offset: 102, key: "2", error: "Expected an object at value, found an array." });
  });

  test("with policy HALT is not stopped by a record without a key", () => {
    const halting = { ...order, onBadRecord: "HALT" as const };
    expect(decodeRecords(halting, [{ key: null, value: "bad" }]).halted).toBeUndefined();
  });

  test("has a bad record where a tombstone's key is bad", () => {
    const { rows, badRecords } = decodeRecords(order, [{ key: Uint8Array.of(0xff), value: null }]);
    expect(rows).toStrictEqual([]);
    expect(badRecords.map(({ error, firstBytes }) => [error, firstBytes])).toStrictEqual([
      ["Expected UTF-8 text at key, found bytes that are not UTF-8.", ""],
    ]);
  });

  test("has a bad record where the log held no record, although it has no key", () => {
    const { badRecords, skippedNullKeys } = decodeRecords(order, [
      { key: null, value: "{broken", malformed: "Expected a line of JSON, found something else." },
    ]);
    expect(skippedNullKeys).toBe(0);
    expect(badRecords).toMatchObject([
      { key: null, error: "Expected a line of JSON, found something else.", firstBytes: "{broken" },
    ]);
  });

  test("leaves nothing in its rows that changes with the records' bytes", () => {
    const view = defineView({ fields: { name: "String!", any: "JSON!" } });
    const bytes = utf8('{"name":"a long enough name","any":{"a":"another long text","n":12345678901234567890}}');
    const batch = makeBatch([{ key: "7", value: bytes }]);
    const rowBatch = createJsonDecoder(view, decoderOptions).decode(batch, context);
    const before = JSON.stringify(readRowBatch(view, rowBatch));
    bytes.fill(0);
    batch.records[0]?.key?.fill(0);
    expect(JSON.stringify(readRowBatch(view, rowBatch))).toBe(before);
  });
});
