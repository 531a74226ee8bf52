import { describe, expect, test } from "vitest";
import { lookAheadBytes } from "../../../src/decode/columns/row-texts.ts";
import { kafkaNeighbours } from "../../support/shared-buffer.ts";
import { defineView, type ViewText } from "../../support/view-definitions.ts";
import { makeBatch, type RecordText } from "../decode-records.ts";
import { countScanned, expectSameBothWays, openSameInPlace } from "./both-ways.ts";

type Usual = readonly [what: string, view: ViewText, records: readonly RecordText[]];

const address = {
  Address: { street: "String!", city: "String", at: "Place" },
  Place: { lat: "Float!", long: "Float!" },
};
const uuid = "123e4567-e89b-12d3-a456-426614174000";

/** What the scanner must take itself: that it stays quick for what real topics hold. */
const usual: readonly Usual[] = [
  ["texts, also not in English", { fields: { a: "String!", b: "ID!" } }, values({ a: "Zürich 東京 😀", b: "7" })],
  ["texts with escapes", { fields: { a: "String!" } }, values({ a: 'two\nlines, "quoted"' }, '{"a":"\\u00e9\\/"}')],
  [
    "numbers",
    { fields: { a: "Int!", b: "Float!", c: "ID!" } },
    values({ a: -7, b: 12.5, c: 42 }, { a: 0, b: 0, c: 0 }),
  ],
  ["large numbers", { fields: { a: "Int!", b: "Float!" } }, values({ a: 2147483647, b: 123456789012.345 })],
  ["numbers in odd forms", { fields: { a: "Int!", b: "Float!" } }, values('{"a":7.0,"b":1.5e3}', '{"a":-0,"b":-0.0}')],
  [
    "exact numbers",
    { fields: { a: "BigInt!", b: "Decimal!" } },
    values('{"a":12345678901234567890,"b":0.10}', { a: "7", b: "12.50" }),
  ],
  [
    "times",
    { fields: { a: "DateTime!", b: "DateTime!" } },
    values({ a: 1700000000000, b: "2024-05-31T10:15:30.250Z" }, { a: "2024-05-31T10:15:30+02:00", b: 0 }),
  ],
  [
    "days and times of day",
    { fields: { a: "Date!", b: "Time!" } },
    values({ a: "2024-02-29", b: "10:15:30.250Z" }, { a: "2024-05-31", b: "10:15:30+02:00" }),
  ],
  [
    "enums and Booleans",
    { enums: { E: ["A", "B"] }, fields: { a: "E!", b: "Boolean!" } },
    values({ a: "A", b: true }, { a: "B", b: false }),
  ],
  [
    "UUIDs and bytes",
    { fields: { a: "UUID!", b: "Bytes!" } },
    values({ a: uuid, b: "AAEC" }, { a: uuid.toUpperCase(), b: "" }),
  ],
  [
    "JSON, lists and lists of objects",
    { embedded: { Line: { sku: "String!" } }, fields: { a: "JSON", b: "[String!]!", c: "[Line!]" } },
    values(
      { a: { x: [1, "y"] }, b: ["p", "q"], c: [{ sku: "s" }] },
      '{"a":1e3,"b":["\\n"],"c":[{"sku":"s","more":1}]}',
      '{"a":[1.0, 2],"b":[ ],"c":null}',
    ),
  ],
  [
    "nulls and absent members",
    { fields: { a: "Int", b: "String", c: "Float", d: "Boolean" } },
    values({ a: null, b: null, c: null, d: null }, {}),
  ],
  [
    "embedded values",
    { embedded: address, fields: { home: "Address!", work: "Address" } },
    values(
      { home: { street: "s", city: "c", at: { lat: 1, long: 2 } }, work: null },
      { home: { street: "s" }, work: { street: "t", at: null } },
    ),
  ],
  [
    "paths",
    { fields: { a: { type: "String", path: ["x", "a"] }, b: { type: "Int", path: ["x", "y", "b"] } } },
    values({ x: { a: "1", y: { b: 2 } } }, { x: null }, { x: { y: null } }, {}),
  ],
  [
    "one member for two fields",
    {
      fields: { a: { type: "Int", path: ["n"] }, b: { type: "Float", path: ["n"] }, c: { type: "JSON", path: ["n"] } },
    },
    values({ n: 7 }),
  ],
  [
    "members that nobody wants",
    { fields: { a: "Int" } },
    values({ z: { y: [1, "\n", {}] }, a: 1, x: "\ud83d" }, '{"z":1e400,"a":2,"z":3}'),
  ],
  [
    "members in another order",
    { fields: { a: "Int", b: "Int", c: "Int" } },
    values({ a: 1, b: 2, c: 3 }, { c: 3, a: 1, b: 2 }, { b: 2 }),
  ],
  ["white space", { fields: { a: "Int", b: "[Int]" } }, values(' {\n "a" : 1 ,\t"b" : [ 1 ,2 ] }\r\n')],
  [
    "headers and parts of the record",
    {
      fields: {
        a: { type: "String", header: "h" },
        b: { type: "DateTime", record: "TIMESTAMP" },
        c: { type: "BigInt!", record: "OFFSET" },
      },
    },
    [
      { value: {}, headers: [["h", "x"]] },
      { value: {}, timestamp: -1 },
    ],
  ],
  ["tombstones", {}, [{ value: null }]],
  ["long values", { fields: { a: "String" } }, values({ a: "x" }, { a: "long ".repeat(5_000) }, { a: "y" })],
  ["text keys", {}, ["order-7", "zürich", ""].map((key) => ({ key, value: {} }))],
  ["numbers as text keys", { key: "Int!" }, ["7", "-7", "0", "2147483647"].map((key) => ({ key, value: {} }))],
  ["JSON keys", { keyFormat: "JSON" }, ['"a"', "7", ' "a"', '{"b":1}'].map((key) => ({ key, value: {} }))],
  ["parts of JSON keys", { keyFormat: "JSON", keyPath: ["id"] }, ['{"id":7}'].map((key) => ({ key, value: {} }))],
  [
    "INT32 keys",
    { keyFormat: "INT32" },
    [
      [0, 0, 0, 7],
      [255, 255, 255, 255],
      [128, 0, 0, 0],
    ].map(keyOf),
  ],
  [
    "INT64 keys",
    { keyFormat: "INT64" },
    [
      [0, 0, 0, 7, 0, 0, 0, 9],
      [255, 255, 255, 255, 255, 255, 255, 254],
      [128, 0, 0, 0, 0, 0, 0, 0],
    ].map(keyOf),
  ],
  [
    "UUID keys",
    { keyFormat: "UUID" },
    [
      { key: Uint8Array.from({ length: 16 }, (_, at) => 17 * at), value: {} },
      { key: uuid, value: {} },
    ],
  ],
];

/** What only parsing decides. */
const unusual: readonly Usual[] = [
  ["a member that comes twice", { fields: { a: "Int" } }, values('{"a":1,"a":2}')],
  ["a name with an escape", { fields: { a: "Int" } }, values('{"\\u0061":1}')],
  ["a wrong type", { fields: { a: "Int" } }, values({ a: "x" })],
  ["a missing value", { fields: { a: "Int!" } }, values({}, { a: null })],
  ["a text that is not UTF-8", { fields: { a: "String" } }, [{ value: Buffer.from('{"a":"\xff"}', "latin1") }]],
  ["a record without a key", {}, [{ key: null, value: {} }]],
  [
    "a key that is none",
    { key: "Int!" },
    [
      { key: "x", value: {} },
      { key: "x", value: null },
    ],
  ],
  ["what the log could not read", {}, [{ value: {}, malformed: "cut off" }]],
  [
    "a header that cannot be read",
    { fields: { a: { type: "Int", header: "h" } } },
    [{ value: {}, headers: [["h", "x"]] }],
  ],
];

describe("the scanner", () => {
  test.each(usual)("takes %s, as parsing does", (_, text, records) => {
    const view = defineView(text);
    expect(countScanned(view, records)).toBe(records.length);
    expectSameBothWays(view, [makeBatch(records), makeBatch(records)]);
  });

  test.each(unusual)("leaves to parsing: %s", (_, text, records) => {
    const view = defineView(text);
    expect(countScanned(view, records)).toBe(0);
    expectSameBothWays(view, [makeBatch(records)]);
  });

  test.each(usual)("takes the same where they stand in a buffer: %s", (_, text, records) => {
    openSameInPlace(defineView(text))(makeBatch(records).records);
  });

  test("leaves records where they stand that need no text made, have ASCII text keys, and a zero and room behind", () => {
    const countInPlace = openSameInPlace(defineView({ fields: { a: "String!", b: "Int", c: "Date" } }));
    const value = '{"a":"Zürich 😀","b":7,"c":"2024-02-29"}';
    const { records } = makeBatch(["order-7", "", "7"].map((key) => ({ key, value })));
    expect(countInPlace(records)).toBe(3);
    // Behind the last value stands less than a scanner may look at.
    expect(countInPlace(records, { ...kafkaNeighbours, atEnd: Buffer.alloc(lookAheadBytes - 8) })).toBe(2);
    expect(countInPlace(records, { ...kafkaNeighbours, afterValue: () => Uint8Array.of(2, 0) })).toBe(0);
    const odd = [{ key: "zürich", value }, { value: '{"a":"two\\nlines"}' }, { value: null }, { key: null, value }];
    expect(countInPlace(makeBatch(odd).records)).toBe(0);
  });

  test.each(["STRING", "JSON", "INT32", "UUID", "BYTES"] as const)(
    "takes odd records among usual ones where they stand as by parsing, by %s keys",
    (keyFormat) => {
      const view = defineView({
        keyFormat,
        ...{ fields: { a: "String!", h: { type: "String", header: "h" }, o: { type: "BigInt", record: "OFFSET" } } },
      });
      for (const definition of [view, { ...view, fields: view.fields.slice(0, 2) }]) {
        const keys = ["order-7", "zürich", '"a"', "7", Uint8Array.of(0, 0, 0, 7), uuid, Uint8Array.of(0xff), null];
        const odd = keys.flatMap((key) => [
          ...[
            { key, value: '{"a":"plain"}' },
            { key, value: null },
            { key, value: '{"a":"es\\u0063aped"}' },
          ],
          ...[
            { key, value: '{"a":1}' },
            { key, value: { a: "x" }, headers: [["h", "of a header"]] as const },
          ],
        ]);
        const calm = Array.from({ length: 70 }, (_, at) => ({ key: keys[at % 3], value: { a: `text ${at % 9}` } }));
        const mixed = odd.flatMap((record, at) => [record, ...calm.slice(0, (7 * at) % 71)]);
        expectSameBothWays(definition, [
          makeBatch(mixed),
          makeBatch([...calm, ...calm]),
          makeBatch(mixed.toReversed()),
        ]);
      }
    },
  );

  test("is not misled by what an earlier record left behind", () => {
    const view = defineView({ fields: { a: "String", b: "DateTime", c: "Float" } });
    const whole = '{"a":"text","b":"2024-05-31T10:15:30.250Z","c":12.5}';
    const cuts = Array.from(whole, (_, length) => ({ value: whole.slice(0, length) }));
    expectSameBothWays(view, [makeBatch(cuts.flatMap((cut) => [{ value: whole }, cut, { value: whole }]))]);
  });
});

function values(...list: readonly unknown[]): readonly RecordText[] {
  return list.map((value) => ({ value }));
}

function keyOf(bytes: readonly number[]): RecordText {
  return { key: Uint8Array.from(bytes), value: {} };
}
