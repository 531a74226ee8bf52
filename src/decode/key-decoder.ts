import { InvariantError } from "../base/errors.ts";
import type { FieldType, KeyFormat, ViewDefinition } from "../mapping/view-definition.ts";
import { makeTextParser, makeValueParser, type ParseValue } from "./field-codec.ts";
import { parseJsonText } from "./json-text.ts";
import { makeKeyText } from "./key-text.ts";
import type { FieldValue } from "./row-batch.ts";
import { jsonScalar } from "./scalars/json-scalar.ts";
import { uuidScalar } from "./scalars/uuid-scalar.ts";
import { decodeUtf8 } from "./strict-text.ts";
import { type ReadMember, readMemberAt, requireObject } from "./value-path.ts";
import { rethrowUnder, ValueProblem } from "./value-problem.ts";

/** A record key, decoded. */
export interface DecodedKey {
  /** Canonical key text: the entity's identity. */
  readonly text: string;
  /** The key field's value, of its own type. */
  readonly value: FieldValue;
  /** With `@key(path:)` the whole key as canonical JSON text, else undefined. */
  readonly recordKey: string | undefined;
}

/** Decodes the bytes of a record key. Throws `ValueProblem` with its place. Pure. */
export type DecodeKey = (bytes: Uint8Array) => DecodedKey;

/**
 * Makes the decoder of a view's record keys. The key's content is read as the key field's own type, and the canonical
 * text of that value is the entity's identity: so `"7"` and `7` as JSON, or one UUID in two cases, name one entity.
 */
export function createKeyDecoder(definition: ViewDefinition): DecodeKey {
  const field = definition.fields.find(({ name }) => name === definition.keyField);
  if (field?.source.from !== "key") throw new InvariantError(`view ${definition.name} has no key field`);
  const decode = makeDecode(definition.keyFormat, field.type, field.source.path);
  return (bytes) => {
    try {
      return decode(bytes);
    } catch (error) {
      return rethrowUnder(error, "key");
    }
  };
}

function makeDecode(format: KeyFormat, keyType: FieldType, path: readonly string[] | undefined): DecodeKey {
  const type = { ...keyType, nullable: false };
  const toText = makeKeyText(type);
  if (format === "JSON") {
    const parse = makeKeyValueParser(type);
    if (path !== undefined) return makePartDecode(readMemberAt(path, parse), toText);
    return (bytes) => {
      const value = parse(parseJsonText(decodeUtf8(bytes), { isExact: true }));
      return { text: toText(value), value, recordKey: undefined };
    };
  }
  if (path !== undefined) throw new InvariantError(`@key(path:) needs keyFormat JSON, not ${format}`);
  const parse = makeTextParser(type);
  const read = keyTextReaders[format];
  return (bytes) => {
    const value = parse(read(bytes));
    return { text: toText(value), value, recordKey: undefined };
  };
}

function makePartDecode(readPart: ReadMember, toText: (value: FieldValue) => string): DecodeKey {
  return (bytes) => {
    const whole = jsonScalar.parseJson(parseJsonText(decodeUtf8(bytes), { isExact: true }));
    const value = readPart(requireObject(whole.json));
    return { text: toText(value), value, recordKey: jsonScalar.formatText(whole) };
  };
}

/** ID and String hold a JSON key of any form: a text as it is, all else as canonical JSON text. */
function makeKeyValueParser(type: FieldType): ParseValue {
  const parse = makeValueParser(type);
  if (type.kind !== "scalar" || (type.scalar !== "ID" && type.scalar !== "String")) return parse;
  return (key) =>
    key === undefined || key === null || typeof key === "string"
      ? parse(key)
      : jsonScalar.formatText(jsonScalar.parseJson(key));
}

const keyTextReaders: Readonly<Record<Exclude<KeyFormat, "JSON">, (bytes: Uint8Array) => string>> = {
  STRING: decodeUtf8,
  INT32: (bytes) =>
    bytes.length === 4 ? String(bufferOf(bytes).readInt32BE()) : rejectBytes("4 bytes (INT32, big-endian)", bytes),
  INT64: (bytes) =>
    bytes.length === 8 ? String(bufferOf(bytes).readBigInt64BE()) : rejectBytes("8 bytes (INT64, big-endian)", bytes),
  UUID: (bytes) => {
    // 36 characters are what Kafka's own UUIDSerializer writes.
    if (bytes.length === 36) return uuidScalar.parseText(decodeUtf8(bytes));
    if (bytes.length !== 16) return rejectBytes("a UUID (16 bytes, or its 36 characters)", bytes);
    const hex = bufferOf(bytes).toString("hex");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
  BYTES: (bytes) => bufferOf(bytes).toString("base64"),
};

function rejectBytes(expected: string, bytes: Uint8Array): never {
  throw new ValueProblem({ expected, found: `${bytes.length} bytes` });
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
