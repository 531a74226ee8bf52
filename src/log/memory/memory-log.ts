import type { Clock } from "../../base/clock.ts";
import { InvariantError, type TailwaterError } from "../../base/errors.ts";
import type { Log, LossReason } from "../log.ts";
import { OpenReads } from "../open-reads.ts";
import { TopicMissingError } from "../topic-missing-error.ts";
import { Wakeup } from "../wakeup.ts";
import { MemoryReader } from "./memory-reader.ts";
import { MemoryTopic } from "./memory-topic.ts";

/** A record to append. Text stands for its UTF-8 bytes; bytes are copied. */
export interface MemoryRecord {
  /** Default 0. */
  readonly partition?: number | undefined;
  readonly key: string | Uint8Array | null;
  /** Null is a tombstone. */
  readonly value: string | Uint8Array | null;
  readonly headers?: ReadonlyArray<readonly [name: string, value: string | Uint8Array | null]> | undefined;
  /** Milliseconds since the Unix epoch. Default: the log's clock, -1 without one. */
  readonly timestamp?: number | undefined;
}

/**
 * A log that lives in memory, with the power to do to its topics what a broker does to its own. Everything but `read`
 * and `close` is synchronous and visible to readers at their next pull. Naming a topic that does not exist throws
 * `TopicMissingError`; a partition that does not exist, or an offset outside the log, `InvariantError`.
 */
export interface MemoryLog extends Log {
  /** Throws `InvariantError` if it exists. Default of `deleteRetentionMs`: null; of `hasDeleteCleanup`: unknown. */
  createTopic(
    topic: string,
    options: {
      readonly partitions: number;
      readonly deleteRetentionMs?: number | null | undefined;
      readonly hasDeleteCleanup?: boolean | undefined;
    },
  ): void;
  /** From now on the topic's `cleanup.policy` has `delete`, or not. */
  setDeleteCleanup(topic: string, hasDeleteCleanup: boolean): void;
  /** A topic of this name that is created later has another incarnation. */
  deleteTopic(topic: string): void;
  /** The topic has `partitions` partitions afterwards; it never has fewer than before. */
  addPartitions(topic: string, partitions: number): void;
  /** Appends in order; returns the offset of each record. */
  append(topic: string, records: readonly MemoryRecord[]): readonly number[];
  /** Takes `offsets` offsets that hold no record, as control and aborted batches do. */
  appendEmpty(topic: string, partition: number, offsets: number): void;
  /** Readers that are READ_COMMITTED stop here; null: at the high watermark again. */
  setLastStableOffset(topic: string, partition: number, offset: number | null): void;
  /** The log of the partition ends at `offset`; what is appended then has a new leader epoch. */
  truncate(topic: string, partition: number, offset: number): void;
  /** The log of the partition starts at `offset`. */
  moveLogStart(topic: string, partition: number, offset: number): void;
  /** Removes what a later record of the same key in its partition has overwritten; offsets stay, with holes. Default: tombstones stay. */
  compact(topic: string, options?: { readonly dropTombstones: boolean }): void;
  /** Nobody can follow until `resume`: readers say `stalled` with this cause. */
  stall(cause: TailwaterError): void;
  resume(): void;
  /** Ends the present reads of the topic with `lost`, for the reasons that cannot be brought about otherwise. */
  lose(topic: string, reason: LossReason, detail: string): void;
}

/** An empty in-memory log. `clock` gives timestamps to records that come without. */
export function createMemoryLog({ clock }: { readonly clock?: Clock | undefined } = {}): MemoryLog {
  const topics = new Map<string, MemoryTopic>();
  const losses = new Map<string, { readonly reason: LossReason; readonly detail: string; readonly number: number }>();
  const reads = new OpenReads();
  const wakeups = new Set<Wakeup>();
  let stall: TailwaterError | undefined;
  let topicsMade = 0;
  let lossesMade = 0;

  const existing = (name: string): MemoryTopic => {
    const topic = topics.get(name);
    if (topic === undefined) throw new TopicMissingError({ topic: name, log: "the in-memory log" });
    return topic;
  };
  const changed = () => {
    for (const wakeup of wakeups) wakeup.wake();
  };
  const inPartition = (topic: string, partition: number) => existing(topic).partition(partition);

  return {
    read(request) {
      const wakeup = new Wakeup();
      wakeups.add(wakeup);
      const state = {
        topic: (name: string) => topics.get(name),
        get stall() {
          return stall;
        },
        lossOf: (name: string) => losses.get(name),
      };
      return reads.start(new MemoryReader(state, request, wakeup, () => wakeups.delete(wakeup)), request.signal);
    },
    close: () => reads.close(),
    createTopic(name, { partitions, deleteRetentionMs = null, hasDeleteCleanup }) {
      if (topics.has(name)) throw new InvariantError(`topic ${name} exists already in the in-memory log`);
      topicsMade += 1;
      const incarnation = `memory-${topicsMade}`;
      topics.set(name, new MemoryTopic({ name, incarnation, partitions, deleteRetentionMs, hasDeleteCleanup }));
      changed();
    },
    setDeleteCleanup(name, hasDeleteCleanup) {
      existing(name).hasDeleteCleanup = hasDeleteCleanup;
      changed();
    },
    deleteTopic(name) {
      topics.delete(existing(name).name);
      changed();
    },
    addPartitions(name, partitions) {
      existing(name).growTo(partitions);
      changed();
    },
    append(name, records) {
      const topic = existing(name);
      const offsets = records.map(({ partition = 0, key, value, headers = [], timestamp = clock?.nowMs() ?? -1 }) =>
        topic.partition(partition).append({
          timestamp,
          key: toBytes(key),
          value: toBytes(value),
          headers: headers.map(([header, content]) => [header, toBytes(content)] as const),
        }),
      );
      changed();
      return offsets;
    },
    appendEmpty(topic, partition, offsets) {
      inPartition(topic, partition).appendEmpty(offsets);
      changed();
    },
    setLastStableOffset(topic, partition, offset) {
      inPartition(topic, partition).setLastStableOffset(offset);
      changed();
    },
    truncate(topic, partition, offset) {
      inPartition(topic, partition).truncate(offset);
      changed();
    },
    moveLogStart(topic, partition, offset) {
      inPartition(topic, partition).moveLogStart(offset);
      changed();
    },
    compact(topic, options = { dropTombstones: false }) {
      for (const partition of existing(topic).partitions) partition.compact(options);
    },
    stall(cause) {
      stall = cause;
      changed();
    },
    resume() {
      stall = undefined;
      changed();
    },
    lose(topic, reason, detail) {
      lossesMade += 1;
      losses.set(existing(topic).name, { reason, detail, number: lossesMade });
      changed();
    },
  };
}

function toBytes(content: string | Uint8Array | null): Uint8Array | null {
  if (content === null) return null;
  return typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
}
