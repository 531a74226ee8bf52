/** What views keep, and for how long. */
export interface ViewOptions {
  /** How long a deleted key is remembered once its view is complete, to order records of one key in several partitions. */
  readonly tombstoneRetentionMs: number;
  /** Bad records kept for each view; all are counted. */
  readonly quarantineMaxRecords: number;
  /** Keys that one subscriber may have pending; a rebuild's difference comes on top. */
  readonly maxPendingKeys: number;
  /** How long subscribers that need images may take over a rebuild's difference: so long what was served before is kept. */
  readonly maxReplacedMs: number;
  /** How long index building, sorting and comparing may hold the event loop before they give way. */
  readonly sliceMs: number;
  /** Pauses between rebuilds that are lost again grow from the first to the second. */
  readonly minRebuildPauseMs: number;
  readonly maxRebuildPauseMs: number;
}

/** What holds when nothing is configured. */
export const defaultViewOptions: ViewOptions = {
  tombstoneRetentionMs: 24 * 60 * 60 * 1000,
  quarantineMaxRecords: 1_000,
  maxPendingKeys: 10_000,
  maxReplacedMs: 60_000,
  sliceMs: 3,
  minRebuildPauseMs: 100,
  maxRebuildPauseMs: 30_000,
};
