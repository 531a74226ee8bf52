import { TailwaterError } from "../../../base/errors.ts";
import { readBatchHeader } from "./batch-header.ts";
import { type BatchPlace, LogCorruptError } from "./log-corrupt-error.ts";

/**
 * Why no batch can be read from bytes that a broker sent for `place`: a format that is too old, a header that cannot
 * be, or nothing that is whole. Returns the error, does not throw it.
 */
export function whyUnreadable(records: Buffer, place: BatchPlace): TailwaterError {
  try {
    readBatchHeader(records, 0, place);
  } catch (error) {
    if (error instanceof TailwaterError) return error;
    throw error;
  }
  return new LogCorruptError({ ...place, expected: "a whole batch", found: `${records.length} bytes that hold none` });
}
