import type { RowBatch } from "../../decode/row-batch.ts";
import type { PartitionBounds } from "../../log/log.ts";
import type { ChangeDetail, KeyChange } from "../key-change.ts";
import type { Pacer } from "../pacer.ts";
import type { ViewReader } from "../view-reader.ts";

/** Counts that a store keeps of itself. */
export interface StoreCounts {
  readonly entities: number;
  readonly tombstones: number;
  readonly skippedNullKeys: number;
  readonly keysInSeveralPartitions: number;
  /** Ids that two record keys have given. */
  readonly collidingKeys: number;
  /** All memory of the store but for objects whose number does not grow with the rows. */
  readonly memoryBytes: number;
}

/**
 * One generation of one view: the write side. Everything is synchronous but `buildIndexes`; nothing may be applied or
 * maintained while that runs. Until it has run, the reader must not be used.
 */
export interface ViewStore {
  readonly reader: ViewReader;
  readonly counts: StoreCounts;
  /** Where `memoryBytes` go: columns by field, texts, keys, indexes by field, and what is free between them. */
  readonly memoryByAccount: ReadonlyMap<string, number>;
  /** What `buildIndexes` takes more at most with the rows that there are, some of it only while it runs; 0 once it has. */
  readonly unbuiltBytes: number;
  /** Partition → next offset to read: everything below is applied. Grows only. */
  readonly positions: ReadonlyMap<number, number>;
  /** Partition → leader epoch of the last applied batch that had one. */
  readonly epochs: ReadonlyMap<number, number>;
  /** Begins a partition at its log start. Throws `InvariantError` if it is known. */
  addPartition(bounds: PartitionBounds): void;
  /**
   * The offset before which the batch has at most so many rows that are not below the position: at least one, if it has
   * any. Infinity if it has no more than those. Throws as `apply` does for a batch that cannot be applied.
   */
  sliceEnd(batch: RowBatch, rows: number): number;
  /**
   * Applies one batch, all or nothing, or its rows before an offset. Rows must be in offset order; those below the position
   * are ignored, so a batch applied twice changes nothing (V2), and one can be applied in slices. Returns at most one change
   * for each key, in the order of their first rows, in the detail that is asked for; nothing before the indexes are built.
   * Throws `InvariantError` for an unknown partition, another generation or incarnation, a gap before the batch, and rows
   * out of order or outside the batch; and `MemoryLimitError`. Cost grows with the rows, not with the view. Live rows handed
   * out before mean nothing afterwards.
   */
  apply(
    batch: RowBatch,
    detail: ChangeDetail,
    /** Default: all of it. */
    slice?: { readonly beforeOffset: number },
  ): readonly KeyChange[];
  /** The partition's log begins at this offset now: rows of earlier records are to expire, also those that come only now, as they would not exist for a replica that starts now. */
  expireBelow(partition: number, startOffset: number): void;
  /** There is something for `maintain` to do. */
  readonly needsMaintenance: boolean;
  /** Does a little of what is due (expiry, forgetting of old tombstones, compaction): well below a millisecond. Returns changes as `apply` does. */
  maintain(detail: ChangeDetail): readonly KeyChange[];
  /** Builds all indexes, giving way in between. From then on they follow every change. Throws `MemoryLimitError`. */
  buildIndexes(pacer: Pacer): Promise<void>;
  /** Hex text of one partition's digest (V7). */
  digestOf(partition: number): string;
  /** The image of a live row: a row that stays as it is. */
  takeImage(key: string): ReturnType<ViewReader["get"]>;
  /** Gives all memory back. Neither the store nor its reader may be used any more. */
  close(): void;
}
