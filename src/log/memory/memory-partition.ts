import { InvariantError } from "../../base/errors.ts";
import type { LogRecord, PartitionBounds, RecordBatch } from "../log.ts";
import { maxSliceBytes, maxSliceRecords } from "../slice-limits.ts";

/** From `startOffset` on, batches are written under `epoch`. */
interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

/** One partition: records in offset order, with holes where offsets hold no record. Starts empty at offset 0, epoch 0. */
export class MemoryPartition {
  readonly partition: number;
  #records: readonly LogRecord[] = [];
  #epochs: readonly EpochStart[] = [{ epoch: 0, startOffset: 0 }];
  #startOffset = 0;
  #highWatermark = 0;
  #lastStableOffset: number | null = null;

  constructor(partition: number) {
    this.partition = partition;
  }

  bounds(): PartitionBounds {
    return {
      partition: this.partition,
      startOffset: this.#startOffset,
      lastStableOffset: Math.min(this.#lastStableOffset ?? this.#highWatermark, this.#highWatermark),
      highWatermark: this.#highWatermark,
    };
  }

  /** Appends one record and returns its offset. */
  append(record: Omit<LogRecord, "offset">): number {
    const offset = this.#highWatermark;
    (this.#records as LogRecord[]).push({ ...record, offset }); // ours alone: never handed out
    this.#highWatermark += 1;
    return offset;
  }

  /** Takes `offsets` offsets without a record, as control and aborted batches do. */
  appendEmpty(offsets: number): void {
    this.#highWatermark += offsets;
  }

  /** Null: the last stable offset is the high watermark again. */
  setLastStableOffset(offset: number | null): void {
    this.#lastStableOffset = offset;
  }

  /** Removes everything at and after `offset`; what is appended then has a new leader epoch. */
  truncate(offset: number): void {
    if (offset < this.#startOffset || offset > this.#highWatermark) throw this.#outside(offset);
    const epoch = this.#epochAt(Number.POSITIVE_INFINITY).epoch + 1;
    this.#records = this.#records.filter((record) => record.offset < offset);
    this.#epochs = [...this.#epochs.filter((start) => start.startOffset < offset), { epoch, startOffset: offset }];
    this.#highWatermark = offset;
    if (this.#lastStableOffset !== null) this.#lastStableOffset = Math.min(this.#lastStableOffset, offset);
  }

  moveLogStart(offset: number): void {
    if (offset < this.#startOffset || offset > this.#highWatermark) throw this.#outside(offset);
    this.#records = this.#records.filter((record) => record.offset >= offset);
    this.#startOffset = offset;
  }

  /** Keeps of each key the last record only (with `dropTombstones`, not even that if it is one), and records without a key. */
  compact({ dropTombstones }: { readonly dropTombstones: boolean }): void {
    const last = new Map<string, number>();
    for (const { key, offset } of this.#records) if (key !== null) last.set(keyText(key), offset);
    this.#records = this.#records.filter(
      ({ key, value, offset }) =>
        key === null || (last.get(keyText(key)) === offset && !(dropTombstones && value === null)),
    );
  }

  /** Up to where a reader that has read up to `position`, the last of it under `leaderEpoch`, still agrees with this log; `position` itself if all is well (KIP-320). */
  agreesUpTo(position: number, leaderEpoch: number): number {
    const next = leaderEpoch < 0 ? undefined : this.#epochs.find(({ epoch }) => epoch > leaderEpoch);
    return Math.min(position, next?.startOffset ?? this.#highWatermark);
  }

  /** The next slice of `[fromOffset, limit)`, of one leader epoch; holes at its end belong to it. `fromOffset` < `limit`. */
  slice(fromOffset: number, limit: number): RecordBatch {
    const leader = this.#epochAt(fromOffset);
    const nextEpoch = this.#epochs.find(({ epoch }) => epoch > leader.epoch);
    let nextOffset = Math.min(limit, nextEpoch?.startOffset ?? limit);
    const records: LogRecord[] = [];
    let sizeBytes = 0;
    for (let at = this.#indexOf(fromOffset); at < this.#records.length; at += 1) {
      const record = this.#records[at];
      if (record === undefined || record.offset >= nextOffset) break;
      const bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
      if (records.length === maxSliceRecords || (records.length > 0 && sizeBytes + bytes > maxSliceBytes)) {
        nextOffset = record.offset;
        break;
      }
      records.push(record);
      sizeBytes += bytes;
    }
    return { partition: this.partition, fromOffset, nextOffset, leaderEpoch: leader.epoch, records, sizeBytes };
  }

  #epochAt(offset: number): EpochStart {
    const found = this.#epochs.findLast(({ startOffset }) => startOffset <= offset);
    if (found === undefined) throw new InvariantError(`partition ${this.partition} has no leader epoch at ${offset}`);
    return found;
  }

  /** Index of the first record at or after `offset`. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.offset ?? Number.POSITIVE_INFINITY) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #outside(offset: number): InvariantError {
    return new InvariantError(
      `offset ${offset} is outside [${this.#startOffset}, ${this.#highWatermark}] of partition ${this.partition}`,
    );
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}
