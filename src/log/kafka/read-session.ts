import { backoffMs } from "../../base/backoff.ts";
import type { TailwaterError } from "../../base/errors.ts";
import { type Moment, takeMoment } from "../../base/moment.ts";
import type { LogEvent, LossReason, PartitionBounds, ReadRequest } from "../log.ts";
import { Wakeup } from "../wakeup.ts";
import { DeliveryQueue, type Piece } from "./delivery-queue.ts";
import { LogUnavailableError } from "./kafka-log-errors.ts";
import type { KafkaLogSettings } from "./kafka-log-options.ts";
import type { Leader, PartitionCursor } from "./partition-cursor.ts";
import type { RetentionRule } from "./retention-guard.ts";
import { StallTracker } from "./stall-tracker.ts";

/** What the supervisor knows when a topic is opened. */
export interface OpenedTopic {
  readonly incarnation: string;
  readonly rule: RetentionRule;
  readonly cursors: readonly PartitionCursor[];
}

/**
 * State of one read, shared by the three that work on it: the supervisor (is it still the same log, who leads it?), the
 * fetch loops (one for each leading broker) and the consumer's iterator. Does no I/O; every method is synchronous, so
 * none of the three ever sees a half-made change.
 */
export class ReadSession {
  readonly request: ReadRequest;
  readonly settings: KafkaLogSettings;
  readonly cursors = new Map<number, PartitionCursor>();
  /** Woken when a partition needs the supervisor. */
  readonly doubtBell = new Wakeup();
  readonly #onEvent: () => void;
  readonly #onFetchable: () => void;
  readonly #end = new AbortController();
  readonly #stalls = new StallTracker();
  readonly #queue: DeliveryQueue;
  readonly #renewals = new Set<number>();
  #incarnation: string | undefined;
  #retentionLimitMs = Number.POSITIVE_INFINITY;
  /** As it was last said. */
  #hasDeleteCleanup: boolean | undefined;
  #topicCause: TailwaterError | undefined;
  #isLost = false;
  #defect: { readonly error: unknown } | undefined;

  /** `onEvent`: `take` may give something. `onFetchable`: a fetch loop may have something to do. */
  constructor(parts: {
    request: ReadRequest;
    settings: KafkaLogSettings;
    onEvent: () => void;
    onFetchable: () => void;
  }) {
    this.request = parts.request;
    this.settings = parts.settings;
    this.#onEvent = parts.onEvent;
    this.#onFetchable = parts.onFetchable;
    this.#queue = new DeliveryQueue({
      topic: parts.request.topic,
      isolation: parts.request.isolation,
      listener: {
        onDelivered: (piece) => this.#onDelivered(piece),
        onUnreadable: (cursor, error) => this.failUnreadable(cursor, error),
      },
    });
  }

  /** Aborts when the read has ended, for whatever reason. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** Undefined until the topic is opened. */
  get incarnation(): string | undefined {
    return this.#incarnation;
  }

  get retentionLimitMs(): number {
    return this.#retentionLimitMs;
  }

  now(): Moment {
    return takeMoment(this.settings.clock);
  }

  /** The next event for the consumer; undefined if there is none now. Throws what `breakWith` was told. */
  take(): LogEvent | undefined {
    if (this.#defect !== undefined) throw this.#defect.error;
    return this.#queue.take();
  }

  /** As `LogRead.awayMs`. */
  awayMs(): ReadonlyMap<number, number> {
    const now = this.now();
    return new Map([...this.cursors].map(([partition, cursor]) => [partition, cursor.awayMs(now)]));
  }

  /** Nothing more comes; what was not handed out is dropped, but for `lost`. Idempotent. */
  end(): void {
    if (!this.#isLost) this.#queue.clear();
    this.#end.abort();
    this.#onEvent();
  }

  /** A defect of ours: the consumer gets it instead of an event. */
  breakWith(error: unknown): void {
    this.#defect ??= { error };
    this.end();
  }

  /** All partitions are known, and nothing is in the way any more. */
  open({ incarnation, rule, cursors }: OpenedTopic): void {
    this.#incarnation = incarnation;
    for (const cursor of cursors) this.cursors.set(cursor.partition, cursor);
    const { deleteRetentionMs, hasDeleteCleanup, limitMs } = rule;
    this.#retentionLimitMs = limitMs;
    this.#hasDeleteCleanup = hasDeleteCleanup;
    this.#updateStall();
    const partitions = cursors.map(({ bounds }) => bounds);
    this.push({ type: "opened", incarnation, partitions, deleteRetentionMs, hasDeleteCleanup });
    this.#onFetchable();
  }

  addPartition(cursor: PartitionCursor): void {
    this.cursors.set(cursor.partition, cursor);
    this.push({ type: "partition-added", bounds: cursor.bounds });
    this.#onFetchable();
  }

  /** The topic's settings have been read again. While they cannot be, what was known of its cleanup goes on to hold. */
  setRetention({ limitMs, hasDeleteCleanup = this.#hasDeleteCleanup }: RetentionRule): void {
    this.#retentionLimitMs = limitMs;
    if (hasDeleteCleanup === undefined || hasDeleteCleanup === this.#hasDeleteCleanup) return;
    this.#hasDeleteCleanup = hasDeleteCleanup;
    this.push({ type: "cleanup-changed", hasDeleteCleanup });
  }

  /** The positions mean nothing any more: says so, drops what is not handed out, and ends. */
  lose(reason: LossReason, partition: number | undefined, detail: string): void {
    if (this.ended.aborted) return;
    this.#queue.clear();
    this.#queue.push({ type: "lost", reason, partition, detail });
    this.#isLost = true;
    this.end();
  }

  push(item: LogEvent | Piece): void {
    if (this.ended.aborted) {
      if ("release" in item) item.release();
      return;
    }
    this.#queue.push(item);
    this.#onEvent();
  }

  setBounds(cursor: PartitionCursor, bounds: PartitionBounds): void {
    const { startOffset, lastStableOffset, highWatermark } = cursor.bounds;
    cursor.bounds = bounds;
    cursor.boundsAtMs = this.now().monotonicMs;
    const isNews =
      bounds.startOffset !== startOffset ||
      bounds.lastStableOffset !== lastStableOffset ||
      bounds.highWatermark !== highWatermark;
    if (isNews) this.push({ type: "bounds", bounds });
  }

  /** Where this reader may read to. */
  readableEnd({ lastStableOffset, highWatermark }: PartitionBounds): number {
    return this.request.isolation === "READ_COMMITTED" ? lastStableOffset : highWatermark;
  }

  /** The supervisor has made sure: `leader` leads, and what was read is a prefix of its log. */
  follow(cursor: PartitionCursor, leader: Leader): void {
    cursor.follow(leader);
    this.#updateStall();
    this.#onFetchable();
  }

  /** Something is in the way of one partition: the supervisor looks at it after a pause. */
  fail(cursor: PartitionCursor, error: TailwaterError): void {
    this.#fail(cursor, error, backoffMs(cursor.failures + 1, this.settings));
  }

  /**
   * A batch cannot be read. Most such faults are of the wire, so it is fetched once more over another connection, and
   * quietly; if it is the same again, this partition alone stops and is tried again with long pauses.
   */
  failUnreadable(cursor: PartitionCursor, error: TailwaterError): void {
    if (cursor.corruptAt === cursor.position) {
      this.#fail(cursor, error, this.settings.corruptRetryMs);
      return;
    }
    cursor.corruptAt = cursor.position;
    if (cursor.leader !== undefined) this.#renewals.add(cursor.leader.nodeId);
    cursor.doubt(this.now().monotonicMs);
    this.doubtBell.wake();
  }

  /** True once after `failUnreadable`: the loop of this node shall take a new connection. */
  takeRenewal(nodeId: number): boolean {
    return this.#renewals.delete(nodeId);
  }

  succeed(cursor: PartitionCursor): void {
    if (cursor.failures === 0 && cursor.corruptAt < 0) return;
    cursor.succeed();
    this.#updateStall();
  }

  /** What is in the way of the topic as a whole; undefined: nothing. */
  setTopicCause(cause: TailwaterError | undefined): void {
    this.#topicCause = cause;
    this.#updateStall();
  }

  #fail(cursor: PartitionCursor, error: TailwaterError, pauseMs: number): void {
    const isQuiet = cursor.failures === 0 && isWorthAQuietTry(error);
    cursor.fail(this.now().monotonicMs + pauseMs, isQuiet ? undefined : error);
    this.#updateStall();
    this.doubtBell.wake();
  }

  #onDelivered({ cursor, readableEnd, sentAt }: Piece): void {
    if (cursor.position >= readableEnd) cursor.reachEnd(sentAt);
    this.succeed(cursor);
  }

  #updateStall(): void {
    const cursors = [...this.cursors.values()];
    // While every partition is followed, nothing is in the way: that metadata cannot be had now is no stall yet.
    const isFollowing = this.#incarnation !== undefined && cursors.every(({ leader }) => leader !== undefined);
    const topicCause = isFollowing ? undefined : this.#topicCause;
    const event = this.#stalls.update(topicCause ?? cursors.find(({ cause }) => cause !== undefined)?.cause);
    if (event === undefined) return;
    const { logger } = this.settings;
    const { topic } = this.request;
    if (event.type !== "stalled") logger.info({ topic }, "topic is followed again");
    else logger.warn({ topic, code: event.cause.code, cause: event.cause.message }, "topic cannot be followed");
    this.push(event);
  }
}

/** A closed connection and a moved leader are everyday: they are told only if the next try fails too. */
export function isWorthAQuietTry(error: TailwaterError): boolean {
  return error instanceof LogUnavailableError && (error.reason === "closed" || error.reason === "moved");
}
