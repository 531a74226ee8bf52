import type { RecordBatch } from "../log/log.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import type { BufferSource } from "./columns/buffer-source.ts";
import type { RowBatch } from "./row-batch.ts";

/** What a row batch says of itself beside its records. */
export interface DecodeContext {
  readonly topic: string;
  readonly generation: number;
  readonly incarnation: string;
}

/**
 * `SCANNED`: records are scanned by generated code where that is allowed and they are as usual. `PARSED`: no code is
 * generated, and all records go the slow way; what comes out is the same.
 */
export type DecodeWay = "SCANNED" | "PARSED";

/** What every decoder needs beside its view's definition. */
export interface DecoderOptions {
  /** Of key hashes; the same wherever rows of the view are looked up. */
  readonly hashSeed: number;
  /** Names the decoder's dictionary: no two decoders of one view have the same. */
  readonly dictionary: string;
  /** Where row batches get their buffers. Default: a new one for each. */
  readonly buffers?: BufferSource | undefined;
  /** Default: `SCANNED`. */
  readonly way?: DecodeWay | undefined;
}

/** Makes the decoder of one view for one read. */
export type CreateDecoder = (definition: ViewDefinition, options: DecoderOptions) => Decoder;

/**
 * Decodes one view's records; one implementation per format, made once per view and read. Synchronous, no I/O; from
 * batch to batch it keeps nothing but its dictionary, whose new texts each batch carries, so its batches must be applied
 * in order. Every record of the batch becomes exactly one of: a row, a bad record, a skipped null key; or, with policy
 * HALT, the first bad one ends the batch before its offset. Nothing in the result points into the records' bytes. Never
 * throws for what a record holds. Cost grows with the bytes.
 */
export interface Decoder {
  decode(batch: RecordBatch, context: DecodeContext): RowBatch;
}
