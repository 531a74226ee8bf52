import type { Isolation } from "../../../mapping/view-definition.ts";
import type { LogRecord, RecordBatch } from "../../log.ts";
import { maxSliceBytes, maxSliceRecords } from "../../slice-limits.ts";
import type { AbortedTransaction } from "../wire/fetch.ts";
import { AbortedProducers } from "./aborted-producers.ts";
import { type BatchHeader, readBatchHeader } from "./batch-header.ts";
import { decompress } from "./compression.ts";
import { LogCorruptError } from "./log-corrupt-error.ts";
import { RecordReader } from "./record-reader.ts";

/** What one answer to Fetch holds of one partition, and how to read it. */
export interface FetchedBatches {
  readonly topic: string;
  readonly partition: number;
  /** Batches one after the other, the last perhaps cut off. Slices are views of these bytes. */
  readonly records: Buffer;
  /** Next offset to read. The first batch may begin before it. */
  readonly position: number;
  readonly isolation: Isolation;
  /** Of the same answer, in any order. */
  readonly abortedTransactions: readonly AbortedTransaction[];
}

/**
 * Decodes one slice for each pull, contiguous from `position` on and in offset order; a batch whose records are not to
 * be seen gives a slice without records. Ends at the last complete batch. Synchronous; decompresses a batch when its
 * first slice is pulled. Throws `LogCorruptError` at a batch that cannot be read, `LogUnsupportedError` at one of a format
 * older than 2: all before it has been given.
 */
export function* decodeBatches(fetched: FetchedBatches): Generator<RecordBatch, void> {
  const aborted = new AbortedProducers(fetched.isolation === "READ_COMMITTED" ? fetched.abortedTransactions : []);
  let { position } = fetched;
  for (let at = 0; ; ) {
    const batch = readBatchHeader(fetched.records, at, fetched);
    if (batch === undefined) return;
    at = batch.endAt;
    aborted.advanceTo(batch.lastOffset);
    if (batch.isControl) endTransaction(fetched, batch, aborted);
    if (batch.lastOffset < position) continue;
    if (isVisible(batch, aborted)) {
      yield* sliceBatch(batch, openRecords(fetched, batch), { partition: fetched.partition, position });
    } else {
      yield makeEmptySlice(batch, { partition: fetched.partition, position });
    }
    position = batch.lastOffset + 1;
  }
}

function isVisible(batch: BatchHeader, aborted: AbortedProducers): boolean {
  if (batch.recordCount === 0 || batch.isControl) return false;
  return !(batch.isTransactional && aborted.has(batch.producerId));
}

/**
 * A marker ends its producer's transaction. Of a marker that compaction has emptied the kind is gone, but what this
 * producer writes after it is another transaction all the same, with an entry of its own if that is aborted too.
 */
function endTransaction(fetched: FetchedBatches, batch: BatchHeader, aborted: AbortedProducers): void {
  if (!aborted.has(batch.producerId)) return;
  if (batch.recordCount === 0 || isAbortMarker(fetched, batch)) aborted.end(batch.producerId);
}

function isAbortMarker(fetched: FetchedBatches, batch: BatchHeader): boolean {
  const abortType = 0;
  const key = openRecords(fetched, batch).next()?.key;
  if (key === undefined || key === null || key.length < 4) {
    const place = { topic: fetched.topic, partition: fetched.partition, offset: batch.baseOffset };
    throw new LogCorruptError({ ...place, expected: "a marker's key of 4 bytes", found: `${key?.length ?? "none"}` });
  }
  return new DataView(key.buffer, key.byteOffset, key.length).getInt16(2) === abortType;
}

function openRecords({ topic, partition, records }: FetchedBatches, batch: BatchHeader): RecordReader {
  const place = { topic, partition, offset: batch.baseOffset };
  return new RecordReader(decompress(batch.codec, records.subarray(batch.recordsAt, batch.endAt), place), batch, place);
}

/**
 * A slice ends after its last record, the last one of a batch where the batch does: so the position passes what
 * compaction took from its end. What is missing in front of a record belongs to that record's slice.
 */
function* sliceBatch(
  batch: BatchHeader,
  reader: RecordReader,
  { partition, position }: { readonly partition: number; readonly position: number },
): Generator<RecordBatch, void> {
  const { leaderEpoch } = batch;
  let fromOffset = position;
  let reached = position;
  let records: LogRecord[] = [];
  let sizeBytes = 0;
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    if (record.offset < position) continue;
    const recordBytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    const isFull = records.length >= maxSliceRecords || sizeBytes + recordBytes > maxSliceBytes;
    if (isFull && records.length > 0) {
      yield { partition, fromOffset, nextOffset: reached, leaderEpoch, records, sizeBytes };
      fromOffset = reached;
      records = [];
      sizeBytes = 0;
    }
    records.push(record);
    sizeBytes += recordBytes;
    reached = record.offset + 1;
  }
  yield { partition, fromOffset, nextOffset: batch.lastOffset + 1, leaderEpoch, records, sizeBytes };
}

function makeEmptySlice(
  { lastOffset, leaderEpoch }: BatchHeader,
  { partition, position }: { readonly partition: number; readonly position: number },
): RecordBatch {
  return { partition, fromOffset: position, nextOffset: lastOffset + 1, leaderEpoch, records: [], sizeBytes: 0 };
}
