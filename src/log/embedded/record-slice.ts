import type { LogRecord, RecordBatch } from "../log.ts";
import { maxSliceBytes, maxSliceRecords } from "../slice-limits.ts";

interface PartitionRecords {
  readonly records: LogRecord[];
  sizeBytes: number;
}

/** Records that are handed out together: of several partitions, within the limits of one batch. */
export class RecordSlice {
  readonly #partitions = new Map<number, PartitionRecords>();
  #recordCount = 0;
  #sizeBytes = 0;

  /** True if a record of this size goes in. Any goes into an empty slice. */
  hasRoom(sizeBytes: number): boolean {
    if (this.#recordCount === 0) return true;
    return this.#recordCount < maxSliceRecords && this.#sizeBytes + sizeBytes <= maxSliceBytes;
  }

  /** Records of a partition must come in offset order. */
  add(partition: number, record: LogRecord): void {
    const sizeBytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    this.#recordCount += 1;
    this.#sizeBytes += sizeBytes;
    const part = this.#partitions.get(partition);
    if (part === undefined) this.#partitions.set(partition, { records: [record], sizeBytes });
    else {
      part.records.push(record);
      part.sizeBytes += sizeBytes;
    }
  }

  /** A batch for each partition; `positions` is partition → where its batch begins, and is moved to where it ends. */
  batches(positions: Map<number, number>): readonly RecordBatch[] {
    return [...this.#partitions].map(([partition, { records, sizeBytes }]) => {
      const firstOffset = records[0]?.offset ?? 0;
      const fromOffset = positions.get(partition) ?? firstOffset;
      const nextOffset = (records.at(-1)?.offset ?? firstOffset) + 1;
      positions.set(partition, nextOffset);
      return { partition, fromOffset, nextOffset, leaderEpoch: -1, records, sizeBytes };
    });
  }
}
