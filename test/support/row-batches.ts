import { makeColumnLayout } from "../../src/decode/columns/column-layout.ts";
import { RowBatchWriter } from "../../src/decode/columns/row-batch-writer.ts";
import type { DictionaryEntry, RowBatch } from "../../src/decode/row-batch.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import type { RowOperation } from "./row-operations.ts";
import { RowReader } from "./row-reader.ts";

export type { RowOperation } from "./row-operations.ts";

/** Seed of the key hashes of test batches, unless a test gives its own. */
export const testHashSeed = 0x7a11_3a7e;

/** What a batch says beside its rows, and, to write several batches of one dictionary, their writer. */
export type BatchFacts = Partial<Omit<RowBatch, "rowCount" | "buffer" | "capacityRows" | "blockWords" | "newTexts">> & {
  readonly writer?: RowBatchWriter | undefined;
  readonly hashSeed?: number | undefined;
};

let writersMade = 0;

/** A writer for `makeRowBatch`, with a dictionary of its own. */
export function makeBatchWriter(definition: ViewDefinition, hashSeed = testHashSeed): RowBatchWriter {
  writersMade += 1;
  return new RowBatchWriter({
    layout: makeColumnLayout(definition),
    hashSeed,
    dictionary: `test dictionary ${writersMade}`,
  });
}

/**
 * A row batch of these rows: of partition 0, from the first row's offset (or 0) to the last one's + 1, generation 1,
 * "life-1", unless the facts say otherwise. With a new dictionary unless a writer is given.
 */
export function makeRowBatch(
  definition: ViewDefinition,
  rows: readonly RowOperation[],
  { writer, hashSeed, ...facts }: BatchFacts = {},
): RowBatch {
  const used = writer ?? makeBatchWriter(definition, hashSeed);
  used.begin(rows.length, 0);
  for (const row of rows) {
    if (row.operation === "DELETE") used.deleteRow(row);
    else used.upsert(row, row.values);
  }
  const fromOffset = facts.fromOffset ?? rows[0]?.offset ?? 0;
  return {
    view: definition.name,
    topic: definition.topic,
    generation: 1,
    incarnation: "life-1",
    partition: 0,
    nextOffset: (rows.at(-1)?.offset ?? fromOffset - 1) + 1,
    leaderEpoch: 0,
    badRecords: [],
    skippedNullKeys: 0,
    ...used.finish(),
    ...facts,
    fromOffset,
  };
}

/** Dictionary texts as whoever applies batches must note them. */
export class DictionaryTexts {
  readonly #texts = new Map<string, string>();

  /** Notes a batch's new texts; throws where they are not one after the other, or come twice. */
  note({ dictionary, newTexts }: Pick<RowBatch, "dictionary" | "newTexts">): void {
    for (const { column, code, text } of newTexts) {
      const before = code === 2 || this.#texts.has(nameOf(dictionary, column, code - 1));
      if (!before || this.#texts.has(nameOf(dictionary, column, code))) throw new Error(`code ${code} out of order`);
      this.#texts.set(nameOf(dictionary, column, code), new TextDecoder("utf-8", { fatal: true }).decode(text));
    }
  }

  get(dictionary: string, column: number, code: DictionaryEntry["code"]): string {
    const text = this.#texts.get(nameOf(dictionary, column, code));
    if (text === undefined) throw new Error(`dictionary ${dictionary} has no code ${code} of column ${column}`);
    return text;
  }
}

/** The batch's rows as values. Notes its new texts in `texts`; those of batches before it must be there. */
export function readRowBatch(
  definition: ViewDefinition,
  batch: RowBatch,
  texts: DictionaryTexts = new DictionaryTexts(),
): RowOperation[] {
  texts.note(batch);
  const reader = new RowReader(makeColumnLayout(definition), batch, texts);
  return Array.from({ length: batch.rowCount }, (_, row) => reader.read(row));
}

function nameOf(dictionary: string, column: number, code: number): string {
  return `${dictionary}/${column}/${code}`;
}
