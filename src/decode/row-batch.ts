/**
 * A decoded value as views hold it. By scalar: ID, String, UUID, Date, Time: text; Int, Float: number; Boolean: boolean;
 * DateTime: milliseconds since the Unix epoch; BigInt: bigint; Decimal: canonical text (no exponent, no leading or
 * trailing zeros); Bytes: base64 text; JSON: a JSON value in which numbers that a double cannot hold exactly are
 * `JSON.rawJSON` objects, so that `JSON.stringify` prints the text they came with. Enum: its value's name.
 * Embedded: `EmbeddedValue`, its fields' values in declaration order. List: array.
 */
export type FieldValue = null | string | number | boolean | bigint | readonly FieldValue[] | EmbeddedValue | JsonValue;

/** Values of an embedded type's fields, in declaration order. */
export interface EmbeddedValue {
  readonly values: readonly FieldValue[];
}

/** A value of scalar JSON, boxed so that it cannot be mistaken for a list or an embedded value. */
export interface JsonValue {
  readonly json: unknown;
}

/** What one record does to one key. */
export type RowOperation =
  | {
      readonly operation: "UPSERT";
      /** Canonical key text: the entity's identity. */
      readonly key: string;
      readonly offset: number;
      readonly timestamp: number;
      /** In the order of `ViewDefinition.fields`. */
      readonly values: readonly FieldValue[];
      /** Only with `@key(path:)`: the whole record key as canonical JSON text, so that two record keys of one id can be told apart. */
      readonly recordKey?: string | undefined;
    }
  | {
      readonly operation: "DELETE";
      readonly key: string;
      readonly offset: number;
      readonly timestamp: number;
      /** As for UPSERT. */
      readonly recordKey?: string | undefined;
    };

/** A record that could not be decoded, as people shall see it. Holds copies, nothing of a response buffer. */
export interface BadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  /** The key as text if it is readable, else null; cut to a bounded length. */
  readonly key: string | null;
  /** What was expected, what was found, at which path. May quote up to 40 characters of the value: for the admin side, not for logs. */
  readonly error: string;
  /** First bytes of the value, for people to read: text with unreadable bytes escaped; bounded. */
  readonly firstBytes: string;
}

/** A decoded run of one partition for one view: what decode hands to view. */
export interface RowBatch {
  readonly view: string;
  readonly topic: string;
  readonly generation: number;
  readonly incarnation: string;
  readonly partition: number;
  readonly fromOffset: number;
  /** If `halted` is set, the offset of the record that halts the view; else that of the log's batch. */
  readonly nextOffset: number;
  readonly leaderEpoch: number;
  /** In offset order; a key may occur several times. */
  readonly rows: readonly RowOperation[];
  /** Records left out because they could not be decoded (policy QUARANTINE). */
  readonly badRecords: readonly BadRecord[];
  /** Records left out because they have no key. */
  readonly skippedNullKeys: number;
  /** Policy HALT met a bad record: nothing at or after `nextOffset` is in this batch. */
  readonly halted?: BadRecord | undefined;
}
