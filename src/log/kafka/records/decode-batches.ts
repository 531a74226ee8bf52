import type { Isolation } from "../../../mapping/view-definition.ts";
import { type BufferedRecord, makeRecordBuffer, type RecordBuffer } from "../../buffered-record.ts";
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

/** The same, with another way to look at its bytes. */
interface OpenedBatches extends FetchedBatches {
  readonly buffer: RecordBuffer;
}

/**
 * Decodes one slice for each pull, contiguous from `position` on and in offset order. A slice has the records of as many
 * batches as go into it, so that many small ones cost no more than a few large; one ends where the leader epoch changes.
 * Batches whose records are not to be seen only move its end. Ends at the last complete batch. Synchronous; decompresses a
 * batch when its first record is pulled. Throws `LogCorruptError` at a batch that cannot be read, `LogUnsupportedError` at
 * one of a format older than 2: all before it has been given.
 */
export function* decodeBatches(fetched: FetchedBatches): Generator<RecordBatch, void> {
  const slice = new OpenSlice(fetched);
  try {
    yield* fillSlices({ ...fetched, buffer: makeRecordBuffer(fetched.records) }, slice);
  } catch (error) {
    slice.dropBatch();
    if (slice.hasMoved) yield slice.take();
    throw error;
  }
  if (slice.hasMoved) yield slice.take();
}

function* fillSlices(fetched: OpenedBatches, slice: OpenSlice): Generator<RecordBatch, void> {
  const aborted = new AbortedProducers(fetched.isolation === "READ_COMMITTED" ? fetched.abortedTransactions : []);
  for (let at = 0; ; ) {
    const batch = readBatchHeader(fetched.records, at, fetched);
    if (batch === undefined) return;
    at = batch.endAt;
    aborted.advanceTo(batch.lastOffset);
    if (batch.isControl) endTransaction(fetched, batch, aborted);
    if (batch.lastOffset < slice.reached) continue;
    if (slice.hasMoved && batch.leaderEpoch !== slice.leaderEpoch) yield slice.take();
    slice.leaderEpoch = batch.leaderEpoch;
    if (isVisible(batch, aborted)) {
      const reader = openRecords(fetched, batch);
      for (let record = reader.next(); record !== undefined; record = reader.next()) {
        if (record.offset < slice.reached) continue;
        if (!slice.hasRoomFor(record)) yield slice.take();
        slice.add(record);
      }
    }
    slice.endBatch(batch.lastOffset + 1);
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
function endTransaction(fetched: OpenedBatches, batch: BatchHeader, aborted: AbortedProducers): void {
  if (!aborted.has(batch.producerId)) return;
  if (batch.recordCount === 0 || isAbortMarker(fetched, batch)) aborted.end(batch.producerId);
}

function isAbortMarker(fetched: OpenedBatches, batch: BatchHeader): boolean {
  const abortType = 0;
  const key = openRecords(fetched, batch).next()?.key;
  if (key === undefined || key === null || key.length < 4) {
    const place = { topic: fetched.topic, partition: fetched.partition, offset: batch.baseOffset };
    throw new LogCorruptError({ ...place, expected: "a marker's key of 4 bytes", found: `${key?.length ?? "none"}` });
  }
  return new DataView(key.buffer, key.byteOffset, key.length).getInt16(2) === abortType;
}

function openRecords({ topic, partition, buffer }: OpenedBatches, batch: BatchHeader): RecordReader {
  const { codec, recordsAt, endAt } = batch;
  const place = { topic, partition, offset: batch.baseOffset };
  if (codec === "none") return new RecordReader({ buffer, from: recordsAt, end: endAt, batch, place });
  const bytes = decompress(codec, buffer.bytes.subarray(recordsAt, endAt), place);
  return new RecordReader({ buffer: makeRecordBuffer(bytes), from: 0, end: bytes.length, batch, place });
}

/**
 * The slice that is being filled. It ends after its last record, or where the last batch of it does: so the position
 * passes what compaction took from that batch's end. What is missing in front of a record belongs to that record's slice.
 */
class OpenSlice {
  readonly #partition: number;
  #fromOffset: number;
  #records: LogRecord[] = [];
  #sizeBytes = 0;
  /** Next offset. */
  reached: number;
  leaderEpoch = -1;
  /** What the slice had when the batch that is being read began. */
  #recordsBefore = 0;
  #sizeBytesBefore = 0;
  #reachedBefore: number;

  constructor({ partition, position }: FetchedBatches) {
    this.#partition = partition;
    this.#fromOffset = position;
    this.reached = position;
    this.#reachedBefore = position;
  }

  /** False for a slice of no offsets. */
  get hasMoved(): boolean {
    return this.reached > this.#fromOffset;
  }

  /** A batch has been read to its end; what is added from now on is of another. */
  endBatch(nextOffset: number): void {
    this.reached = nextOffset;
    this.#markBatch();
  }

  /** Takes out what the slice has of a batch that cannot be read to its end. */
  dropBatch(): void {
    this.#records.length = this.#recordsBefore;
    this.#sizeBytes = this.#sizeBytesBefore;
    this.reached = this.#reachedBefore;
  }

  /** Any record goes into a slice without records. */
  hasRoomFor(record: BufferedRecord): boolean {
    const records = this.#records.length;
    if (records === 0) return true;
    return records < maxSliceRecords && this.#sizeBytes + sizeOf(record) <= maxSliceBytes;
  }

  add(record: BufferedRecord): void {
    this.#records.push(record);
    this.#sizeBytes += sizeOf(record);
    this.reached = record.offset + 1;
  }

  /** The slice as it is; from now on this is the one that follows it. */
  take(): RecordBatch {
    const fromOffset = this.#fromOffset;
    const slice = {
      partition: this.#partition,
      fromOffset,
      nextOffset: this.reached,
      leaderEpoch: this.leaderEpoch,
      records: this.#records,
      sizeBytes: this.#sizeBytes,
    };
    this.#fromOffset = this.reached;
    this.#records = [];
    this.#sizeBytes = 0;
    this.#markBatch();
    return slice;
  }

  #markBatch(): void {
    this.#recordsBefore = this.#records.length;
    this.#sizeBytesBefore = this.#sizeBytes;
    this.#reachedBefore = this.reached;
  }
}

function sizeOf({ keyAt, keyEnd, valueAt, valueEnd }: BufferedRecord): number {
  return Math.max(0, keyEnd - keyAt) + Math.max(0, valueEnd - valueAt);
}
