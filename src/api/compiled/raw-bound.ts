import type { FieldType, ScalarName } from "../../mapping/view-definition.ts";
import type { ObjectCost } from "../object-cost.ts";
import type { OutputTally } from "./output-tally.ts";

/**
 * What a value at most counts for in the output budget, told by the length of its JSON text alone: `constant + rate *
 * length`. So a text can be copied without a look at what is in it.
 */
export interface RawBound {
  readonly constantBytes: number;
  readonly bytesRate: number;
  readonly constantFields: number;
  readonly fieldsRate: number;
  /** The shortest text of such a value. */
  readonly minLength: number;
  /** The greatest constant of a single value within. */
  readonly heaviestBytes: number;
}

/** Beyond it the length says too little: then marks are counted. */
const coarseRate = 4;

/** Counts a value by its text, `bytes[start..end)`. Throws `OutputTooGreatError`. */
export function takeRaw(tally: OutputTally, bound: RawBound, bytes: Uint8Array, start: number, end: number): void {
  const length = end - start;
  const fields = bound.constantFields + bound.fieldsRate * length;
  if (fields > 0) tally.takeFields(fields);
  tally.takeBytes(
    bound.bytesRate <= coarseRate
      ? bound.constantBytes + bound.bytesRate * length
      : // Before every value within stands a mark, and the rest of what it counts for is in the text.
        length + bound.heaviestBytes * (1 + countMarks(bytes, start, end)),
  );
}

/** Of scalars and enums. The constants are those of `value-bytes.ts`, less what the text itself has. */
export function boundLeaf(type: Extract<FieldType, { readonly kind: "scalar" | "enum" }>): RawBound {
  const { constantBytes, bytesRate, minLength } = type.kind === "enum" ? text : boundScalar(type.scalar);
  return boundNullable(type, {
    constantBytes,
    bytesRate,
    constantFields: 0,
    fieldsRate: 0,
    minLength,
    heaviestBytes: constantBytes,
  });
}

/** The same for a value that may be null. */
export function boundNullable(type: FieldType, bound: RawBound): RawBound {
  return type.nullable ? { ...bound, minLength: Math.min(bound.minLength, 4) } : bound;
}

/** Of a list: one byte more for each element, two for the list, which are its brackets. */
export function boundList(element: RawBound): RawBound {
  const elementsRate = 1 / (element.minLength + 1);
  return {
    constantBytes: 0,
    bytesRate: Math.max(1, element.bytesRate) + (element.constantBytes + 1) * elementsRate,
    constantFields: 0,
    fieldsRate: element.fieldsRate + element.constantFields * elementsRate,
    minLength: 2,
    heaviestBytes: element.heaviestBytes + 1,
  };
}

/** Of an embedded value with all its members; `cost` is that of one. */
export function boundObject(
  cost: ObjectCost,
  members: ReadonlyArray<{ readonly name: string; readonly bound: RawBound }>,
): RawBound {
  const sum = (of: (member: { readonly name: string; readonly bound: RawBound }) => number) =>
    members.reduce((total, member) => total + of(member), 0);
  const bounds = members.map(({ bound }) => bound);
  // Braces, names and what stands around them are in the text; the cost has more for members that are left out.
  const frameBytes = cost.bytes - 1 - sum(({ name }) => name.length + 4);
  return {
    constantBytes: frameBytes + sum(({ bound }) => bound.constantBytes),
    bytesRate: Math.max(1, ...bounds.map(({ bytesRate }) => bytesRate)),
    constantFields: cost.fields + sum(({ bound }) => bound.constantFields),
    fieldsRate: Math.max(0, ...bounds.map(({ fieldsRate }) => fieldsRate)),
    minLength: 2 + sum(({ name, bound }) => name.length + 3 + bound.minLength),
    heaviestBytes: Math.max(frameBytes, ...bounds.map(({ heaviestBytes }) => heaviestBytes)),
  };
}

interface LeafBound {
  readonly constantBytes: number;
  readonly bytesRate: number;
  readonly minLength: number;
}

const text: LeafBound = { constantBytes: 0, bytesRate: 1, minLength: 2 };

function boundScalar(scalar: ScalarName): LeafBound {
  switch (scalar) {
    case "Int":
    case "Float":
      return { constantBytes: 20, bytesRate: 0, minLength: 1 };
    case "Boolean":
      return { constantBytes: 20, bytesRate: 0, minLength: 4 };
    case "DateTime":
      return { constantBytes: 22, bytesRate: 1, minLength: 26 };
    case "BigInt":
      return { constantBytes: 20, bytesRate: 1, minLength: 3 };
    case "JSON":
      // Of each value within its number (20), its place in an array (at most 8 digits and 4), or the frame of a raw number.
      return { constantBytes: 40, bytesRate: 21, minLength: 1 };
    default:
      return text;
  }
}

/** Commas and opening brackets, those in strings too. */
function countMarks(bytes: Uint8Array, start: number, end: number): number {
  let marks = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === 0x2c || byte === 0x5b || byte === 0x7b) marks += 1;
  }
  return marks;
}
