import type { ColumnLayout } from "../../decode/columns/column-layout.ts";
import { layRowColumns, type RowColumns } from "../../decode/columns/row-columns.ts";
import type { RowBatch } from "../../decode/row-batch.ts";
import { checkBatch, type ExpectedBatch } from "./check-batch.ts";
import { checkRows } from "./check-rows.ts";
import type { DictionaryCodes } from "./dictionary-codes.ts";
import type { OpenBatch } from "./open-batch.ts";

export interface BatchIntakeOptions extends Pick<ExpectedBatch, "view" | "generation" | "incarnation"> {
  readonly layout: ColumnLayout;
  readonly codes: DictionaryCodes;
  /** The store's. */
  readonly positions: ReadonlyMap<number, number>;
}

/** Checks the batches that come to a store, and cuts slices from them: each batch is checked, and its texts are noted, once. */
export class BatchIntake {
  readonly #options: BatchIntakeOptions;
  /** The batch that is being applied, and what is left of it. */
  #begun: { readonly batch: RowBatch; readonly rest: OpenBatch } | undefined;

  constructor(options: BatchIntakeOptions) {
    this.#options = options;
  }

  /** As `ViewStore.sliceEnd`. */
  sliceEnd(batch: RowBatch, rows: number): number {
    const { columns, from, rowCount } = this.#begin(batch);
    return from + rows < rowCount ? (columns.offsets[from + rows - 1] as number) + 1 : Number.POSITIVE_INFINITY; // a row
  }

  /** The batch's rows from the position up to an offset, to be applied now; undefined if there is nothing below that offset. */
  take(batch: RowBatch, beforeOffset: number): OpenBatch | undefined {
    const rest = this.#begin(batch);
    const isLast = beforeOffset >= batch.nextOffset;
    const to = isLast ? rest.rowCount : findRow(rest, beforeOffset);
    this.#begun = isLast ? undefined : { batch, rest: { ...rest, from: to } };
    const position = this.#options.positions.get(batch.partition) ?? 0; // checked
    return Math.min(beforeOffset, batch.nextOffset) <= position ? undefined : { ...rest, rowCount: to };
  }

  #begin(batch: RowBatch): OpenBatch {
    if (this.#begun?.batch === batch) return this.#begun.rest;
    const columns = this.#lay(batch);
    const { partition, rowCount } = batch;
    const dictionary = this.#options.codes.note(batch);
    const blocks = { words: columns.blocks, bytes: columns.blockBytes };
    const all = { partition, columns, blocks, dictionary, from: 0, rowCount };
    const rest = { ...all, from: findRow(all, this.#options.positions.get(partition) ?? 0) };
    this.#begun = { batch, rest };
    return rest;
  }

  #lay(batch: RowBatch): RowColumns {
    const { layout, codes, positions, ...expected } = this.#options;
    checkBatch(batch, { ...expected, position: positions.get(batch.partition) });
    const columns = layRowColumns(layout, batch.capacityRows, batch.buffer);
    checkRows(batch, columns, layout, codes);
    return columns;
  }
}

/** The first row from the batch's first on that is not below the offset. */
function findRow({ columns: { offsets }, from, rowCount }: OpenBatch, offset: number): number {
  let row = from;
  while (row < rowCount && (offsets[row] as number) < offset) row += 1; // below the row count
  return row;
}
