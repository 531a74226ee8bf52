import type { EmbeddedDefinition, FieldType, ScalarName } from "../mapping/view-definition.ts";
import { parseJsonText } from "./json-text.ts";
import type { EmbeddedValue, FieldValue, JsonValue } from "./row-batch.ts";
import { requireObject } from "./value-path.ts";

/** The text of a value that is not null. */
export type WriteText = (value: FieldValue) => string;

/** The value that a text stands for. */
export type ReadText = (text: string) => FieldValue;

/**
 * Makes the text of a text column's cells. Scalars but JSON, and enums: their own text. JSON, lists and embedded values:
 * compact JSON just as the API prints it (DateTime in ISO 8601 UTC with milliseconds; BigInt, Decimal and all texts in
 * quotes; embedded values with the author's field names in declaration order, null where null), so that it can be
 * copied into a response.
 */
export function makeCellText(type: FieldType): WriteText {
  return isOwnText(type) ? String : makePrinter({ ...type, nullable: false }, new Map());
}

/** Makes the way back, exact for every text that `makeCellText` of this type has made; for no others. */
export function makeCellParser(type: FieldType): ReadText {
  if (isOwnText(type)) {
    return type.kind === "scalar" && type.scalar === "BigInt" ? BigInt : (text) => text;
  }
  const fromJson = makeJsonReader({ ...type, nullable: false }, new Map());
  return (text) => fromJson(parseJsonText(text, { isExact: true }));
}

function isOwnText(type: FieldType): boolean {
  return type.kind === "enum" || (type.kind === "scalar" && type.scalar !== "JSON");
}

type Printers = Map<EmbeddedDefinition, WriteText>;

function makePrinter(type: FieldType, embedded: Printers): WriteText {
  const print = makeNonNullPrinter(type, embedded);
  return type.nullable ? (value) => (value === null ? "null" : print(value)) : print;
}

/** The casts below are true by `FieldValue`'s contract: a value has the form that its type says. */
function makeNonNullPrinter(type: FieldType, embedded: Printers): WriteText {
  switch (type.kind) {
    case "scalar":
      return scalarPrinter(type.scalar);
    case "enum":
      return JSON.stringify;
    case "list": {
      const print = makePrinter(type.element, embedded);
      return (value) => `[${(value as readonly FieldValue[]).map(print).join(",")}]`;
    }
    case "embedded":
      return makeEmbeddedPrinter(type.definition, embedded);
  }
}

function scalarPrinter(scalar: ScalarName): WriteText {
  switch (scalar) {
    case "Int":
    case "Float":
    case "Boolean":
      return String;
    case "BigInt":
      return (value) => `"${String(value)}"`;
    case "DateTime":
      return (value) => `"${new Date(Number(value)).toISOString()}"`;
    case "JSON":
      return (value) => JSON.stringify((value as JsonValue).json);
    default:
      return JSON.stringify;
  }
}

function makeEmbeddedPrinter(definition: EmbeddedDefinition, embedded: Printers): WriteText {
  const known = embedded.get(definition);
  if (known !== undefined) return known;
  let members: ReadonlyArray<{ readonly prefix: string; readonly print: WriteText }> = [];
  const print: WriteText = (value) => {
    const { values } = value as EmbeddedValue;
    // One value for each field of the definition.
    const texts = members.map(({ prefix, print }, at) => prefix + print(values[at] as FieldValue));
    return `{${texts.join(",")}}`;
  };
  // Known before its members are made: they may lead back here.
  embedded.set(definition, print);
  members = definition.fields.map(({ name, type }) => ({
    prefix: `${JSON.stringify(name)}:`,
    print: makePrinter(type, embedded),
  }));
  return print;
}

type FromJson = (json: unknown) => FieldValue;
type JsonReaders = Map<EmbeddedDefinition, FromJson>;

function makeJsonReader(type: FieldType, embedded: JsonReaders): FromJson {
  const read = makeNonNullJsonReader(type, embedded);
  return type.nullable ? (json) => (json === null ? null : read(json)) : read;
}

/** The casts below are true of texts that `makeCellText` has made. */
function makeNonNullJsonReader(type: FieldType, embedded: JsonReaders): FromJson {
  switch (type.kind) {
    case "scalar":
      return scalarJsonReader(type.scalar);
    case "enum":
      return (json) => json as string;
    case "list": {
      const read = makeJsonReader(type.element, embedded);
      return (json) => (json as readonly unknown[]).map(read);
    }
    case "embedded":
      return makeEmbeddedJsonReader(type.definition, embedded);
  }
}

function scalarJsonReader(scalar: ScalarName): FromJson {
  switch (scalar) {
    case "BigInt":
      return (json) => BigInt(json as string);
    case "DateTime":
      return (json) => Date.parse(json as string);
    case "JSON":
      return (json) => ({ json });
    default:
      return (json) => json as string | number | boolean;
  }
}

function makeEmbeddedJsonReader(definition: EmbeddedDefinition, embedded: JsonReaders): FromJson {
  const known = embedded.get(definition);
  if (known !== undefined) return known;
  let members: ReadonlyArray<{ readonly name: string; readonly read: FromJson }> = [];
  const read = (json: unknown): EmbeddedValue => {
    const object = requireObject(json);
    return { values: members.map(({ name, read }) => read(object[name])) };
  };
  embedded.set(definition, read);
  members = definition.fields.map(({ name, type }) => ({ name, read: makeJsonReader(type, embedded) }));
  return read;
}
