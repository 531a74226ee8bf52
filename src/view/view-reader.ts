import type { FieldValue } from "../decode/row-batch.ts";
import type { EmbeddedDefinition, FieldType, ViewDefinition } from "../mapping/view-definition.ts";
import type { TextSpan } from "./columns/text-span.ts";

declare const rowBrand: unique symbol;

/** One entity, opaque. Only the reader that handed it out can read it. A live row is readable until the view changes, so before the macrotask ends; a before-image always. */
export interface Row {
  readonly [rowBrand]: true;
}

/** Reads one field of a row. Synchronous, never throws for a row of the same view. */
export type FieldReader = (row: Row) => FieldValue;

/**
 * One field of live rows, without a JavaScript value for each: what compiled operations read. A before-image is no live
 * row; `ViewReader.field` reads both. Synchronous, never throws for a live row of the same view.
 */
export type FieldColumn =
  /** Int, Float; DateTime as milliseconds. */
  | { readonly kind: "number"; readonly type: FieldType; get(row: Row): number /* NaN: null */ }
  /** Boolean: 0 false, 1 true. Enum: place in its declaration. */
  | { readonly kind: "code"; readonly type: FieldType; get(row: Row): number /* -1: null */ }
  /**
   * ID, String, UUID, Date, Time, Bytes, Decimal, BigInt: the text. JSON, lists and embedded values that are not
   * flattened: compact JSON just as the API prints it. The key, whatever its type: its canonical text.
   */
  | {
      readonly kind: "text";
      readonly type: FieldType;
      /** Points `span` at the text's UTF-8; it holds until the view changes. False: null, `span` means nothing. */
      locate(row: Row, span: TextSpan): boolean;
    }
  /** Flattened; `members` in declaration order, to be read only where the value is present. */
  | {
      readonly kind: "embedded";
      readonly definition: EmbeddedDefinition;
      isPresent(row: Row): boolean;
      readonly members: readonly FieldColumn[];
    };

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
  /** The same for a key that stands somewhere as UTF-8. The span need hold no longer than the call. */
  getAt(key: TextSpan): Row | undefined;
  keyOf(row: Row): string;
  /** Throws `InvariantError` for a field that the view does not store. */
  field(name: string): FieldReader;
  /** Throws `InvariantError` for a field that the view does not store. For live rows only. */
  column(name: string): FieldColumn;
  /** Every entity, by key. */
  all(): RowList;
  /**
   * Entities whose indexed (or joined) field equals `value`, by key. Its size, and a page where none or one has the value,
   * cost the same however many entities there are. Throws `InvariantError` if the field has no hash index.
   */
  matching(field: string, value: FieldValue): RowList;
  /** Entities by (value, key) within the range. Throws `InvariantError` if the field has no ordered index. */
  range(field: string, range: ValueRange): readonly Row[];
}
