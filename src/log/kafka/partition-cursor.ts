import type { TailwaterError } from "../../base/errors.ts";
import { elapsedMs, type Moment } from "../../base/moment.ts";
import type { PartitionBounds } from "../log.ts";

/** Who leads a partition, and in which epoch of leadership. */
export interface Leader {
  readonly nodeId: number;
  readonly epoch: number;
}

/** Where a cursor stands with its leader. */
export type CursorState =
  /** May be fetched. `isProbe`: alone, because an answer was empty that should not have been. */
  | { readonly phase: "following"; readonly leader: Leader; readonly isProbe: boolean }
  /** Must not be fetched before leader, topic id and offsets have been verified, not before `retryAtMs` (monotonic). */
  | { readonly phase: "doubtful"; readonly retryAtMs: number };

/**
 * Reading state of one partition: where the consumer is, what has been asked for, whether that can be trusted. No I/O;
 * who acts on it asks `state`.
 */
export class PartitionCursor {
  readonly partition: number;
  /** Next offset to hand to the consumer. */
  position: number;
  /** Next offset to ask for: `position` plus what is fetched and not yet handed out. */
  fetchOffset: number;
  /** Leader epoch of the last batch handed out; -1 if unknown. */
  batchEpoch: number;
  bounds: PartitionBounds;
  state: CursorState;
  /** Epoch of the last leader that was followed; older metadata comes from a broker that lags. */
  knownEpoch: number;
  /** When `bounds` were said (monotonic). */
  boundsAtMs: number;
  /** High watermark of the last answer of this leader to Fetch; -1 before its first. */
  fetchedEnd = -1;
  /** How often the partition fell into doubt: what was fetched under another number is void. */
  doubts = 0;
  /** Where a corrupt batch was met; -1 if none. */
  corruptAt = -1;
  /** Since the last success. */
  failures = 0;
  /** What is in the way, if it is worth telling. */
  cause: TailwaterError | undefined;
  /** Last moment at which everything up to the partition's end had been read; the read's begin before that. */
  #atEnd: Moment;

  constructor(facts: { bounds: PartitionBounds; position: number; batchEpoch: number; leader: Leader; now: Moment }) {
    this.partition = facts.bounds.partition;
    this.bounds = facts.bounds;
    this.position = facts.position;
    this.fetchOffset = facts.position;
    this.batchEpoch = facts.batchEpoch;
    this.knownEpoch = facts.leader.epoch;
    this.state = { phase: "following", leader: facts.leader, isProbe: false };
    this.boundsAtMs = facts.now.monotonicMs;
    this.#atEnd = facts.now;
  }

  /** The node to fetch from; undefined while that is in doubt. */
  get leader(): Leader | undefined {
    return this.state.phase === "following" ? this.state.leader : undefined;
  }

  get isProbe(): boolean {
    return this.state.phase === "following" && this.state.isProbe;
  }

  /** Verified: may be fetched from `leader`, from the consumer's position on. */
  follow(leader: Leader): void {
    this.knownEpoch = leader.epoch;
    this.state = { phase: "following", leader, isProbe: false };
  }

  /** The next fetch asks for this partition alone, or no longer so. */
  setProbe(isProbe: boolean): void {
    if (this.state.phase === "following") this.state = { ...this.state, isProbe };
  }

  /** Answers up to here have been asked for and arrived. */
  advanceFetch(nextFetchOffset: number): void {
    this.fetchOffset = nextFetchOffset;
    this.setProbe(false);
  }

  /** The consumer has got everything before `nextOffset`. */
  advance(nextOffset: number, batchEpoch: number): void {
    this.position = nextOffset;
    if (batchEpoch >= 0) this.batchEpoch = batchEpoch;
  }

  /**
   * To be verified before it is fetched again. What was fetched ahead and not handed out is void, since the log may no
   * longer hold it: it is asked for again.
   */
  doubt(retryAtMs: number): void {
    this.doubts += 1;
    this.fetchOffset = this.position;
    this.fetchedEnd = -1;
    this.state = { phase: "doubtful", retryAtMs };
  }

  /** As `doubt`, because of a failure; `cause` undefined keeps an unimportant one quiet. */
  fail(retryAtMs: number, cause: TailwaterError | undefined): void {
    this.doubt(retryAtMs);
    this.failures += 1;
    this.cause = cause;
  }

  /** An answer was good and, if it held batches, these were too. */
  succeed(): void {
    this.failures = 0;
    this.cause = undefined;
    this.corruptAt = -1;
  }

  /** Everything that the broker had at `moment` is with the consumer. */
  reachEnd(moment: Moment): void {
    this.#atEnd = moment;
  }

  /** How long ago the consumer last had everything. */
  awayMs(now: Moment): number {
    return elapsedMs(this.#atEnd, now);
  }
}
