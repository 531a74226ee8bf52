import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLine } from "./lines.ts";

const bare = { partition: 0, offset: -1, timestamp: -1, headers: [] };

describe("a line of the first form", () => {
  test("has key, value, headers, timestamp and partition", () => {
    const line = '{"key": "7", "value": {"a": 1}, "headers": {"h": "v"}, "timestamp": 1700000000000, "partition": 3}';
    expect(parseLine(line)).toEqual({
      partition: 3,
      offset: -1,
      timestamp: 1_700_000_000_000,
      headers: [["h", "v"]],
      key: "7",
      value: '{"a": 1}',
    });
  });

  test("needs only key and value, in any order", () => {
    expect(parseLine('{"value":{"a":1},"key":"k"}')).toEqual({ ...bare, key: "k", value: '{"a":1}' });
  });

  test("is a tombstone if its value is null", () => {
    expect(parseLine('{"key":"k","value":null}')).toEqual({ ...bare, key: "k", value: null });
  });

  test("may have a null key", () => {
    expect(parseLine('{"key":null,"value":1}')).toEqual({ ...bare, key: null, value: "1" });
  });

  test("keeps the value's own text: long numbers, repeated members, spaces, escapes", () => {
    const value = '{ "n":12345678901234567890, "n" : 1e400,\t"s":"\\u00e9\\/" , "z":-0.0 }';
    expect(parseLine(`{"key":"k","value": ${value} }`)).toMatchObject({ value });
  });

  test("takes any JSON value as value, as its text", () => {
    for (const value of ["[1, 2]", '"text"', "0.10", "true", "{}"]) {
      expect(parseLine(`{"key":"k","value":${value}}`)).toMatchObject({ value });
    }
  });

  test("takes a key that is no string as its JSON text", () => {
    expect(parseLine('{"key":{"id": 7},"value":1}')).toMatchObject({ key: '{"id": 7}' });
    expect(parseLine('{"key":7,"value":1}')).toMatchObject({ key: "7" });
  });

  test("takes null headers, timestamp and partition as absent", () => {
    expect(parseLine('{"key":"k","value":1,"headers":null,"timestamp":null,"partition":null}')).toEqual({
      ...bare,
      key: "k",
      value: "1",
    });
  });

  test("repeats a header whose member is repeated or whose value is a list", () => {
    expect(
      parseLine('{"key":"k","value":1,"headers":{"h":"1","n":null,"h":["2",null, "\\u0033"],"e":[]}}'),
    ).toMatchObject({
      headers: [
        ["h", "1"],
        ["n", null],
        ["h", "2"],
        ["h", null],
        ["h", "3"],
      ],
    });
  });

  test("ignores members that it does not know, and offsets, which only kcat names", () => {
    const line = '{"offset":17,"ts":5,"partitions":4,"key":"k","value":1,"more":{"value":2,"key":[{}]}}';
    expect(parseLine(line)).toEqual({ ...bare, key: "k", value: "1" });
  });

  test("takes the last of members that come twice, and names that are escaped", () => {
    expect(parseLine('{"key":"a","value":1,"\\u006bey":"b","v\\u0061lue":2}')).toEqual({
      ...bare,
      key: "b",
      value: "2",
    });
  });

  test("gives of any JSON line what JSON.parse gives", () => {
    const record = fc.record({
      key: fc.oneof(
        fc.string({ unit: "binary" }).filter((key) => key.isWellFormed()),
        fc.constant(null),
      ),
      value: fc.jsonValue({ stringUnit: "grapheme" }),
      timestamp: fc.nat(),
      partition: fc.nat(1000),
      headers: fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })),
    });
    fc.assert(
      fc.property(record, fc.boolean(), (written, isSpread) => {
        const line = isSpread ? JSON.stringify(written, null, "\t").replaceAll("\n", "\r ") : JSON.stringify(written);
        const parsed = JSON.parse(line);
        const read = parseLine(line);
        expect(read).toMatchObject({
          key: parsed.key,
          timestamp: parsed.timestamp,
          partition: parsed.partition,
          headers: Object.entries(parsed.headers),
        });
        expect(JSON.parse(read && "value" in read ? (read.value ?? "null") : "?")).toEqual(parsed.value);
      }),
    );
  });
});

describe("a line as kcat prints it", () => {
  const kcat =
    '{"topic":"shop.orders","partition":2,"offset":41,"tstype":"create","ts":1700000000123,"broker":1,' +
    '"headers":["a","1","a",null,"b",""],"key":"k\\"1","payload":"{\\"n\\": 12345678901234567890,\\n\\"t\\":\\"\\u00e9\\"}"}';

  test("has partition, offset, timestamp, headers, key, and the payload's text as value", () => {
    expect(parseLine(kcat)).toEqual({
      partition: 2,
      offset: 41,
      timestamp: 1_700_000_000_123,
      headers: [
        ["a", "1"],
        ["a", null],
        ["b", ""],
      ],
      key: 'k"1',
      value: '{"n": 12345678901234567890,\n"t":"é"}',
    });
  });

  test("is a tombstone if its payload is null", () => {
    const line = '{"topic":"t","partition":0,"offset":3,"tstype":"create","ts":5,"broker":1,"key":null,"payload":null}';
    expect(parseLine(line)).toEqual({ ...bare, offset: 3, timestamp: 5, key: null, value: null });
  });

  test("keeps an empty payload apart from a tombstone", () => {
    expect(parseLine('{"offset":3,"key":"","payload":""}')).toMatchObject({ key: "", value: "" });
  });

  test("may hold a payload that kcat has decoded, as its JSON text", () => {
    expect(parseLine('{"offset":3,"key":"k","payload":{"id": 1}}')).toMatchObject({ value: '{"id": 1}' });
  });

  test("is malformed, not a tombstone, where kcat could not decode the payload or the key", () => {
    expect(parseLine('{"offset":3,"key":"k","payload":null,"payload_error":"bad magic"}')).toEqual({
      malformed: "kcat could not read the payload: bad magic",
    });
    expect(parseLine('{"offset":3,"key":null,"key_error":"bad magic","payload":"1"}')).toEqual({
      malformed: "kcat could not read the key: bad magic",
    });
  });
});

describe("a line that is neither", () => {
  test.each([
    ["", undefined],
    [" \t\r", undefined],
    ["{}", "expected the members key and value (or payload), found an empty object"],
    ['{"value":1}', "expected a member key (it may be null), found none"],
    ['{"key":"k"}', "expected a member value, or payload as kcat prints it, found neither"],
    ['{"key":"k","value":1,"payload":"1"}', "expected a member value, or payload as kcat prints it, found both"],
    ["[1]", "expected a JSON object, found another JSON value"],
    ['"text"', "expected a JSON object, found another JSON value"],
    ["% Reached end of topic", "expected a JSON object, found what is no JSON at byte 1 of the line"],
    ['{"key":"k","value":{]}', "expected a JSON object, found what is no JSON at byte 21 of the line"],
    ['{"key":"k","value":1} x', "expected a JSON object, found what is no JSON at byte 23 of the line"],
    ['{"key":"k","value":1', "expected a JSON object, found what is no JSON at byte 21 of the line"],
    ['{"key":"k","value":1,"partition":-1}', "expected a partition number, found another value"],
    ['{"key":"k","value":1,"partition":"1"}', "expected a partition number, found another value"],
    ['{"key":"k","value":1,"partition":2147483648}', "expected a partition number, found another value"],
    ['{"key":"k","value":1,"timestamp":1.5}', "expected a timestamp in milliseconds, found another value"],
    ['{"key":"k","payload":"1","offset":-2}', "expected an offset, found another value"],
    ['{"key":"k","payload":"1","offset":9007199254740991}', "expected an offset, found another value"],
    ['{"key":"k","payload":"1","offset":12345678901234567890}', "expected an offset, found another value"],
  ])("%s", (line, malformed) => {
    expect(parseLine(line)).toEqual(malformed === undefined ? undefined : { malformed });
  });

  test.each(['[["a","b"]]', '["a"]', '[null,"v"]', '{"h":1}', '{"h":[1]}', '"text"', "7"])(
    "has headers %s",
    (headers) => {
      expect(parseLine(`{"key":"k","value":1,"headers":${headers}}`)).toEqual({
        malformed: "expected headers as an object of strings or kcat's array of names and values, found something else",
      });
    },
  );
});

test("a byte order mark and a carriage return are no part of a line", () => {
  expect(parseLine('\ufeff{"key":"k","value":1}\r')).toEqual({ ...bare, key: "k", value: "1" });
  expect(parseLine("\ufeff\r")).toBeUndefined();
});
