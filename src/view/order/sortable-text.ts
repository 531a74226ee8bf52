import { InvariantError } from "../../base/errors.ts";
import { point } from "../../base/json-bytes.ts";
import { canonicalJson } from "../../decode/canonical-json.ts";
import { parseJsonText } from "../../decode/json-text.ts";
import type { FieldType, ScalarName } from "../../mapping/view-definition.ts";
import type { TextSpan } from "../columns/text-span.ts";

/**
 * Points `span`, which stands at a value's text, at bytes whose order (as `compareBytes` has it) is the order of the
 * values, exactly: equal values, equal bytes. They hold until it is called again.
 */
export type SortableText = (span: TextSpan) => void;

/**
 * Makes the sortable bytes of a type's canonical texts; undefined where the texts' own bytes are. Each has a memory of its
 * own for the bytes, so that two are compared by means of two. Throws `InvariantError` for a type whose values are not
 * held as text or have no order.
 */
export function makeSortableText(type: FieldType): SortableText | undefined {
  if (type.kind !== "scalar") throw new InvariantError(`texts of kind ${type.kind} have no order`);
  return makeScalarText(type.scalar);
}

function makeScalarText(scalar: ScalarName): SortableText | undefined {
  switch (scalar) {
    case "ID":
    case "String":
    case "UUID":
    case "Date":
    case "Time":
      return undefined;
    case "Int":
    case "BigInt":
    case "Decimal":
      return makeDecimalText();
    case "Bytes":
      return makeBase64Text();
    case "JSON":
      return makeJsonText();
    default:
      throw new InvariantError(`values of ${scalar} are not held as text`);
  }
}

/**
 * A decimal number: two bytes of sign and number of digits before the point, then the digits; more digits are more, and
 * with as many, text order is number order, as no fraction ends in zero. Below zero everything is turned round, the end
 * of the digits too: it comes after all digits.
 */
function makeDecimalText(): SortableText {
  const scratch = new Scratch();
  return (span) => {
    const { bytes, end } = span;
    const isNegative = bytes[span.start] === hyphen;
    const start = isNegative ? span.start + 1 : span.start;
    const target = scratch.reserve(end - start + 3);
    const turn = isNegative ? 0xff : 0;
    let wholeDigits = end - start;
    let to = 2;
    for (let at = start; at < end; at += 1, to += 1) {
      const byte = bytes[at] as number; // below the text's end
      if (byte === point) wholeDigits = at - start;
      target[to] = byte ^ turn;
    }
    // At most 1,001 digits: the first byte is from 80 on, or turned below 80.
    target[0] = (0x80 | (wholeDigits >>> 8)) ^ turn;
    target[1] = (wholeDigits & 0xff) ^ turn;
    if (isNegative) {
      target[to] = 0xff;
      to += 1;
    }
    scratch.show(span, to);
  };
}

/** Base64: the place of each digit in its alphabet, with the padding below all of them. */
function makeBase64Text(): SortableText {
  const ranks = new Uint8Array(256);
  for (const [rank, digit] of Buffer.from(base64Digits).entries()) ranks[digit] = rank;
  const scratch = new Scratch();
  return (span) => {
    const { bytes, start, end } = span;
    const target = scratch.reserve(end - start);
    for (let at = start; at < end; at += 1) target[at - start] = ranks[bytes[at] as number] as number; // a rank for each byte
    scratch.show(span, end - start);
  };
}

const base64Digits = "=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** JSON: canonical text. It costs a parse each time: nobody orders much by JSON. */
function makeJsonText(): SortableText {
  return (span) => {
    const text = Buffer.from(span.bytes.subarray(span.start, span.end)).toString("utf8");
    span.bytes = Buffer.from(canonicalJson(parseJsonText(text, { isExact: true })), "utf8");
    span.start = 0;
    span.end = span.bytes.length;
  };
}

/** Memory for the bytes of one value at a time. */
class Scratch {
  #bytes = new Uint8Array(64);

  reserve(length: number): Uint8Array {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(2 * length);
    return this.#bytes;
  }

  show(span: TextSpan, length: number): void {
    span.bytes = this.#bytes;
    span.start = 0;
    span.end = length;
  }
}

const hyphen = 0x2d;
