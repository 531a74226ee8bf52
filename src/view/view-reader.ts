import type { FieldValue } from "../decode/row-batch.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";

declare const rowBrand: unique symbol;

/** One entity, opaque. Only the reader that handed it out can read it. Stays readable after later changes: it is the image of its moment. */
export interface Row {
  readonly [rowBrand]: true;
}

/** Reads one field of a row. Synchronous, never throws for a row of the same view. */
export type FieldReader = (row: Row) => FieldValue;

export interface RowPage {
  /** Only keys strictly greater. */
  readonly after?: string | undefined;
  /** Only keys strictly less. */
  readonly before?: string | undefined;
  /** At most so many. */
  readonly limit: number;
  /** Take them from the end; they are still returned in ascending order. Default false. */
  readonly fromEnd?: boolean | undefined;
}

/** Rows in key order (Unicode code points), as they are now: a live look, not a copy. */
export interface RowList {
  readonly size: number;
  page(page: RowPage): readonly Row[];
}

/** Bounds of an ordered look-up; absent means open. Nulls are never in a range. */
export interface ValueRange {
  readonly gt?: FieldValue | undefined;
  readonly gte?: FieldValue | undefined;
  readonly lt?: FieldValue | undefined;
  readonly lte?: FieldValue | undefined;
  readonly limit: number;
  readonly descending?: boolean | undefined;
}

/** The read side of a complete view. All of it is synchronous; nothing here can change the view. */
export interface ViewReader {
  readonly definition: ViewDefinition;
  /** Live entities. */
  readonly size: number;
  get(key: string): Row | undefined;
  keyOf(row: Row): string;
  /** Throws `InvariantError` for a field that the view does not store. */
  field(name: string): FieldReader;
  /** Every entity, by key. */
  all(): RowList;
  /** Entities whose indexed (or joined) field equals `value`, by key. Throws `InvariantError` if the field has no hash index. */
  matching(field: string, value: FieldValue): RowList;
  /** Entities by (value, key) within the range. Throws `InvariantError` if the field has no ordered index. */
  range(field: string, range: ValueRange): readonly Row[];
}
