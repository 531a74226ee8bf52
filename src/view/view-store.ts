import type { RowBatch } from "../decode/row-batch.ts";
import type { PartitionBounds } from "../log/log.ts";
import type { Change } from "./change-set.ts";
import type { Pacer } from "./pacer.ts";
import type { ViewReader } from "./view-reader.ts";

/** Counts that a store keeps of itself. */
export interface StoreCounts {
  readonly entities: number;
  readonly tombstones: number;
  readonly skippedNullKeys: number;
  readonly keysInSeveralPartitions: number;
  /** Ids that two record keys have given. */
  readonly collidingKeys: number;
  /** An estimate. */
  readonly memoryBytes: number;
}

/**
 * One generation of one view: the write side. Everything is synchronous but `buildIndexes`; nothing may be applied
 * while that runs. Until it has run, the reader must not be used.
 */
export interface ViewStore {
  readonly reader: ViewReader;
  readonly counts: StoreCounts;
  /** Partition → next offset to read: everything below is applied. Grows only. */
  readonly positions: ReadonlyMap<number, number>;
  /** Partition → leader epoch of the last applied batch that had one. */
  readonly epochs: ReadonlyMap<number, number>;
  /** Begins a partition at its log start. Throws `InvariantError` if it is known. */
  addPartition(bounds: PartitionBounds): void;
  /** Throws `InvariantError` if `apply` would: unknown partition, another generation or incarnation, a gap before the batch, rows out of order or outside the batch. */
  check(batch: RowBatch): void;
  /**
   * Applies one batch, all or nothing. Rows must be in offset order; those below the position are ignored, so a batch
   * applied twice changes nothing (V2). Returns at most one change for each key, in the order of their first rows;
   * nothing before the indexes are built. Throws as `check` does. Cost grows with the rows, not with the view.
   */
  apply(batch: RowBatch): readonly Change[];
  /** Builds all indexes, giving way in between. From then on they follow every `apply`. */
  buildIndexes(pacer: Pacer): Promise<void>;
  /** Hex text of one partition's digest (V7). */
  digestOf(partition: number): string;
}
