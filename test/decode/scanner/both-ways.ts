import { deepStrictEqual } from "node:assert/strict";
import { makeColumnLayout } from "../../../src/decode/columns/column-layout.ts";
import { RowBatchWriter } from "../../../src/decode/columns/row-batch-writer.ts";
import { layRowColumns, operationUpsert } from "../../../src/decode/columns/row-columns.ts";
import { createJsonDecoder } from "../../../src/decode/json-decoder.ts";
import type { RowBatch } from "../../../src/decode/row-batch.ts";
import { makeRowScanner } from "../../../src/decode/scanner/row-scanner.ts";
import type { RecordBatch } from "../../../src/log/log.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import { DictionaryTexts, readRowBatch } from "../../support/row-batches.ts";
import { context, decoderOptions, makeBatch, type RecordText } from "../decode-records.ts";

/**
 * Decodes the batches one after the other, scanned and parsed, and expects the same of both: rows, bad records with their
 * words, counts; and also the same cells and blocks, bit by bit, as texts come to dictionaries in the same order.
 * Gives how many rows there are.
 */
export function expectSameBothWays(
  definition: ViewDefinition,
  batches: readonly RecordBatch[],
): { readonly rows: number } {
  const scanned = createJsonDecoder(definition, { ...decoderOptions, way: "SCANNED" });
  const parsed = createJsonDecoder(definition, { ...decoderOptions, way: "PARSED" });
  const texts = { scanned: new DictionaryTexts(), parsed: new DictionaryTexts() };
  let rows = 0;
  for (const batch of batches) {
    const one = scanned.decode(batch, context);
    const other = parsed.decode(batch, context);
    // Not vitest's `toStrictEqual`: it takes a JSON member named "constructor" for the value's class.
    deepStrictEqual(contentOf(definition, one, texts.scanned), contentOf(definition, other, texts.parsed));
    rows += other.rowCount;
  }
  return { rows };
}

/** How many of the records the scanner takes itself, one after the other. */
export function countScanned(definition: ViewDefinition, records: readonly RecordText[]): number {
  return countScannedOf(definition, [makeBatch(records)]);
}

/** The same of records that come in batches. */
export function countScannedOf(definition: ViewDefinition, batches: readonly RecordBatch[]): number {
  const writer = new RowBatchWriter({ layout: makeColumnLayout(definition), ...decoderOptions });
  const scanner = makeRowScanner(definition, writer);
  let scanned = 0;
  for (const { records, partition } of batches) {
    writer.begin(records.length, 0);
    scanned += records.filter((record) => scanner?.take(record, partition)).length;
    writer.finish();
  }
  return scanned;
}

/** All that a batch says; cells by their bits, but those of deleting rows, which mean nothing. */
function contentOf(definition: ViewDefinition, batch: RowBatch, texts: DictionaryTexts) {
  const { buffer, capacityRows, ...facts } = batch;
  const rows = readRowBatch(definition, batch, texts);
  const { keyHashes, blockAt, blocks, operations, doubles, int32s, code16s, code8s, ...columns } = layRowColumns(
    makeColumnLayout(definition),
    capacityRows,
    buffer,
  );
  const cells = [...doubles, ...int32s, ...code16s, ...code8s, ...columns.texts];
  return {
    facts,
    rows,
    keyHashes: [...keyHashes.subarray(0, batch.rowCount)],
    blockAt: [...blockAt.subarray(0, batch.rowCount)],
    blocks: [...blocks.subarray(0, batch.blockWords)],
    cells: cells.map((column) =>
      [...column.subarray(0, batch.rowCount)].filter((_, row) => operations[row] === operationUpsert),
    ),
  };
}
