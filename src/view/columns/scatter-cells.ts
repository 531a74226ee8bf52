import type { ColumnLayout } from "../../decode/columns/column-layout.ts";
import type { RowColumns } from "../../decode/columns/row-columns.ts";
import type { CellTargets } from "./cell-targets.ts";
import type { Dictionary } from "./dictionary-codes.ts";
import type { RowTable } from "./row-table.ts";

/**
 * Copies the cells of a batch's rows to their slots, one column after the other. One function for each kind of array:
 * a loop that meets several is slower for all.
 */
export function scatterCells(
  { columns: layout }: ColumnLayout,
  from: RowColumns,
  to: RowTable,
  targets: CellTargets,
  dictionary: Dictionary,
): void {
  for (const { kind, slot } of layout) {
    // The layout has so many columns of each kind, in batches and in the table: all casts are true by that.
    switch (kind) {
      case "double":
        scatterDoubles(
          from.doubles[slot] as Float64Array,
          (to.doubles[slot] as RowTable["doubles"][0]).chunks,
          targets,
        );
        break;
      case "int32":
        scatterInts(from.int32s[slot] as Int32Array, (to.int32s[slot] as RowTable["int32s"][0]).chunks, targets);
        break;
      case "code16":
        scatterCodes16(from.code16s[slot] as Uint16Array, (to.code16s[slot] as RowTable["code16s"][0]).chunks, targets);
        break;
      case "code8":
        scatterCodes8(from.code8s[slot] as Uint8Array, (to.code8s[slot] as RowTable["code8s"][0]).chunks, targets);
        break;
      case "text": {
        const { codes } = dictionary.columns[slot] as Dictionary["columns"][0];
        const target = (to.texts[slot] as RowTable["texts"][0]).chunks;
        scatterTexts(from.texts[slot] as Uint16Array, target, targets, codes);
        break;
      }
    }
  }
}

/** Rows are of the batch, slots of the table, codes of the dictionary: all casts below are true by that. */
function scatterDoubles(source: Float64Array, chunks: readonly Float64Array[], targets: CellTargets): void {
  const { rows, places, starts, count } = targets;
  for (let number = 0, at = 0; at < count; number += 1) {
    const end = starts[number + 1] as number;
    if (at === end) continue;
    const chunk = chunks[number] as Float64Array;
    for (; at < end; at += 1) chunk[places[at] as number] = source[rows[at] as number] as number;
  }
}

function scatterInts(source: Int32Array, chunks: readonly Int32Array[], targets: CellTargets): void {
  const { rows, places, starts, count } = targets;
  for (let number = 0, at = 0; at < count; number += 1) {
    const end = starts[number + 1] as number;
    if (at === end) continue;
    const chunk = chunks[number] as Int32Array;
    for (; at < end; at += 1) chunk[places[at] as number] = source[rows[at] as number] as number;
  }
}

function scatterCodes16(source: Uint16Array, chunks: readonly Uint16Array[], targets: CellTargets): void {
  const { rows, places, starts, count } = targets;
  for (let number = 0, at = 0; at < count; number += 1) {
    const end = starts[number + 1] as number;
    if (at === end) continue;
    const chunk = chunks[number] as Uint16Array;
    for (; at < end; at += 1) chunk[places[at] as number] = source[rows[at] as number] as number;
  }
}

function scatterCodes8(source: Uint8Array, chunks: readonly Uint8Array[], targets: CellTargets): void {
  const { rows, places, starts, count } = targets;
  for (let number = 0, at = 0; at < count; number += 1) {
    const end = starts[number + 1] as number;
    if (at === end) continue;
    const chunk = chunks[number] as Uint8Array;
    for (; at < end; at += 1) chunk[places[at] as number] = source[rows[at] as number] as number;
  }
}

function scatterTexts(
  source: Uint16Array,
  chunks: readonly Uint16Array[],
  targets: CellTargets,
  codes: Uint16Array,
): void {
  const { rows, places, starts, count } = targets;
  for (let number = 0, at = 0; at < count; number += 1) {
    const end = starts[number + 1] as number;
    if (at === end) continue;
    const chunk = chunks[number] as Uint16Array;
    for (; at < end; at += 1) chunk[places[at] as number] = codes[source[rows[at] as number] as number] as number;
  }
}
