import { closeBracket, comma, openBracket } from "../../base/json-bytes.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import type { ObjectCost } from "../object-cost.ts";
import { makeNullWriter } from "./cell-writers.ts";
import type { StoredPlan, WriteText } from "./compile-scope.ts";
import { isNullAt, skipValue } from "./json-walk.ts";
import { type Member, makeObjectWriter } from "./object-writer.ts";

/** What is taken out of the text of an embedded value. */
export interface TextSelection {
  /** Of one embedded value. */
  readonly cost: ObjectCost;
  /** Names of all members, as they stand in the text. */
  readonly declared: readonly string[];
  /** In the order in which they are written; `at` is a place in `declared`. */
  readonly selected: ReadonlyArray<
    | { readonly name: string; readonly json: string }
    | { readonly name: string; readonly at: number; readonly plan: StoredPlan }
  >;
}

/**
 * Makes the writer of a part of an embedded value, or of a list of them, from their text: values are found by skipping
 * what stands before them, and copied or taken apart in turn. Nothing is parsed.
 */
export function makeTextProjection(type: FieldType, selection: TextSelection): WriteText {
  const onNull = makeNullWriter(type);
  if (type.kind !== "list") {
    const writeObject = makeObjectProjection(selection);
    return (bytes, start, end, run) => {
      if (isNullAt(bytes, start)) onNull(run);
      else writeObject(bytes, start, end, run);
    };
  }
  const writeElement = makeTextProjection(type.element, selection);
  return (bytes, start, end, run) => {
    if (isNullAt(bytes, start)) {
      onNull(run);
      return;
    }
    const { sink } = run;
    sink.putByte(openBracket);
    // What stands at `at` is an element, or the closing bracket.
    for (let at = start + 1; at < end && bytes[at] !== closeBracket; ) {
      if (at > start + 1) sink.putByte(comma);
      const next = skipValue(bytes, at, end);
      writeElement(bytes, at, next, run);
      at = bytes[next] === comma ? next + 1 : next;
    }
    sink.putByte(closeBracket);
  };
}

function makeObjectProjection({ cost, declared, selected }: TextSelection): WriteText {
  // Where the values of the object in hand stand. One array for all: an object's values are written before the next
  // object is looked at, and those inside of it have a projection of their own.
  const starts = new Int32Array(declared.length);
  const ends = new Int32Array(declared.length);
  const members = selected.map((member): Member<Uint8Array> => {
    if ("json" in member) return member;
    const { name, at, plan } = member;
    // `at` is a place in the declaration, so in both arrays.
    return { name, write: (bytes, run) => plan.writeText(bytes, starts[at] as number, ends[at] as number, run) };
  });
  const writeObject = makeObjectWriter(members);
  const nameLengths = declared.map((name) => name.length + memberFrame);
  return (bytes, start, end, run) => {
    run.tally.takeObjects(1, cost);
    let at = start;
    for (let member = 0; member < nameLengths.length; member += 1) {
      at += nameLengths[member] as number; // below the length
      starts[member] = at;
      at = skipValue(bytes, at, end);
      ends[member] = at;
    }
    writeObject(bytes, run);
  };
}

/** Brace or comma, quotes and colon around a member's name. */
const memberFrame = 4;
