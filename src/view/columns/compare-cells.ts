import {
  type Column,
  type FieldPlace,
  nullCode8,
  nullCode16,
  textInBlock,
  textNull,
} from "../../decode/columns/column-layout.ts";
import { compareBytes } from "../order/compare-bytes.ts";
import { chunkMask, chunkShift } from "./chunked-column.ts";
import type { ColumnCodes } from "./dictionary-codes.ts";
import type { OpenBatch } from "./open-batch.ts";
import type { TextColumn } from "./slot-column.ts";
import { type CellSources, locateBlockCell, makeCellColumn } from "./slot-columns.ts";
import type { TextPool } from "./text-pool.ts";
import { createTextSpan, type TextSpan } from "./text-span.ts";

/** Whether a live row's value is the one that a row of a batch, which is not written yet, would give it. */
export type HasSameValue = (slot: number, batch: OpenBatch, row: number) => boolean;

/** Makes the comparison of one field's values; the field is not embedded. */
export function makeHasSameValue(place: FieldPlace, sources: CellSources): HasSameValue {
  if (place.kind !== "column") return () => true; // the key: a row's never changes
  const { column } = place;
  const cells = makeCellColumn(column, sources);
  switch (cells.kind) {
    case "number":
      return (slot, { columns }, row) => {
        const [own, other] = [
          cells.get(slot),
          columns[column.kind === "double" ? "doubles" : "int32s"][column.slot]?.[row],
        ];
        return own === other || (Number.isNaN(own) && Number.isNaN(other));
      };
    case "code":
      return (slot, { columns }, row) => {
        const [kind, nullCode] =
          column.kind === "code8" ? (["code8s", nullCode8] as const) : (["code16s", nullCode16] as const);
        const code = columns[kind][column.slot]?.[row];
        return cells.get(slot) === (code === nullCode ? -1 : code);
      };
    case "text":
      return makeHasSameText(column, cells, sources);
  }
}

function makeHasSameText(
  { slot: at }: Column,
  column: TextColumn,
  { layout: { hasRecordKey }, rows, pools }: CellSources,
): HasSameValue {
  const [own, other] = [createTextSpan(), createTextSpan()];
  // The layout has a column and a pool for each text column, here and in batches; cells are of a dictionary's codes.
  const { chunks } = rows.texts[at] as { readonly chunks: readonly Uint16Array[] };
  const pool = pools[at] as TextPool;
  return (slot, { columns, blocks, dictionary }, row) => {
    const cell = (chunks[slot >>> chunkShift] as Uint16Array)[slot & chunkMask] as number;
    const newCell = (columns.texts[at] as Uint16Array)[row] as number;
    const codes = dictionary.columns[at] as ColumnCodes;
    const code = codes.codes[newCell] as number;
    if (cell === textNull || code === textNull) return cell === code;
    if (cell !== textInBlock && code !== textInBlock) return cell === code;
    column.locate(slot, own);
    const start = 4 * (columns.blockAt[row] as number) + 4;
    if (code !== textInBlock) pool.locate(code, other);
    else if (newCell === textInBlock) locateBlockCell(blocks.bytes, start, { at, hasRecordKey }, other);
    else pointAt(other, codes.expanded.get(newCell) as Uint8Array);
    return compareBytes(own, other) === 0;
  };
}

function pointAt(span: TextSpan, text: Uint8Array): void {
  span.bytes = text;
  span.start = 0;
  span.end = text.length;
}
