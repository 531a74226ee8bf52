import type { Column, ColumnLayout, FieldPlace } from "../../decode/columns/column-layout.ts";
import { nullCode8, nullCode16, textInBlock, textNull } from "../../decode/columns/column-layout.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import { chunkMask, chunkShift } from "./chunked-column.ts";
import { endOfCell, endOfText, locateCell, locateText } from "./read-block.ts";
import { rowKeyIsPlain } from "./row-flags.ts";
import type { RowTable } from "./row-table.ts";
import type { Slab } from "./slab.ts";
import { segmentShift, wordMask } from "./slab-segment.ts";
import type { LeafColumn, SlotColumn, TextColumn } from "./slot-column.ts";
import type { TextPool } from "./text-pool.ts";
import type { TextSpan } from "./text-span.ts";
import { makeTouchBlocks, makeTouchCells } from "./touch-texts.ts";

/** Where the cells of rows stand. */
export interface CellSources {
  readonly layout: ColumnLayout;
  readonly rows: RowTable;
  readonly slab: Slab;
  /** By `Column.slot` of the text columns. */
  readonly pools: readonly TextPool[];
}

/** Makes the columns of all fields, in the order of `ViewDefinition.fields`. */
export function makeSlotColumns(sources: CellSources): readonly SlotColumn[] {
  return sources.layout.places.map((place) => makeColumn(place, sources));
}

/** Makes the function that points a span at a row's key. */
export function makeLocateKey({ rows: { records }, slab }: CellSources): (slot: number, span: TextSpan) => true {
  return (slot, span) => {
    const address = records.blockOf(slot);
    locateText(slab.bytes[address >>> segmentShift] as Uint8Array, 4 * (address & wordMask) + 4, span); // a row's block is in a segment
    span.isPlain = (records.flagsOf(slot) & rowKeyIsPlain) !== 0;
    return true;
  };
}

function makeKeyColumn(type: FieldType, sources: CellSources): TextColumn {
  const { rows, slab } = sources;
  const touch = makeTouchBlocks(rows.records, slab);
  return { kind: "text", type, locate: makeLocateKey(sources), hasText: () => true, touch };
}

function makeColumn(place: FieldPlace, sources: CellSources): SlotColumn {
  switch (place.kind) {
    case "key":
      return makeKeyColumn(place.type, sources);
    case "column":
      return makeCellColumn(place.column, sources);
    case "embedded": {
      const members = place.members.map((member) => makeColumn(member, sources));
      return {
        kind: "embedded",
        definition: place.definition,
        isPresent: makeIsPresent(place.presence, sources),
        members,
      };
    }
  }
}

function makeIsPresent(presence: Column | undefined, { rows }: CellSources): (slot: number) => boolean {
  const chunks = presence === undefined ? undefined : rows.code8s[presence.slot]?.chunks;
  if (chunks === undefined) return () => true;
  return (slot) => chunks[slot >>> chunkShift]?.[slot & chunkMask] === 1;
}

/** Makes one column. Slots are of rows: they have a place in every column; the casts below are true by that. */
export function makeCellColumn(column: Column, sources: CellSources): LeafColumn {
  const { kind, slot: at, type } = column;
  const { rows } = sources;
  switch (kind) {
    case "double": {
      const chunks = chunksOf(rows.doubles[at]);
      return {
        kind: "number",
        type,
        get: (slot) => (chunks[slot >>> chunkShift] as Float64Array)[slot & chunkMask] as number,
      };
    }
    case "int32": {
      const chunks = chunksOf(rows.int32s[at]);
      return {
        kind: "number",
        type,
        get: (slot) => (chunks[slot >>> chunkShift] as Int32Array)[slot & chunkMask] as number,
      };
    }
    case "code16": {
      const chunks = chunksOf(rows.code16s[at]);
      return {
        kind: "code",
        type,
        get: (slot) => {
          const code = (chunks[slot >>> chunkShift] as Uint16Array)[slot & chunkMask] as number;
          return code === nullCode16 ? -1 : code;
        },
      };
    }
    case "code8": {
      const chunks = chunksOf(rows.code8s[at]);
      return {
        kind: "code",
        type,
        get: (slot) => {
          const code = (chunks[slot >>> chunkShift] as Uint8Array)[slot & chunkMask] as number;
          return code === nullCode8 ? -1 : code;
        },
      };
    }
    case "text":
      return {
        kind: "text",
        type,
        locate: makeLocateCell(at, sources),
        hasText: makeHasText(at, sources),
        touch: makeTouchCells(chunksOf(rows.texts[at]), makeTouchBlocks(rows.records, sources.slab)),
      };
  }
}

function makeLocateCell(
  at: number,
  { layout, rows: { records, texts }, slab, pools }: CellSources,
): (slot: number, span: TextSpan) => boolean {
  const chunks = chunksOf(texts[at]);
  const pool = pools[at] as TextPool; // one for each text column
  const { hasRecordKey } = layout;
  return (slot, span) => {
    const cell = (chunks[slot >>> chunkShift] as Uint16Array)[slot & chunkMask] as number;
    if (cell === textNull) return false;
    if (cell !== textInBlock) {
      pool.locate(cell, span);
      return true;
    }
    const address = records.blockOf(slot);
    const bytes = slab.bytes[address >>> segmentShift] as Uint8Array; // a row's block is in a segment
    locateBlockCell(bytes, 4 * (address & wordMask) + 4, { at, hasRecordKey }, span);
    return true;
  };
}

function makeHasText(at: number, { rows }: CellSources): (slot: number) => boolean {
  const chunks = chunksOf(rows.texts[at]);
  return (slot) => (chunks[slot >>> chunkShift] as Uint16Array)[slot & chunkMask] !== textNull;
}

/** Points the span at the `at`-th text cell of a block whose key begins at `start`. */
export function locateBlockCell(
  bytes: Uint8Array,
  start: number,
  { at, hasRecordKey }: { readonly at: number; readonly hasRecordKey: boolean },
  span: TextSpan,
): void {
  let next = endOfText(bytes, start);
  if (hasRecordKey) next = endOfText(bytes, next);
  for (let cell = 0; cell < at; cell += 1) next = endOfCell(bytes, next);
  locateCell(bytes, next, span);
}

/** The layout has so many columns of the kind. */
function chunksOf<C>(column: { readonly chunks: C[] } | undefined): readonly C[] {
  return (column as { readonly chunks: C[] }).chunks;
}
