import { closeBracket, comma, openBracket } from "../../base/json-bytes.ts";
import type { FieldValue, JsonValue } from "../../decode/row-batch.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import type { ByteSink } from "./byte-sink.ts";
import { encode } from "./fixed-text.ts";

/** Writes a decoded value as JSON. */
export type PutValue = (value: FieldValue, sink: ByteSink) => void;

/** Makes the writer of decoded values: scalars, enums, and lists of them. Null is written wherever it stands. */
export function makePutValue(type: FieldType): PutValue {
  const put = makePutNonNull(type);
  return (value, sink) => {
    if (value === null) sink.putFixed(nullText);
    else put(value, sink);
  };
}

/** The casts are true by `FieldValue`'s contract: a value has the form that its type says. */
function makePutNonNull(type: FieldType): PutValue {
  if (type.kind === "list") {
    const put = makePutValue(type.element);
    return (value, sink) => putList(value as readonly FieldValue[], put, sink);
  }
  if (type.kind !== "scalar") return (value, sink) => sink.putString(value as string);
  switch (type.scalar) {
    case "Int":
    case "Float":
      return (value, sink) => sink.putNumber(value as number);
    case "Boolean":
      return (value, sink) => sink.putLatin1(String(value));
    case "DateTime":
      return (value, sink) => sink.putDateTime(value as number);
    case "BigInt":
      return (value, sink) => sink.putString(String(value));
    case "JSON":
      return (value, sink) => sink.putUtf8(JSON.stringify((value as JsonValue).json));
    default:
      return (value, sink) => sink.putString(value as string);
  }
}

function putList(elements: readonly FieldValue[], put: PutValue, sink: ByteSink): void {
  sink.putByte(openBracket);
  for (const [at, element] of elements.entries()) {
    if (at > 0) sink.putByte(comma);
    put(element, sink);
  }
  sink.putByte(closeBracket);
}

const nullText = encode("null");
