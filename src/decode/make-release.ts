import { InvariantError } from "../base/errors.ts";
import type { RowBatch } from "./row-batch.ts";

/** `IngestEvent.release` of these batches. Throws when it is called again: a buffer given back twice would be two batches' at once. */
export function makeRelease(batches: readonly RowBatch[], giveBack: (buffer: ArrayBuffer) => void): () => void {
  let isReleased = false;
  return () => {
    if (isReleased) throw new InvariantError("row batches are released twice");
    isReleased = true;
    for (const { buffer } of batches) giveBack(buffer);
  };
}
