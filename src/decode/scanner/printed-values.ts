import { closeBrace, closeBracket, comma, openBrace, openBracket, quote } from "../../base/json-bytes.ts";
import type { EmbeddedDefinition, FieldType, ScalarName } from "../../mapping/view-definition.ts";
import type { RowTexts } from "../columns/row-texts.ts";
import { ByteNames } from "./byte-names.ts";
import { endOfFalse, endOfNull, endOfTrue } from "./end-of-value.ts";
import { endOfPrintedJson, endOfPrintedNumber, endOfPrintedText } from "./printed-json.ts";
import { endOfInteger } from "./scan-numbers.ts";
import { isLowerUuid, uuidBytes } from "./scan-strings.ts";

/** Place after the value at `at` if it is of the type and stands just as `makeCellText` would write it; else -1. */
export type EndOfPrinted = (view: DataView, at: number) => number;

/** Integers of so many bytes are Ints. */
const maxIntBytes = 9;

/** Types nested deeper are left to the codecs. */
const maxTypeDepth = 50;

/**
 * Makes what finds values of JSON, lists and embedded types that can be taken as they stand: compact, without escapes,
 * numbers as they are printed, embedded values with all their members and no others, in order. It finds none of a type
 * that holds itself, or scalars that mostly come otherwise than they are printed. Null is not one of them.
 */
export function makeEndOfPrinted(type: FieldType): EndOfPrinted {
  return makeNonNullEnd(type, { known: new Map(), depth: 0 }) ?? (() => -1);
}

/** JSON, lists and embedded values that are held as text. */
export function scanPrinted(view: DataView, at: number, texts: RowTexts, slot: number, endOf: EndOfPrinted): number {
  const end = endOf(view, at);
  if (end !== -1) texts.putSpan(slot, at, end);
  return end;
}

interface Making {
  /** Embedded types that have been made; undefined while they are, and where they cannot be. */
  readonly known: Map<EmbeddedDefinition, EndOfPrinted | undefined>;
  readonly depth: number;
}

function makeEnd(type: FieldType, making: Making): EndOfPrinted | undefined {
  const endOf = makeNonNullEnd(type, making);
  if (endOf === undefined || !type.nullable) return endOf;
  return (view, at) => (view.getUint8(at) === 0x6e ? endOfNull(view, at) : endOf(view, at));
}

function makeNonNullEnd(type: FieldType, { known, depth }: Making): EndOfPrinted | undefined {
  if (depth > maxTypeDepth) return undefined;
  const inner = { known, depth: depth + 1 };
  switch (type.kind) {
    case "scalar":
      return scalarEnds[type.scalar];
    case "enum":
      return makeEnumEnd(type.definition.values.map(({ name }) => name));
    case "list":
      return makeListEnd(makeEnd(type.element, inner));
    case "embedded": {
      const { definition } = type;
      if (known.has(definition)) return known.get(definition);
      known.set(definition, undefined);
      const endOf = makeEmbeddedEnd(definition, inner);
      known.set(definition, endOf);
      return endOf;
    }
  }
}

const scalarEnds: Readonly<Partial<Record<ScalarName, EndOfPrinted>>> = {
  ID: endOfPrintedText,
  String: endOfPrintedText,
  // Not followed by a fraction or an exponent, as what is around it takes neither.
  Int: (view, at) => {
    const end = endOfInteger(view, at);
    return end - at > maxIntBytes ? -1 : end;
  },
  Float: endOfPrintedNumber,
  Boolean: (view, at) => (view.getUint8(at) === 0x74 ? endOfTrue(view, at) : endOfFalse(view, at)),
  UUID: (view, at) => {
    const end = at + 1 + uuidBytes;
    const isWhole = view.getUint8(at) === quote && isLowerUuid(view, at + 1) && view.getUint8(end) === quote;
    return isWhole ? end + 1 : -1;
  },
  JSON: (view, at) => (view.getUint8(at) === 0x6e ? -1 : endOfPrintedJson(view, at)),
};

function makeEnumEnd(values: readonly string[]): EndOfPrinted {
  const names = new ByteNames(values);
  return (view, at) => {
    const end = endOfPrintedText(view, at);
    return end !== -1 && names.find(view, at + 1, end - 1) !== -1 ? end : -1;
  };
}

function makeListEnd(endOfElement: EndOfPrinted | undefined): EndOfPrinted | undefined {
  if (endOfElement === undefined) return undefined;
  return (view, at) => {
    if (view.getUint8(at) !== openBracket) return -1;
    if (view.getUint8(at + 1) === closeBracket) return at + 2;
    let next = at;
    do {
      next = endOfElement(view, next + 1);
      if (next === -1) return -1;
    } while (view.getUint8(next) === comma);
    return view.getUint8(next) === closeBracket ? next + 1 : -1;
  };
}

function makeEmbeddedEnd(definition: EmbeddedDefinition, making: Making): EndOfPrinted | undefined {
  const members = definition.fields.map(({ name, source, type }) => {
    const endOf = makeEnd(type, making);
    const isOwn = source.from === "value" && source.path.length === 1 && source.path[0] === name;
    // The mark that comes before a member, its name and the colon.
    return isOwn && endOf !== undefined ? { lead: utf8.encode(`,${JSON.stringify(name)}:`), endOf } : undefined;
  });
  const leads = members.filter((member) => member !== undefined);
  if (leads.length < members.length) return undefined;
  return (view, at) => {
    if (view.getUint8(at) !== openBrace) return -1;
    let next = at;
    for (const { lead, endOf } of leads) {
      // The first member's lead begins with the brace that has been seen.
      if (next !== at && view.getUint8(next) !== comma) return -1;
      if (!isAt(lead, view, next)) return -1;
      next = endOf(view, next + lead.length);
      if (next === -1) return -1;
    }
    return view.getUint8(next) === closeBrace ? next + 1 : -1;
  };
}

/** True if the bytes of a lead, but the first, stand at this place. */
function isAt(lead: Uint8Array, view: DataView, at: number): boolean {
  for (let place = 1; place < lead.length; place += 1) {
    if (view.getUint8(at + place) !== lead[place]) return false;
  }
  return true;
}

const utf8 = new TextEncoder();
