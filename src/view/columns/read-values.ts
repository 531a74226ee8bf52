import { makeCellParser } from "../../decode/output-text.ts";
import type { FieldValue } from "../../decode/row-batch.ts";
import { scalarCodecs } from "../../decode/scalars/scalar-codecs.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import type { SlotColumn } from "./slot-column.ts";
import { createTextSpan, type TextSpan } from "./text-span.ts";

/** Reads one field of a row, as a value. */
export type ReadSlot = (slot: number) => FieldValue;

/** Makes the reader of a column's values. `isKey`: its texts are canonical keys. */
export function makeReadSlot(column: SlotColumn, { isKey }: { readonly isKey: boolean }): ReadSlot {
  switch (column.kind) {
    case "number":
      return (slot) => {
        const value = column.get(slot);
        return Number.isNaN(value) ? null : value;
      };
    case "code": {
      const toValue = makeValueOfCode(column.type);
      return (slot) => {
        const code = column.get(slot);
        return code < 0 ? null : toValue(code);
      };
    }
    case "text": {
      const parse = isKey ? makeKeyParser(column.type) : makeCellParser(column.type);
      const span = createTextSpan();
      return (slot) => (column.locate(slot, span) ? parse(textOf(span)) : null);
    }
    case "embedded": {
      const members = column.members.map((member) => makeReadSlot(member, { isKey: false }));
      return (slot) => (column.isPresent(slot) ? { values: members.map((read) => read(slot)) } : null);
    }
  }
}

/** The text that a span points at. */
export function textOf({ bytes: { buffer, byteOffset }, start, end }: TextSpan): string {
  return Buffer.from(buffer, byteOffset + start, end - start).toString();
}

function makeValueOfCode(type: FieldType): (code: number) => FieldValue {
  if (type.kind !== "enum") return (code) => code === 1;
  const { values } = type.definition;
  return (code) => values[code]?.name ?? null;
}

function makeKeyParser(type: FieldType): (text: string) => FieldValue {
  return type.kind === "scalar" ? scalarCodecs[type.scalar].parseText : (text) => text;
}
