import { deepStrictEqual } from "node:assert/strict";
import { makeColumnLayout } from "../../../src/decode/columns/column-layout.ts";
import { RowBatchWriter } from "../../../src/decode/columns/row-batch-writer.ts";
import { layRowColumns, operationUpsert } from "../../../src/decode/columns/row-columns.ts";
import { createJsonDecoder } from "../../../src/decode/json-decoder.ts";
import type { RowBatch } from "../../../src/decode/row-batch.ts";
import { compileScanner, type Scanner } from "../../../src/decode/scanner/compile-scanner.ts";
import { makeOddValueScanner } from "../../../src/decode/scanner/odd-values.ts";
import { makeRowScanner, RowScanner } from "../../../src/decode/scanner/row-scanner.ts";
import { makeScanPlan } from "../../../src/decode/scanner/scan-plan.ts";
import type { LogRecord, RecordBatch } from "../../../src/log/log.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import { DictionaryTexts, readRowBatch } from "../../support/row-batches.ts";
import { kafkaNeighbours, type Neighbours, placeRecords } from "../../support/shared-buffer.ts";
import { context, decoderOptions, makeBatch, type RecordText } from "../decode-records.ts";

/**
 * Decodes the batches one after the other, twice: parsed, scanned, and scanned where the records stand in one buffer with such
 * neighbours. Expects the same of all: rows, bad records with their words, counts; and also the same cells and blocks, bit
 * by bit, as texts come to dictionaries in the same order. Gives how many rows there are.
 */
export function expectSameBothWays(
  definition: ViewDefinition,
  batches: readonly RecordBatch[],
  neighbours = kafkaNeighbours,
): { readonly rows: number } {
  const open = (way: "SCANNED" | "PARSED"): ((batch: RecordBatch) => Content) => {
    const decoder = createJsonDecoder(definition, { ...decoderOptions, way });
    const texts = new DictionaryTexts();
    return (batch) => contentOf(definition, decoder.decode(batch, context), texts);
  };
  const [parse, scan, scanPlaced] = [open("PARSED"), open("SCANNED"), open("SCANNED")];
  let rows = 0;
  // Each again after all of them: by then scanners know the usual order of members.
  for (const [at, batch] of [...batches, ...batches].entries()) {
    const parsed = parse(batch);
    // Not vitest's `toStrictEqual`: it takes a JSON member named "constructor" for the value's class.
    deepStrictEqual(scan(batch), parsed);
    deepStrictEqual(scanPlaced({ ...batch, records: placeRecords(batch.records, neighbours) }), parsed);
    if (at < batches.length) rows += parsed.facts.rowCount;
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

/**
 * Makes what scans records one by one, each as the first one: copied, and where it stands in one buffer with such
 * neighbours. It expects the same records to be taken, and the same cells and blocks, bit by bit; and gives how many of
 * the records stayed where they were.
 */
export function openSameInPlace(
  definition: ViewDefinition,
): (records: readonly LogRecord[], neighbours?: Neighbours) => number {
  const [copied, placed] = [new OneByOne(definition), new OneByOne(definition)];
  return (records, neighbours = kafkaNeighbours) => {
    const expected = copied.scan(records);
    const found = placed.scan(placeRecords(records, neighbours));
    deepStrictEqual({ ...found, inPlace: 0 }, { ...expected, inPlace: 0 });
    return found.inPlace;
  };
}

/** A scanner that forgets after each record that it had to copy one. */
class OneByOne {
  readonly #definition: ViewDefinition;
  readonly #texts = new DictionaryTexts();
  readonly #writer: RowBatchWriter;
  readonly #scanner: Scanner | undefined;

  constructor(definition: ViewDefinition) {
    this.#definition = definition;
    const layout = makeColumnLayout(definition);
    this.#writer = new RowBatchWriter({ layout, ...decoderOptions });
    const { texts, dictionaries } = this.#writer;
    const odd = makeOddValueScanner(definition, this.#writer);
    const plan = makeScanPlan(definition, layout);
    this.#scanner = plan === undefined ? undefined : compileScanner(plan, layout, { texts, dictionaries, odd });
  }

  scan(records: readonly LogRecord[]) {
    this.#writer.begin(records.length, 0);
    let inPlace = 0;
    const isTaken = records.map((record) => {
      const isOneMore = this.#take(record);
      if (isOneMore && this.#writer.texts.isBorrowed) inPlace += 1;
      return isOneMore;
    });
    const batch = { ...noBatch, view: this.#definition.name, ...this.#writer.finish() };
    return { inPlace, isTaken, content: contentOf(this.#definition, batch, this.#texts) };
  }

  #take(record: LogRecord): boolean {
    if (this.#scanner === undefined) return false;
    return new RowScanner(this.#definition, this.#writer, this.#scanner).take(record, noBatch.partition);
  }
}

const noBatch = {
  ...{ topic: "shop.orders", generation: 1, incarnation: "life-1", partition: 2, leaderEpoch: 5 },
  ...{ fromOffset: 0, nextOffset: 0, badRecords: [], skippedNullKeys: 0 },
};

type Content = ReturnType<typeof contentOf>;

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
