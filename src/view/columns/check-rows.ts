import { InvariantError } from "../../base/errors.ts";
import type { ColumnLayout } from "../../decode/columns/column-layout.ts";
import { operationDelete, operationUpsert, type RowColumns } from "../../decode/columns/row-columns.ts";
import type { RowBatch } from "../../decode/row-batch.ts";
import type { DictionaryCodes } from "./dictionary-codes.ts";

/**
 * Throws `InvariantError` unless the batch's rows can be applied: offsets in order and of the batch, blocks one after the
 * other, dictionary codes that are known.
 */
export function checkRows(batch: RowBatch, columns: RowColumns, layout: ColumnLayout, codes: DictionaryCodes): void {
  checkOffsets(batch, columns);
  checkBlocks(batch, columns);
  const sizes = codes.checkSizes(batch);
  for (const { slot } of layout.textColumns) checkCodes(batch, columns, slot, sizes[slot] ?? 0);
}

/** Rows are below the capacity of all columns: the casts here are true by that. */
function checkOffsets({ rowCount, fromOffset, nextOffset, partition, view }: RowBatch, { offsets }: RowColumns): void {
  if (rowCount > offsets.length) throw new InvariantError(`a batch of ${view} has more rows than it has room for`);
  let lastOffset = fromOffset - 1;
  for (let row = 0; row < rowCount; row += 1) {
    const offset = offsets[row] as number;
    if (!(offset > lastOffset && offset < nextOffset)) {
      throw new InvariantError(
        `row ${offset} after ${lastOffset} in a batch of offsets ${fromOffset} to ${nextOffset} of partition ${partition} came to ${view}`,
      );
    }
    lastOffset = offset;
  }
}

function checkBlocks({ rowCount, blockWords, view }: RowBatch, { operations, blockAt, blocks }: RowColumns): void {
  let end = 0;
  for (let row = 0; row < rowCount; row += 1) {
    const operation = operations[row] as number;
    const word = blockAt[row] as number;
    const isKnown = operation === operationUpsert || operation === operationDelete;
    const words = word === end && word < blockWords ? (blocks[word] as number) : 0;
    end += words;
    if (!isKnown || words < 2 || end > blockWords)
      throw new InvariantError(`row ${row} of a batch of ${view} is broken`);
  }
}

function checkCodes({ rowCount, view }: RowBatch, { operations, texts }: RowColumns, slot: number, size: number): void {
  const cells = texts[slot] as Uint16Array;
  for (let row = 0; row < rowCount; row += 1) {
    if ((cells[row] as number) >= size && operations[row] === operationUpsert) {
      throw new InvariantError(`row ${row} of a batch of ${view} speaks of a text that no dictionary has`);
    }
  }
}
