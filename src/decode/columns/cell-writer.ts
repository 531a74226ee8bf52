import type { FieldType } from "../../mapping/view-definition.ts";
import { makeCellText } from "../output-text.ts";
import type { EmbeddedValue, FieldValue } from "../row-batch.ts";
import { type Column, type ColumnLayout, type FieldPlace, nullCode8, nullCode16 } from "./column-layout.ts";
import type { RowColumns } from "./row-columns.ts";
import type { RowTexts } from "./row-texts.ts";

/** Writes a row's values (in the order of `ViewDefinition.fields`) to their columns; texts only to `texts`. */
export type WriteCells = (columns: RowColumns, row: number, values: readonly FieldValue[], texts: RowTexts) => void;

/** Writes one value, which is of its place's type or null. */
export type WriteCell = (columns: RowColumns, row: number, value: FieldValue, texts: RowTexts) => void;

/** Makes the writer of decoded values, once for each layout. */
export function makeCellWriter({ places }: ColumnLayout): WriteCells {
  const writers = places.map(makePlaceWriter);
  return (columns, row, values, texts) => {
    for (let at = 0; at < writers.length; at += 1) {
      // One value for each field.
      (writers[at] as WriteCell)(columns, row, values[at] as FieldValue, texts);
    }
  };
}

/** Makes the writer of one field's values. */
export function makePlaceWriter(place: FieldPlace): WriteCell {
  switch (place.kind) {
    case "key":
      return () => {};
    case "column":
      return makeColumnWriter(place.column);
    case "embedded":
      return makeEmbeddedWriter(place);
  }
}

/** Where an embedded value is not there, neither are its members: 0 in columns that have no null. */
function makeEmbeddedWriter({ presence, members }: FieldPlace & { readonly kind: "embedded" }): WriteCell {
  const writePresence = presence === undefined ? () => {} : makeColumnWriter(presence);
  const writers = members.map(makePlaceWriter);
  return (columns, row, value, texts) => {
    writePresence(columns, row, value, texts);
    // The layout has this place for values of an embedded type only.
    const values = value === null ? undefined : (value as EmbeddedValue).values;
    for (let at = 0; at < writers.length; at += 1) {
      (writers[at] as WriteCell)(columns, row, values?.[at] ?? null, texts);
    }
  };
}

/**
 * Makes the writer of one column's values. The casts below are true by `Column.slot`, which counts the columns of a kind,
 * and by the type of the column's values.
 */
export function makeColumnWriter({ kind, slot, type }: Column): WriteCell {
  switch (kind) {
    case "double":
      return ({ doubles }, row, value) => {
        (doubles[slot] as Float64Array)[row] = value === null ? Number.NaN : (value as number);
      };
    case "int32":
      return ({ int32s }, row, value) => {
        (int32s[slot] as Int32Array)[row] = value === null ? 0 : (value as number);
      };
    case "code8": {
      const codeOf = makeCodeOf(type);
      return ({ code8s }, row, value) => {
        (code8s[slot] as Uint8Array)[row] = value === null ? nullCode8 : codeOf(value);
      };
    }
    case "code16": {
      const codeOf = makeCodeOf(type);
      return ({ code16s }, row, value) => {
        (code16s[slot] as Uint16Array)[row] = value === null ? nullCode16 : codeOf(value);
      };
    }
    case "text": {
      const textOf = makeCellText(type);
      return (_columns, _row, value, texts) => {
        if (value === null) texts.putNull(slot);
        else texts.putText(slot, textOf(value));
      };
    }
  }
}

/** Codes of Boolean, of an enum, and of presence. */
function makeCodeOf(type: FieldType): (value: FieldValue) => number {
  if (type.kind === "embedded") return () => 1;
  if (type.kind !== "enum") return Number;
  const codes = new Map<FieldValue, number>(type.definition.values.map(({ name }, code) => [name, code]));
  return (value) => codes.get(value) as number; // a decoded value is one of the definition's
}
