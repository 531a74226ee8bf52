/** The scalars of a schema author's SDL. */
export type ScalarName =
  | "ID"
  | "String"
  | "Int"
  | "Float"
  | "Boolean"
  | "DateTime"
  | "Date"
  | "Time"
  | "BigInt"
  | "Decimal"
  | "UUID"
  | "JSON"
  | "Bytes";

/** An enum as declared; `values` in declaration order, which is also its sort order. */
export interface EnumDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly values: ReadonlyArray<{
    readonly name: string;
    readonly description: string | undefined;
    readonly deprecationReason: string | undefined;
  }>;
}

/** An object type without `@view`: a value inside an entity. Its fields have only `path` sources. */
export interface EmbeddedDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly fields: readonly FieldDefinition[];
}

/** Type of a stored value. `nullable` belongs to this place: a list's own and its element's differ. */
export type FieldType =
  | { readonly kind: "scalar"; readonly scalar: ScalarName; readonly nullable: boolean }
  | { readonly kind: "enum"; readonly definition: EnumDefinition; readonly nullable: boolean }
  | { readonly kind: "embedded"; readonly definition: EmbeddedDefinition; readonly nullable: boolean }
  | { readonly kind: "list"; readonly element: FieldType; readonly nullable: boolean };

/** Parts of the record itself that a field may hold: TIMESTAMP (DateTime), OFFSET (BigInt), PARTITION (Int). */
export type RecordPart = "TIMESTAMP" | "OFFSET" | "PARTITION";

/** Where a field's value comes from. `path` is the list of member names inside the JSON value (or key, for `key`). */
export type FieldSource =
  | { readonly from: "key"; readonly path: readonly string[] | undefined }
  | { readonly from: "value"; readonly path: readonly string[] }
  | { readonly from: "header"; readonly header: string }
  | { readonly from: "record"; readonly part: RecordPart };

/** A stored field of an entity or of an embedded value. */
export interface FieldDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly deprecationReason: string | undefined;
  readonly type: FieldType;
  readonly source: FieldSource;
  /** Has `@index`: hash (equality) and ordered (range) look-ups. Only scalars and enums. */
  readonly isIndexed: boolean;
}

/** A field that is looked up in another view. `toOne`: `localField` holds the other's key. `toMany`: the target's `foreignField` holds my key. */
export type JoinDefinition = {
  readonly name: string;
  readonly description: string | undefined;
  readonly deprecationReason: string | undefined;
  /** Name of the joined view. */
  readonly target: string;
} & (
  | { readonly kind: "toOne"; readonly localField: string }
  | { readonly kind: "toMany"; readonly foreignField: string }
);

export type KeyFormat = "STRING" | "JSON" | "INT32" | "INT64" | "UUID" | "BYTES";
export type OnBadRecord = "QUARANTINE" | "HALT";
/** `READ_COMMITTED` reads up to the last stable offset and never sees a record of an aborted transaction. */
export type Isolation = "READ_COMMITTED" | "READ_UNCOMMITTED";

/** One `@view` type, validated. Immutable. */
export interface ViewDefinition {
  /** The GraphQL type's name, the view's name everywhere. */
  readonly name: string;
  readonly description: string | undefined;
  readonly topic: string;
  readonly keyFormat: KeyFormat;
  readonly onBadRecord: OnBadRecord;
  readonly isolation: Isolation;
  /** Name of the field with `@key`; it is also in `fields`. */
  readonly keyField: string;
  /** Stored fields in declaration order; a decoded row's values stand in this order. */
  readonly fields: readonly FieldDefinition[];
  /** Joins, in declaration order. */
  readonly joins: readonly JoinDefinition[];
  /** Names of fields that an equality look-up must serve for somebody's join to many into this view. */
  readonly joinedFields: readonly string[];
  /** All fields, stored and joined, in declaration order, as the API shows them. */
  readonly fieldOrder: readonly string[];
  /** `order` */
  readonly singular: string;
  /** `orders` */
  readonly plural: string;
  /** Hex text that changes when anything that decides the entities' content changes (sources, types, key format, topic …). */
  readonly mappingHash: string;
}
