import type { FieldValue } from "../row-batch.ts";

/**
 * One scalar: its ways in, and its text. Functions without `this`; values are those of `FieldValue`.
 * Parsers throw `ValueProblem` (without a place) for anything that is not exactly this scalar.
 */
export interface ScalarCodec<Value extends FieldValue = FieldValue> {
  /** From a value of `parseJsonText`, neither null nor undefined; numbers may be raw. */
  parseJson(value: unknown): Value;
  /** From a text of its own: a header, or a record key. `parseText(formatText(v))` equals `v`. */
  parseText(text: string): Value;
  /** The canonical text: equal values, equal texts. */
  formatText(value: Value): string;
}
