import type { EmbeddedDefinition, FieldDefinition, FieldType, ViewDefinition } from "../../mapping/view-definition.ts";

/**
 * How a column holds its values.
 * - `double`: eight bytes; null is NaN. Float, DateTime (milliseconds), and Int where it may be null.
 * - `int32`: four bytes, never null (0 inside an embedded value that is not there).
 * - `code8`, `code16`: a code; null is 255 or 65535. Boolean: 0 false, 1 true. Enum: place in its declaration.
 *   Presence of a nullable embedded value: 1, or null.
 * - `text`: a two-byte cell: 0 null; 1 the text stands in the row's block; from 2 on an entry of the column's dictionary.
 */
export type ColumnKind = "double" | "int32" | "code8" | "code16" | "text";

export const nullCode8 = 0xff;
export const nullCode16 = 0xffff;
/** Cells of a text column. */
export const textNull = 0;
export const textInBlock = 1;
export const firstDictionaryCode = 2;

/** One column of a view. */
export interface Column {
  /** Its place in `ColumnLayout.columns`. */
  readonly index: number;
  readonly kind: ColumnKind;
  /** Its place among the columns of its kind: where a row batch has it. */
  readonly slot: number;
  /** The values' type; for a presence column that of the embedded value. */
  readonly type: FieldType;
  /** Place of the field in `ViewDefinition.fields`, then of the members in their embedded types. */
  readonly path: readonly number[];
}

/** How one field, or one member of a flattened embedded value, is held. */
export type FieldPlace =
  /** The entity's key: its text is the key of the row's block, and needs no column. */
  | { readonly kind: "key"; readonly type: FieldType }
  | { readonly kind: "column"; readonly column: Column }
  /** Flattened. `presence` only where the embedded value may be null. */
  | {
      readonly kind: "embedded";
      readonly definition: EmbeddedDefinition;
      readonly presence: Column | undefined;
      readonly members: readonly FieldPlace[];
    };

/** How the rows of a view are held, in row batches and in stores. Follows from the definition alone. */
export interface ColumnLayout {
  readonly columns: readonly Column[];
  /** Those of kind `text`, in order: their entries stand in a row's block in this order. */
  readonly textColumns: readonly Column[];
  /** In the order of `ViewDefinition.fields`. */
  readonly places: readonly FieldPlace[];
  /** With `@key(path:)`: blocks hold the whole record key beside the entity's key. */
  readonly hasRecordKey: boolean;
}

/** Beyond so many columns an embedded value is held as text, so that types within types cannot multiply without bound. */
const maxColumns = 512;

/** Makes the layout of a view. Embedded values are flattened unless they are in a list or hold their own type. */
export function makeColumnLayout(definition: ViewDefinition): ColumnLayout {
  const columns: Column[] = [];
  const places = definition.fields.map((field, at) => placeField(field, [at], { columns, within: [] }));
  return {
    columns,
    textColumns: columns.filter(({ kind }) => kind === "text"),
    places,
    hasRecordKey: definition.fields.some(({ source }) => source.from === "key" && source.path !== undefined),
  };
}

interface Placing {
  readonly columns: Column[];
  readonly within: readonly EmbeddedDefinition[];
}

function placeField({ source, type }: FieldDefinition, path: readonly number[], placing: Placing): FieldPlace {
  if (source.from === "key") return { kind: "key", type };
  if (type.kind !== "embedded" || !isFlat(type.definition, placing)) {
    return { kind: "column", column: addColumn(kindOf(type), type, path, placing) };
  }
  const { definition } = type;
  const presence = type.nullable ? addColumn("code8", type, path, placing) : undefined;
  const inner = { columns: placing.columns, within: [...placing.within, definition] };
  const members = definition.fields.map((field, at) => placeField(field, [...path, at], inner));
  return { kind: "embedded", definition, presence, members };
}

function isFlat(definition: EmbeddedDefinition, { columns, within }: Placing): boolean {
  return !within.includes(definition) && columns.length + definition.fields.length <= maxColumns;
}

function addColumn(kind: ColumnKind, type: FieldType, path: readonly number[], { columns }: Placing): Column {
  const slot = columns.filter((column) => column.kind === kind).length;
  const column = { index: columns.length, kind, slot, type, path };
  columns.push(column);
  return column;
}

function kindOf(type: FieldType): ColumnKind {
  if (type.kind === "enum") return type.definition.values.length < nullCode8 ? "code8" : "code16";
  if (type.kind !== "scalar") return "text";
  switch (type.scalar) {
    case "Float":
    case "DateTime":
      return "double";
    case "Int":
      return type.nullable ? "double" : "int32";
    case "Boolean":
      return "code8";
    default:
      return "text";
  }
}
