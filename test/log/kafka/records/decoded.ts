import { decodeBatches, type FetchedBatches } from "../../../../src/log/kafka/records/decode-batches.ts";
import type { LogRecord, RecordBatch } from "../../../../src/log/log.ts";

/** All slices of some batches of orders/3, as READ_COMMITTED from offset 0 on unless `how` says otherwise. */
export function decodeAll(batches: readonly Buffer[], how: Partial<FetchedBatches> = {}): readonly RecordBatch[] {
  const records = Buffer.concat(batches);
  const isolation = "READ_COMMITTED";
  return [
    ...decodeBatches({
      topic: "orders",
      partition: 3,
      records,
      position: 0,
      isolation,
      abortedTransactions: [],
      ...how,
    }),
  ];
}

/** All records of the slices. */
export function recordsOf(slices: readonly RecordBatch[]): readonly LogRecord[] {
  return slices.flatMap(({ records }) => records);
}

/** The offsets of all records of the slices. */
export function offsetsOf(slices: readonly RecordBatch[]): readonly number[] {
  return recordsOf(slices).map(({ offset }) => offset);
}

/** Where each slice begins and ends. */
export function spansOf(slices: readonly RecordBatch[]): ReadonlyArray<readonly [number, number]> {
  return slices.map(({ fromOffset, nextOffset }) => [fromOffset, nextOffset]);
}
