import fc from "fast-check";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import type { FieldType, ScalarName } from "../../src/mapping/view-definition.ts";

/** A value as JSON text, and what a row must hold of it. */
export interface DecodedJson {
  readonly json: string;
  readonly value: FieldValue;
}

/** A field type with a value of it. */
export interface TypedJson extends DecodedJson {
  readonly type: FieldType;
}

/** Text that UTF-8 can hold, of all planes, with characters that JSON escapes. */
export const text = fc.string({ unit: "grapheme" }).filter((value) => value.isWellFormed());

/** Integers far beyond 2^53. */
export const integer = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });

const earliestMs = -62_167_219_200_000;
const latestMs = 253_402_300_799_999;
const dateTimeMs = fc.integer({ min: earliestMs, max: latestMs });

const json = (value: unknown): string => JSON.stringify(value);
const same = (value: string | number | boolean): DecodedJson => ({ json: json(value), value });

/** Values of each scalar, in every form that it takes. */
export const scalarValues: Readonly<Record<ScalarName, fc.Arbitrary<DecodedJson>>> = {
  ID: fc.oneof(
    text.map(same),
    integer.map((value) => ({ json: String(value), value: String(value) })),
  ),
  String: text.map(same),
  Int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => same(value + 0)),
  Float: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => same(value + 0)),
  Boolean: fc.boolean().map(same),
  DateTime: fc.oneof(
    dateTimeMs.map((value) => same(value + 0)),
    dateTimeMs.map((value) => ({ json: json(new Date(value).toISOString()), value: value + 0 })),
  ),
  Date: dateTimeMs.map((value) => same(new Date(value).toISOString().slice(0, 10))),
  Time: dateTimeMs.map((value) => same(new Date(value).toISOString().slice(11))),
  BigInt: fc.tuple(integer, fc.boolean()).map(([value, isText]) => ({
    json: isText ? json(String(value)) : String(value),
    value,
  })),
  Decimal: fc
    .tuple(integer, fc.nat({ max: 30 }), fc.boolean())
    .map(([digits, scale, isText]) => ({ digits: decimalText(digits, scale), isText }))
    .map(({ digits, isText }) => ({ json: isText ? json(digits) : digits, value: trimmed(digits) })),
  UUID: fc.uuid().map((value) => ({ json: json(value.toUpperCase()), value })),
  JSON: fc
    .jsonValue()
    .map((value) => JSON.parse(json(value)) as unknown)
    // A JSON null is null, as of every scalar.
    .filter((value) => value !== null)
    .map((value) => ({ json: json(value), value: { json: value } })),
  Bytes: fc.uint8Array().map((bytes) => same(Buffer.from(bytes).toString("base64"))),
};

/** Digits with a point so many places from their end, written as people do: `-0.50`. */
export function decimalText(digits: bigint, scale: number): string {
  const sign = digits < 0n ? "-" : "";
  const padded = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  return scale === 0 ? sign + padded : `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

function trimmed(digits: string): string {
  const short = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
  return short === "-0" ? "0" : short;
}

const names = Object.keys(scalarValues) as ScalarName[];

const scalar: fc.Arbitrary<TypedJson> = fc
  .constantFrom(...names)
  .chain((name) =>
    scalarValues[name].map((decoded) => ({ ...decoded, type: { kind: "scalar", scalar: name, nullable: false } })),
  );

const { typed } = fc.letrec<{ typed: TypedJson }>((tie) => ({
  typed: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    scalar,
    tie("typed").map(({ type }): TypedJson => ({ type: { ...type, nullable: true }, json: "null", value: null })),
    tie("typed").map((some): TypedJson => ({ ...some, type: { ...some.type, nullable: true } })),
    // Elements are one value again and again: what matters here is the way into a list.
    fc.tuple(tie("typed"), fc.nat({ max: 3 })).map(
      ([element, count]): TypedJson => ({
        type: { kind: "list", element: element.type, nullable: false },
        json: `[${new Array<string>(count).fill(element.json).join(" , ")}]`,
        value: new Array<FieldValue>(count).fill(element.value),
      }),
    ),
    fc.array(tie("typed"), { minLength: 1, maxLength: 4 }).map((members): TypedJson => embeddedOf(members)),
  ),
}));

/** Values of generated types: scalars, lists, embedded, nullable ones. */
export const typedJson: fc.Arbitrary<TypedJson> = typed;

function embeddedOf(members: readonly TypedJson[]): TypedJson {
  const fields = members.map(({ type }, at) => ({
    name: `f${at}`,
    description: undefined,
    deprecationReason: undefined,
    type,
    source: { from: "value" as const, path: [`f${at}`] },
    isIndexed: false,
  }));
  return {
    type: { kind: "embedded", definition: { name: "Part", description: undefined, fields }, nullable: false },
    json: `{${members.map((member, at) => `"f${at}":${member.json}`).join(",")}}`,
    value: { values: members.map(({ value }) => value) },
  };
}
