import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLScalarType, GraphQLString } from "graphql";
import { GraphQLDate, GraphQLDateTime, GraphQLJSON, GraphQLTime, GraphQLUUID } from "graphql-scalars";
import type { ScalarName } from "../mapping/view-definition.ts";
import { decodePosition } from "./position-token.ts";

/**
 * Views hold values that have been checked when they were decoded (`FieldValue`), so going out they are only put into
 * their JSON form, never checked again. Names, specifications and input coercion are graphql-scalars' where it has
 * the scalar; going out it would check each value and normalise some (its BigInt turns into a number).
 */
const asIs = (value: unknown): unknown => value;

/** Milliseconds since the Unix epoch → UTC, ISO 8601 with milliseconds. */
export const dateTimeScalar = new GraphQLScalarType<unknown, unknown>({
  ...GraphQLDateTime.toConfig(),
  description: "A moment, ISO 8601 in UTC with milliseconds: `2026-01-31T12:00:00.000Z`.",
  specifiedByURL: "https://scalars.graphql.org/andimarek/date-time.html",
  serialize: (value) => new Date(Number(value)).toISOString(),
});

const dateScalar = new GraphQLScalarType<unknown, unknown>({
  ...GraphQLDate.toConfig(),
  description: "A day of the calendar, ISO 8601: `2026-01-31`.",
  specifiedByURL: "https://scalars.graphql.org/andimarek/local-date.html",
  serialize: asIs,
});

const timeScalar = new GraphQLScalarType<unknown, unknown>({
  ...GraphQLTime.toConfig(),
  description: "A time of day, ISO 8601, as the record has it: `12:00:00`.",
  serialize: asIs,
});

const uuidScalar = new GraphQLScalarType<unknown, unknown>({
  ...GraphQLUUID.toConfig(),
  description: "A UUID in lower case: `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc9562",
  serialize: asIs,
});

const jsonScalar = new GraphQLScalarType<unknown, unknown>({
  ...GraphQLJSON.toConfig(),
  description: "Any JSON value. Numbers have all the digits that they came with.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc8259",
  serialize: unboxJson,
});

const bigIntScalar = new GraphQLScalarType<unknown, unknown>({
  name: "BigInt",
  description: "An integer of any size, as a string of decimal digits.",
  serialize: String,
});

const decimalScalar = new GraphQLScalarType<unknown, unknown>({
  name: "Decimal",
  description: 'An exact decimal number, as a string without exponent: `"12.5"`.',
  serialize: asIs,
});

const bytesScalar = new GraphQLScalarType<unknown, unknown>({
  name: "Bytes",
  description: "Bytes, as base64.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc4648#section-4",
  serialize: asIs,
});

/** The opaque token of `extensions.position`; a text that is none is refused with what to do. */
export const positionScalar = new GraphQLScalarType<string, string>({
  name: "Position",
  description: "Where the views that an operation read stood: an opaque token. Pass it back as it came.",
  serialize: String,
  parseValue: parsePosition,
});

/** GraphQL's scalar for each of a schema author's. */
export const scalarTypes: Readonly<Record<ScalarName, GraphQLScalarType>> = {
  ID: GraphQLID,
  String: GraphQLString,
  Int: GraphQLInt,
  Float: GraphQLFloat,
  Boolean: GraphQLBoolean,
  DateTime: dateTimeScalar,
  Date: dateScalar,
  Time: timeScalar,
  BigInt: bigIntScalar,
  Decimal: decimalScalar,
  UUID: uuidScalar,
  JSON: jsonScalar,
  Bytes: bytesScalar,
};

/** Decoding boxes each JSON value (`JsonValue`); `JSON.rawJSON` objects inside go through as they are. */
function unboxJson(value: unknown): unknown {
  return typeof value === "object" && value !== null && "json" in value ? value.json : value;
}

function parsePosition(value: unknown): string {
  const text = typeof value === "string" ? value : `(${typeof value})`;
  decodePosition(text);
  return text;
}
