import type { TailwaterError } from "../base/errors.ts";
import type { Isolation } from "../mapping/view-definition.ts";

/**
 * One log entry. Its bytes may be those of an answer, which are used again: they are valid until the next event of the read
 * is asked for, or the read is ended by its reader. Copy what is kept. Header names may repeat.
 */
export interface LogRecord {
  readonly offset: number;
  /** Milliseconds since the Unix epoch; -1 if the record has none. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  /** Null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: ReadonlyArray<readonly [name: string, value: Uint8Array | null]>;
  /**
   * Set where the log holds something that is no record (a line of an embedded log that cannot be read): why, for
   * people. Such an entry is a bad record, whatever its key; `value` is its raw bytes, perhaps cut.
   */
  readonly malformed?: string | undefined;
}

/**
 * A run of one partition's log, in offset order. Contiguous with the batch before it: `fromOffset` is the former
 * `nextOffset`. May hold no records and still moves the position to `nextOffset` (L1). Readers hand out large
 * batches in slices of at most about 1,000 records or 256 KiB (one larger record is a slice of its own).
 */
export interface RecordBatch {
  readonly partition: number;
  readonly fromOffset: number;
  readonly nextOffset: number;
  /** Leader epoch under which the batch was written; -1 if unknown. */
  readonly leaderEpoch: number;
  /** Offsets ≥ `fromOffset` and < `nextOffset`, strictly growing. */
  readonly records: readonly LogRecord[];
  /** Key and value bytes, for accounting. */
  readonly sizeBytes: number;
}

/** Where one partition begins and ends now. Without transactions `lastStableOffset` = `highWatermark`. */
export interface PartitionBounds {
  readonly partition: number;
  readonly startOffset: number;
  readonly lastStableOffset: number;
  readonly highWatermark: number;
}

/** Why the positions of a reader no longer mean anything: the view must be read again from the log's start. */
export type LossReason =
  /** Position beyond the end, or the leader's log diverges from what was read (KIP-320). */
  | "TRUNCATED"
  /** The topic was deleted and made anew: another topic id. */
  | "RECREATED"
  /** The log start has moved past the position. */
  | "LOG_START_MOVED"
  /** Not at the end for longer than the topic keeps tombstones (L4). */
  | "RETENTION_EXCEEDED";

/** What a reader of one topic says, in order. */
export type LogEvent =
  /**
   * First event once the topic is known, before any batch. Bounds of all partitions, at this moment: never guessed.
   * A stall before it has ended: `resumed` has been said, so that nobody takes an empty topic for one that cannot be followed.
   */
  | {
      readonly type: "opened";
      /** Identity of this topic's life (topic id); changes when the topic is re-created. */
      readonly incarnation: string;
      readonly partitions: readonly PartitionBounds[];
      /** The topic's `delete.retention.ms`; null if it cannot be read or the log never removes tombstones. */
      readonly deleteRetentionMs: number | null;
      /** The topic's `cleanup.policy` has `delete`: records at the log's start go by age or size, not only by newer ones. Absent: unknown, as if not. */
      readonly hasDeleteCleanup?: boolean | undefined;
    }
  /** A partition that was added later; it is read from its log start. */
  | { readonly type: "partition-added"; readonly bounds: PartitionBounds }
  | { readonly type: "batch"; readonly batch: RecordBatch }
  /** What `opened` said of `delete` in the topic's `cleanup.policy` is otherwise now, or was not known then. */
  | { readonly type: "cleanup-changed"; readonly hasDeleteCleanup: boolean }
  /** Newer bounds of one partition. May fall (truncation, just before `lost`). */
  | { readonly type: "bounds"; readonly bounds: PartitionBounds }
  /** Cannot follow now (broker away, topic missing, login refused, corrupt batch); said again only when the cause changes. Retries go on inside. */
  | { readonly type: "stalled"; readonly cause: TailwaterError }
  /** Follows again after `stalled`. */
  | { readonly type: "resumed" }
  /** The last event: the iterator is done after it. */
  | {
      readonly type: "lost";
      readonly reason: LossReason;
      readonly partition: number | undefined;
      readonly detail: string;
    };

/** Where to go on in one partition; `leaderEpoch` is that of the last batch read, -1 if unknown. */
export interface ResumePoint {
  readonly offset: number;
  readonly leaderEpoch: number;
  /** How long ago everything up to the partition's end had been read (L4), as `LogRead.awayMs` said it. Default: just now. */
  readonly awayMs?: number | undefined;
}

/** Of the partitions of a topic those whose number, divided by `count`, leaves `index`. */
export interface PartitionShare {
  readonly index: number;
  readonly count: number;
}

/** True if the partition is one of the share; an absent share is all of them. */
export function isInShare(share: PartitionShare | undefined, partition: number): boolean {
  return share === undefined || partition % share.count === share.index;
}

export interface ReadRequest {
  readonly topic: string;
  readonly isolation: Isolation;
  /** Read these only: no event speaks of another partition, and points of others mean nothing. There may be none of them (yet). Absent: all. */
  readonly share?: PartitionShare | undefined;
  /** Go on from here, if the topic is still this incarnation (else `lost` RECREATED). Absent: from the log's start. Partitions not named: from their start. */
  readonly resume?: { readonly incarnation: string; readonly points: ReadonlyMap<number, ResumePoint> } | undefined;
  /** Ends the read at the next `next()`, also a pending one; frees everything. */
  readonly signal: AbortSignal;
}

/** One read of one topic. */
export interface LogRead<Event = LogEvent> extends AsyncIterableIterator<Event, undefined> {
  /**
   * Partition → milliseconds since everything up to its end, as it was then, had been handed out: how long tombstones
   * may have been missed. Absent, or without a partition, where a log never removes tombstones.
   */
  awayMs?(): ReadonlyMap<number, number>;
}

/**
 * A log of topics. One contract suite runs on all implementations (`test/contract/log-contract.ts`).
 *
 * `read` never ends by itself except after `lost`, and never throws for a broker that is away: it says `stalled`
 * and retries. A topic that does not exist is `stalled` with code TOPIC_MISSING until it appears. Batches of one
 * partition come in order; partitions interleave freely. Pull-driven: what is prefetched is bounded by bytes.
 * `next()` after the end, `return()` or an abort gives `done`. `return()` resolves also while a `next()` is pending.
 */
export interface Log {
  read(request: ReadRequest): LogRead;
  /** Ends all reads and closes connections and files. Idempotent. */
  close(): Promise<void>;
}
