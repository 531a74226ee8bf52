import type { RecordBatch } from "../log/log.ts";
import type { RowBatch } from "./row-batch.ts";

/** What a row batch says of itself beside its records. */
export interface DecodeContext {
  readonly topic: string;
  readonly generation: number;
  readonly incarnation: string;
}

/**
 * Decodes one view's records; one implementation per format, made once per view. Pure and synchronous: no state from
 * batch to batch, no I/O. Every record of the batch becomes exactly one of: a row, a bad record, a skipped null key;
 * or, with policy HALT, the first bad one ends the batch before its offset. Nothing in the result points into the
 * records' bytes. Never throws for what a record holds. Cost grows with the bytes.
 */
export interface Decoder {
  decode(batch: RecordBatch, context: DecodeContext): RowBatch;
}
