import { InvariantError } from "../../base/errors.ts";
import type { RowBatch } from "../../decode/row-batch.ts";

export interface ExpectedBatch {
  readonly view: string;
  readonly generation: number;
  readonly incarnation: string;
  /** Of the batch's partition; undefined if the store does not know it. */
  readonly position: number | undefined;
}

/** Throws `InvariantError` unless the batch is of this view's generation and follows on its position, or repeats what came before. */
export function checkBatch(batch: RowBatch, { view, generation, incarnation, position }: ExpectedBatch): void {
  const { partition, fromOffset, nextOffset } = batch;
  if (batch.view !== view) throw new InvariantError(`a batch of ${batch.view} came to ${view}`);
  if (position === undefined) throw new InvariantError(`a batch of unknown partition ${partition} came to ${view}`);
  if (batch.generation !== generation || batch.incarnation !== incarnation) {
    throw new InvariantError(
      `a batch of generation ${batch.generation}, topic ${batch.incarnation}, came to generation ${generation} of ${view}, topic ${incarnation}`,
    );
  }
  if (fromOffset > position || nextOffset < fromOffset) {
    throw new InvariantError(
      `a batch of offsets ${fromOffset} to ${nextOffset} came to ${view}, whose position in partition ${partition} is ${position}`,
    );
  }
}
