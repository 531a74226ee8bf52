import type { TailwaterError } from "../base/errors.ts";
import type { BadRecord } from "../decode/row-batch.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import type { ChangeSet } from "./change-set.ts";
import type { ViewPosition } from "./view-position.ts";
import type { ViewReader } from "./view-reader.ts";

export type ViewPhase = "STARTING" | "REPLAYING" | "LIVE" | "STALE" | "FAILED";

export interface PartitionStatus {
  readonly partition: number;
  readonly startOffset: number;
  readonly position: number;
  readonly target: number;
  readonly lastStableOffset: number;
  readonly highWatermark: number;
  readonly lagRecords: number;
  /** Wall clock, or undefined before the first batch. */
  readonly lastProgressAtMs: number | undefined;
  /** Hex text (V7). */
  readonly digest: string;
}

/** Everything that an operator may want to know of one view, at this moment. While a view is rebuilt, replay fields speak of the new generation, the others of the served one. */
export interface ViewStatus {
  readonly name: string;
  readonly topic: string;
  readonly phase: ViewPhase;
  /** Why not LIVE; undefined when LIVE. For operators: names topics and offsets. */
  readonly reason: string | undefined;
  /** A complete generation is being served. */
  readonly isComplete: boolean;
  /** Since when it is STALE, wall clock; undefined if it is not. */
  readonly staleSinceMs: number | undefined;
  readonly entities: number;
  readonly recordsApplied: number;
  readonly recordsPerSecond: number;
  readonly tombstones: number;
  readonly skippedNullKeys: number;
  readonly quarantinedRecords: number;
  /** All memory of what is served, or else being built, but for objects whose number does not grow with the rows. */
  readonly memoryBytes: number;
  /** What a new generation that is built beside it takes by now; else 0. */
  readonly rebuildMemoryBytes: number;
  /** What the newest generation takes at most once it is complete: while it is built, an estimate; else `memoryBytes`. */
  readonly memoryEstimateBytes: number;
  /** Where `memoryBytes` go. */
  readonly memoryByAccount: ReadonlyMap<string, number>;
  readonly generation: number;
  readonly liveSinceMs: number | undefined;
  readonly replayStartedAtMs: number | undefined;
  /** 0 to 1, by offsets. */
  readonly replayProgress: number;
  readonly etaSeconds: number | undefined;
  readonly keysInSeveralPartitions: number;
  /** Two record keys gave one entity id (only with `@key(path:)`). */
  readonly collidingKeys: number;
  readonly subscribers: number;
  readonly partitions: readonly PartitionStatus[];
}

/** Newest last. `index` grows by one for each bad record ever met, so a page can go on after it. */
export interface QuarantineEntry {
  readonly index: number;
  readonly record: BadRecord;
}

export interface Quarantine {
  /** Ever counted; more than are kept. */
  readonly totalCount: number;
  /** The newest kept records with a greater index than `after`, oldest first, at most `first`. */
  page(page: { readonly first: number; readonly after?: number | undefined }): readonly QuarantineEntry[];
}

export interface ChangeSubscriptionOptions {
  /** Only this key; absent: all. */
  readonly key?: string | undefined;
  /** Updates and deletes tell what the key showed before. Costs the view a copy of each row that changes. Default true. */
  readonly needsPrevious?: boolean | undefined;
}

/**
 * One subscriber's changes: registers on the first `next()`, from then on nothing is lost. While nobody takes, changes
 * of one key are merged (F2); an insert followed by a delete leaves nothing. More than the limit of pending keys ends
 * it: `next()` rejects with code SUBSCRIBER_TOO_SLOW. `return()` frees everything, also while `next()` is pending (F3).
 * What is too much for one set, as after a rebuild, comes in several, of which the last is complete. No set is without
 * changes but one that completes others. Ends (`done`) when the gateway stops. Rows and position of a set are those of the moment it is taken; the rows can be
 * read until the macrotask ends.
 */
export interface ChangeSubscription extends AsyncIterableIterator<ChangeSet, undefined> {
  /** As `next()`, without a promise: calls one of the taker's methods once, at once if something is pending. */
  takeNext(taker: ChangeTaker): void;
  return(): Promise<IteratorReturnResult<undefined>>;
}

/**
 * Who takes what a subscription gives. Is called in the synchronous step that changes views, so it must only note what it
 * gets: a set may be evaluated in a microtask of that step, when all views have taken it.
 */
export interface ChangeTaker {
  /** Those with the same one take a set at the cost of one; each different one costs as much again. Default: the same for all. */
  readonly evaluation?: object | undefined;
  onSet(set: ChangeSet): void;
  /** There are no more. */
  onEnd(): void;
  /** It was ended. */
  onError(error: TailwaterError): void;
}

/** What the API and the admin side see of a view: no `apply`. */
export interface ReadableView {
  readonly definition: ViewDefinition;
  /** The served generation's reader. Throws `ViewNotReadyError` (VIEW_NOT_READY) before the first complete one, `ViewFailedError` (VIEW_FAILED) if FAILED. */
  reader(): ViewReader;
  /** Position of what `reader()` serves, taken in the same synchronous step. Throws as `reader()` does. */
  position(): ViewPosition;
  status(): ViewStatus;
  readonly quarantine: Quarantine;
  /** Throws as `reader()` does. */
  openChanges(options: ChangeSubscriptionOptions): ChangeSubscription;
}

/** All views, by name, in the order of the schema. */
export type ViewCatalog = ReadonlyMap<string, ReadableView>;
