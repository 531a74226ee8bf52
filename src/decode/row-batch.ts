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

/** A text that a decoder's dictionary has got since its last batch. `column` is `Column.index`. */
export interface DictionaryEntry {
  readonly column: number;
  /** From `firstDictionaryCode` on, each column's one after the other. */
  readonly code: number;
  /** UTF-8. */
  readonly text: Uint8Array;
}

/** A decoded run of one partition for one view: what decode hands to view. Can be posted to another thread; the buffer is transferred. */
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
  /** Rows in offset order; a key may occur several times. */
  readonly rowCount: number;
  /** What `layRowColumns(layout, capacityRows, buffer)` lays the columns over. */
  readonly buffer: ArrayBuffer;
  readonly capacityRows: number;
  /** Words of `blocks` in use. */
  readonly blockWords: number;
  /** Names the dictionary that this batch's cells speak of: one for each decoder. */
  readonly dictionary: string;
  /** In order. Whoever applies the batches of a decoder must note the entries of all of them. */
  readonly newTexts: readonly DictionaryEntry[];
  /** Records left out because they could not be decoded (policy QUARANTINE). */
  readonly badRecords: readonly BadRecord[];
  /** Records left out because they have no key. */
  readonly skippedNullKeys: number;
  /** Policy HALT met a bad record: nothing at or after `nextOffset` is in this batch. */
  readonly halted?: BadRecord | undefined;
}
