import { type Column, type FieldPlace, makeColumnLayout } from "../../src/decode/columns/column-layout.ts";
import { makeCellText } from "../../src/decode/output-text.ts";
import type { EmbeddedValue, FieldValue } from "../../src/decode/row-batch.ts";
import type { FieldType, ViewDefinition } from "../../src/mapping/view-definition.ts";
import type { TextSpan } from "../../src/view/columns/text-span.ts";
import type { FieldColumn, Row } from "../../src/view/view-reader.ts";

/** What the columns read rows with. */
export interface ObjectRows {
  keyOf(row: Row): string;
  /** In the order of `ViewDefinition.fields`. */
  valuesOf(row: Row): readonly FieldValue[];
}

/** Columns, in the order of `ViewDefinition.fields`, over rows that are objects: each value is read and put into its column's form. */
export function makeObjectColumns(definition: ViewDefinition, { keyOf, valuesOf }: ObjectRows): readonly FieldColumn[] {
  return makeColumnLayout(definition).places.map((place, at) =>
    place.kind === "key"
      ? makeTextColumn(place.type, (row) => keyOf(row))
      : makeColumn(place, (row) => valuesOf(row)[at] ?? null),
  );
}

type ReadValue = (row: Row) => FieldValue;

function makeColumn(place: Exclude<FieldPlace, { readonly kind: "key" }>, read: ReadValue): FieldColumn {
  if (place.kind === "column") return makeCellColumn(place.column, read);
  const members = place.members.map((member, at) => {
    // Members are read only where the value is present, so it is an embedded value; none of them is a key.
    const readMember: ReadValue = (row) => (read(row) as EmbeddedValue).values[at] ?? null;
    return makeColumn(member as Exclude<FieldPlace, { readonly kind: "key" }>, readMember);
  });
  return { kind: "embedded", definition: place.definition, isPresent: (row) => read(row) !== null, members };
}

function makeCellColumn({ kind, type }: Column, read: ReadValue): FieldColumn {
  switch (kind) {
    case "double":
    case "int32":
      return { kind: "number", type, get: (row) => numberOf(read(row)) };
    case "code8":
    case "code16":
      return { kind: "code", type, get: makeCodeOf(type, read) };
    case "text": {
      const toText = makeCellText(type);
      return makeTextColumn(type, (row) => {
        const value = read(row);
        return value === null ? undefined : toText(value);
      });
    }
  }
}

function makeTextColumn(type: FieldType, textOf: (row: Row) => string | undefined): FieldColumn {
  const locate = (row: Row, span: TextSpan): boolean => {
    const text = textOf(row);
    if (text === undefined) return false;
    span.bytes = Buffer.from(text, "utf8");
    span.start = 0;
    span.end = span.bytes.length;
    span.isPlain = JSON.stringify(text) === `"${text}"`;
    return true;
  };
  return { kind: "text", type, locate };
}

function makeCodeOf(type: FieldType, read: ReadValue): (row: Row) => number {
  if (type.kind !== "enum") {
    return (row) => {
      const value = read(row);
      return value === null ? -1 : Number(value);
    };
  }
  const codes = new Map<FieldValue, number>(type.definition.values.map(({ name }, code) => [name, code]));
  return (row) => codes.get(read(row)) ?? -1;
}

function numberOf(value: FieldValue): number {
  return typeof value === "number" ? value : Number.NaN;
}
