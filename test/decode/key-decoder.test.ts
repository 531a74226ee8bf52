import { describe, expect, test } from "vitest";
import { createKeyDecoder } from "../../src/decode/key-decoder.ts";
import { defineView, type ViewText } from "../support/view-definitions.ts";
import { utf8 } from "./decode-records.ts";
import { messageOf } from "./scalars/describe-scalar.ts";

type Good = readonly [view: ViewText, key: string | readonly number[], text: string, value: unknown];
type Bad = readonly [view: ViewText, key: string | readonly number[], message: string];

const uuidBytes = [0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0x00];
const uuidText = "123e4567-e89b-12d3-a456-426614174000";

const good: readonly Good[] = [
  [{}, "order-7", "order-7", "order-7"],
  [{}, "", "", ""],
  [{}, "zürich 😀", "zürich 😀", "zürich 😀"],
  [{ key: "Int!" }, "42", "42", 42],
  [{ key: "BigInt!" }, "9223372036854775807", "9223372036854775807", 9223372036854775807n],
  [{ key: "UUID!" }, uuidText.toUpperCase(), uuidText, uuidText],
  [{ key: "DateTime!" }, "1700000000000", "2023-11-14T22:13:20.000Z", 1700000000000],
  [{ key: "Boolean!" }, "true", "true", true],
  [{ key: "Status!", enums: { Status: ["PAID"] } }, "PAID", "PAID", "PAID"],
  [{ keyFormat: "JSON" }, '"7"', "7", "7"],
  [{ keyFormat: "JSON" }, "7", "7", "7"],
  [{ keyFormat: "JSON" }, "7.0", "7", "7"],
  [{ keyFormat: "JSON" }, "1.50", "1.5", "1.5"],
  [{ keyFormat: "JSON" }, "12345678901234567890", "12345678901234567890", "12345678901234567890"],
  [{ keyFormat: "JSON" }, "true", "true", "true"],
  [{ keyFormat: "JSON" }, ' {"b": 1, "a": "x"} ', '{"a":"x","b":1}', '{"a":"x","b":1}'],
  [{ keyFormat: "JSON" }, '["b", 1e2]', '["b",100]', '["b",100]'],
  [{ keyFormat: "JSON", key: "String!" }, '"x"', "x", "x"],
  [{ keyFormat: "JSON", key: "Int!" }, "7", "7", 7],
  [{ keyFormat: "JSON", key: "BigInt!" }, "9223372036854775807", "9223372036854775807", 9223372036854775807n],
  [{ keyFormat: "JSON", keyPath: ["payload", "id"] }, '{"payload":{"id":7}}', "7", "7"],
  [{ keyFormat: "JSON", keyPath: ["id"], key: "UUID!" }, `{"id":"${uuidText.toUpperCase()}"}`, uuidText, uuidText],
  [{ keyFormat: "INT32" }, [0, 0, 0, 42], "42", "42"],
  [{ keyFormat: "INT32", key: "Int!" }, [0xff, 0xff, 0xff, 0xff], "-1", -1],
  [
    { keyFormat: "INT64" },
    [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    "9223372036854775807",
    "9223372036854775807",
  ],
  [{ keyFormat: "INT64", key: "BigInt!" }, [0x80, 0, 0, 0, 0, 0, 0, 0], "-9223372036854775808", -9223372036854775808n],
  [{ keyFormat: "INT64", key: "Int!" }, [0, 0, 0, 0, 0, 0, 0, 7], "7", 7],
  [{ keyFormat: "UUID" }, uuidBytes, uuidText, uuidText],
  [{ keyFormat: "UUID", key: "UUID!" }, uuidText.toUpperCase(), uuidText, uuidText],
  [{ keyFormat: "BYTES" }, [0xff, 0x00], "/wA=", "/wA="],
  [{ keyFormat: "BYTES", key: "Bytes!" }, [], "", ""],
];

const bad: readonly Bad[] = [
  [{}, [0xff], "Expected UTF-8 text at key, found bytes that are not UTF-8."],
  [{}, [0xed, 0xa0, 0x80], "Expected UTF-8 text at key, found bytes that are not UTF-8."],
  [
    { key: "Int!" },
    "4x",
    'Expected an Int (a whole number from -2147483648 to 2147483647) at key, found the text "4x".',
  ],
  [
    { key: "Status!", enums: { Status: ["PAID", "OPEN"] } },
    "X",
    'Expected one of PAID, OPEN at key, found the text "X".',
  ],
  [{ keyFormat: "JSON" }, "null", "Expected a value of ID at key, found null."],
  [{ keyFormat: "JSON" }, '"\\ud800"', "Expected well-formed Unicode text at key, found text with a lone surrogate."],
  [{ keyFormat: "JSON" }, "1e999", "Expected a finite number at key, found a number beyond the range of a double."],
  [
    { keyFormat: "JSON", key: "Int!" },
    '"7"',
    'Expected an Int (a whole number from -2147483648 to 2147483647) at key, found the text "7".',
  ],
  [{ keyFormat: "JSON", keyPath: ["id"] }, "7", "Expected an object at key, found the number 7."],
  [{ keyFormat: "JSON", keyPath: ["id"] }, "{}", "Expected a value of ID at key.id, found nothing."],
  [{ keyFormat: "JSON", keyPath: ["a", "id"] }, '{"a":null}', "Expected a value of ID at key.a, found null."],
  [{ keyFormat: "JSON", keyPath: ["a", "id"] }, '{"a":[7]}', "Expected an object at key.a, found an array."],
  [{ keyFormat: "INT32" }, [0, 0, 42], "Expected 4 bytes (INT32, big-endian) at key, found 3 bytes."],
  [{ keyFormat: "INT64" }, [0, 0, 0, 42], "Expected 8 bytes (INT64, big-endian) at key, found 4 bytes."],
  [
    { keyFormat: "INT64", key: "Int!" },
    [0, 0, 0, 1, 0, 0, 0, 0],
    'Expected an Int (a whole number from -2147483648 to 2147483647) at key, found the text "4294967296".',
  ],
  [{ keyFormat: "UUID" }, "7", "Expected a UUID (16 bytes, or its 36 characters) at key, found 1 bytes."],
  [
    { keyFormat: "UUID" },
    "x".repeat(36),
    `Expected a UUID (like 123e4567-e89b-12d3-a456-426614174000) at key, found the text "${"x".repeat(36)}".`,
  ],
];

describe("a record key", () => {
  test.each(good)("%j: %j is the entity %s", (view, key, text, value) => {
    const decoded = createKeyDecoder(defineView(view))(keyBytes(key));
    expect([decoded.text, decoded.value]).toStrictEqual([text, value]);
  });

  test.each(bad)("%j: %j is bad", (view, key, message) => {
    const decode = createKeyDecoder(defineView(view));
    expect(messageOf(() => decode(keyBytes(key)))).toBe(message);
  });

  test("that is not JSON says so", () => {
    const decode = createKeyDecoder(defineView({ keyFormat: "JSON" }));
    expect(messageOf(() => decode(utf8("order-7")))).toMatch(
      /^Expected JSON text at key, found a text that breaks its grammar \(.+\)\.$/,
    );
  });

  test("of which the id is a part is told apart by its canonical text", () => {
    const decode = createKeyDecoder(defineView({ keyFormat: "JSON", keyPath: ["id"] }));
    expect(decode(utf8('{"v": 2, "id": "7"}')).recordKey).toBe('{"id":"7","v":2}');
  });

  test("without a path carries no second text", () => {
    expect(createKeyDecoder(defineView({ keyFormat: "JSON" }))(utf8('{"a":1}')).recordKey).toBeUndefined();
  });

  test("is read from a view of a larger buffer", () => {
    const buffer = Uint8Array.of(9, 9, 9, 0, 0, 0, 42, 9);
    expect(createKeyDecoder(defineView({ keyFormat: "INT32" }))(buffer.subarray(3, 7)).text).toBe("42");
  });

  test("with a path needs the format JSON", () => {
    const definition = defineView({ keyFormat: "STRING", keyPath: ["id"] });
    expect(() => createKeyDecoder(definition)).toThrow("@key(path:) needs keyFormat JSON, not STRING");
  });
});

function keyBytes(key: string | readonly number[]): Uint8Array {
  return typeof key === "string" ? utf8(key) : Uint8Array.from(key);
}
