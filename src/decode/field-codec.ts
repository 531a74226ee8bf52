import type { EmbeddedDefinition, EnumDefinition, FieldType } from "../mapping/view-definition.ts";
import { parseJsonText } from "./json-text.ts";
import type { EmbeddedValue, FieldValue } from "./row-batch.ts";
import { scalarCodecs } from "./scalars/scalar-codecs.ts";
import { type ReadMember, readMemberAt, requireObject } from "./value-path.ts";
import { reject, rethrowUnder } from "./value-problem.ts";

/** Parser of one type's values from a parsed JSON text; `undefined` is an absent member. Throws `ValueProblem`. */
export type ParseValue = (value: unknown) => FieldValue;

/** Parser of one type's values from a text of their own (a header). Throws `ValueProblem`. */
export type ParseText = (text: string) => FieldValue;

/** Makes the parser of a type, once; embedded types may hold themselves. */
export function makeValueParser(type: FieldType): ParseValue {
  return makeParser(type, new Map());
}

/** Makes the parser of a type from text of its own; lists and embedded values are written as JSON text there. */
export function makeTextParser(type: FieldType): ParseText {
  if (type.kind === "scalar" && type.scalar !== "JSON") return scalarCodecs[type.scalar].parseText;
  const parse = makeValueParser(type);
  if (type.kind === "enum") return parse;
  return (text) => parse(parseJsonText(text, { isExact: true }));
}

type EmbeddedParsers = Map<EmbeddedDefinition, ParseValue>;

function makeParser(type: FieldType, embedded: EmbeddedParsers): ParseValue {
  const parse = makeNonNullParser(type, embedded);
  if (type.nullable) return (value) => (value === undefined || value === null ? null : parse(value));
  const expected = `a value of ${describeType(type)}`;
  return (value) => (value === undefined || value === null ? reject(expected, value) : parse(value));
}

function makeNonNullParser(type: FieldType, embedded: EmbeddedParsers): ParseValue {
  switch (type.kind) {
    case "scalar":
      return scalarCodecs[type.scalar].parseJson;
    case "enum":
      return makeEnumParser(type.definition);
    case "embedded":
      return makeEmbeddedParser(type.definition, embedded);
    case "list":
      return makeListParser(makeParser(type.element, embedded));
  }
}

function makeEnumParser(definition: EnumDefinition): ParseValue {
  // Values found are those of the definition, so that a row keeps no text of its record for them.
  const names = new Map(definition.values.map(({ name }) => [name, name]));
  const expected = `one of ${[...names.keys()].join(", ")}`;
  return (value) => (typeof value === "string" ? names.get(value) : undefined) ?? reject(expected, value);
}

function makeListParser(parseElement: ParseValue): ParseValue {
  return (value) => {
    if (!Array.isArray(value)) return reject("an array", value);
    const elements = new Array<FieldValue>(value.length);
    let at = 0;
    try {
      for (; at < value.length; at += 1) elements[at] = parseElement(value[at]);
    } catch (error) {
      rethrowUnder(error, `[${at}]`);
    }
    return elements;
  };
}

function makeEmbeddedParser(definition: EmbeddedDefinition, embedded: EmbeddedParsers): ParseValue {
  const known = embedded.get(definition);
  if (known !== undefined) return known;
  let members: readonly ReadMember[] = [];
  const parse = (value: unknown): EmbeddedValue => {
    const object = requireObject(value);
    const values = new Array<FieldValue>(members.length);
    let at = 0;
    for (const read of members) {
      values[at] = read(object);
      at += 1;
    }
    return { values };
  };
  // Known before its members are made: they may lead back here.
  embedded.set(definition, parse);
  members = definition.fields.map(({ source, type, name }) =>
    readMemberAt(source.from === "value" ? source.path : [name], makeParser(type, embedded)),
  );
  return parse;
}

function describeType(type: FieldType): string {
  switch (type.kind) {
    case "scalar":
      return type.scalar;
    case "list":
      return `[${describeType(type.element)}${type.element.nullable ? "" : "!"}]`;
    default:
      return type.definition.name;
  }
}
