import type { FieldValue, JsonValue } from "../decode/row-batch.ts";
import type { FieldType, ScalarName } from "../mapping/view-definition.ts";

/** Bytes of JSON that a value takes; numbers and times by their longest usual text. */
export type BytesOf = (value: FieldValue) => number;

const nullBytes = 4;
const numberBytes = 20;
const dateTimeBytes = 26;
const bigIntBytes = 22;

/** Counts values of one type that holds no embedded values (those are counted as objects, field by field). */
export function makeBytesOf(type: FieldType): BytesOf {
  switch (type.kind) {
    case "scalar":
      return scalarBytes(type.scalar);
    case "list": {
      const elementBytes = makeBytesOf(type.element);
      return (value) => (Array.isArray(value) ? sumElements(value, elementBytes) : nullBytes);
    }
    default:
      return textBytes;
  }
}

/** How many embedded values are in a value of such a type, or of a list of it, however deep. */
export function countEmbedded(value: FieldValue): number {
  if (value === null) return 0;
  return Array.isArray(value) ? value.reduce((sum: number, element) => sum + countEmbedded(element), 0) : 1;
}

/** Bytes of a value of scalar JSON. Walks it without recursion: it may be nested deeper than the stack is. */
export function countJsonBytes(root: unknown): number {
  let bytes = 0;
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === "string") bytes += Buffer.byteLength(value) + 2;
    else if (typeof value !== "object" || value === null) bytes += numberBytes;
    else {
      bytes += 2;
      for (const [name, member] of Object.entries(value)) {
        bytes += name.length + 4;
        pending.push(member);
      }
    }
  }
  return bytes;
}

function scalarBytes(scalar: ScalarName): BytesOf {
  switch (scalar) {
    case "Int":
    case "Float":
    case "Boolean":
      return () => numberBytes;
    case "DateTime":
      return () => dateTimeBytes;
    case "BigInt":
      return (value) => (typeof value === "bigint" ? countBigIntBytes(value) : nullBytes);
    case "JSON":
      return (value) => (isJsonValue(value) ? countJsonBytes(value.json) : nullBytes);
    default:
      return textBytes;
  }
}

function textBytes(value: FieldValue): number {
  return typeof value === "string" ? Buffer.byteLength(value) + 2 : nullBytes;
}

function countBigIntBytes(value: bigint): number {
  return BigInt.asIntN(64, value) === value ? bigIntBytes : value.toString().length + 2;
}

function isJsonValue(value: FieldValue): value is JsonValue {
  return typeof value === "object" && value !== null && "json" in value;
}

function sumElements(elements: readonly FieldValue[], elementBytes: BytesOf): number {
  let bytes = 2;
  for (const element of elements) bytes += elementBytes(element) + 1;
  return bytes;
}
