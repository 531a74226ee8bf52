import type { TailwaterError } from "../../base/errors.ts";
import { nextMacrotask } from "../../base/event-loop.ts";
import type { EventSource } from "../event-iterator.ts";
import {
  isInShare,
  type LogEvent,
  type LossReason,
  type PartitionBounds,
  type ReadRequest,
  type ResumePoint,
} from "../log.ts";
import { TopicMissingError } from "../topic-missing-error.ts";
import type { Wakeup } from "../wakeup.ts";
import type { MemoryPartition } from "./memory-partition.ts";
import type { MemoryTopic } from "./memory-topic.ts";

/** What a reader sees of its log. */
export interface MemoryLogState {
  topic(name: string): MemoryTopic | undefined;
  /** Why nobody can follow now. */
  readonly stall: TailwaterError | undefined;
  /** Ends the reads of `topic` that began before. Undefined: none was asked for. */
  lossOf(topic: string): { readonly reason: LossReason; readonly detail: string; readonly number: number } | undefined;
}

/** Reads one topic. The position of each partition is here; all the rest is looked up afresh at each pull. */
export class MemoryReader implements EventSource {
  readonly #log: MemoryLogState;
  readonly #request: ReadRequest;
  readonly #changes: Wakeup;
  readonly #onClose: () => void;
  readonly #positions = new Map<number, ResumePoint>();
  readonly #bounds = new Map<number, PartitionBounds>();
  readonly #ignoredLoss: number | undefined;
  #incarnation: string | undefined;
  #hasDeleteCleanup: boolean | undefined;
  #stall: TailwaterError | undefined;
  #nextPartition = 0;

  constructor(log: MemoryLogState, request: ReadRequest, changes: Wakeup, onClose: () => void) {
    this.#log = log;
    this.#request = request;
    this.#changes = changes;
    this.#onClose = onClose;
    this.#ignoredLoss = log.lossOf(request.topic)?.number;
  }

  async pull(signal: AbortSignal): Promise<LogEvent | undefined> {
    await nextMacrotask(); // as a log that does I/O would: whoever pulls in a loop leaves room for others
    while (!signal.aborted) {
      const event = this.#next();
      if (event !== undefined) return event;
      await this.#changes.wait(signal);
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#onClose();
  }

  #next(): LogEvent | undefined {
    const topic = this.#log.topic(this.#request.topic);
    const stall = this.#log.stall ?? (topic === undefined ? this.#missing() : undefined);
    if (stall !== undefined) return this.#stalled(stall);
    if (this.#stall !== undefined) {
      this.#stall = undefined;
      return { type: "resumed" };
    }
    if (topic === undefined) return undefined;
    if (this.#incarnation === undefined) return this.#open(topic);
    return this.#lossOf(topic) ?? this.#newsOf(topic) ?? this.#batchOf(topic);
  }

  #missing(): TailwaterError {
    return this.#stall instanceof TopicMissingError
      ? this.#stall
      : new TopicMissingError({ topic: this.#request.topic, log: "the in-memory log" });
  }

  #stalled(cause: TailwaterError): LogEvent | undefined {
    if (this.#stall === cause) return undefined;
    this.#stall = cause;
    return { type: "stalled", cause };
  }

  #open(topic: MemoryTopic): LogEvent {
    const { resume } = this.#request;
    if (resume !== undefined && resume.incarnation !== topic.incarnation)
      return this.#recreated(topic, resume.incarnation);
    this.#incarnation = topic.incarnation;
    this.#hasDeleteCleanup = topic.hasDeleteCleanup;
    for (const partition of this.#shareOf(topic)) this.#admit(partition, resume?.points.get(partition.partition));
    for (const [partition, point] of resume?.points ?? []) {
      if (!isInShare(this.#request.share, partition)) continue;
      if (partition >= topic.partitions.length && point.offset > 0) {
        return lost("TRUNCATED", partition, `partition ${partition} was read up to ${point.offset} and is no more`);
      }
    }
    return (
      this.#lossOf(topic) ?? {
        type: "opened",
        incarnation: topic.incarnation,
        partitions: [...this.#bounds.values()],
        deleteRetentionMs: topic.deleteRetentionMs,
        hasDeleteCleanup: topic.hasDeleteCleanup,
      }
    );
  }

  #shareOf({ partitions }: MemoryTopic): readonly MemoryPartition[] {
    return partitions.filter(({ partition }) => isInShare(this.#request.share, partition));
  }

  #admit(partition: MemoryPartition, point: ResumePoint | undefined): PartitionBounds {
    const bounds = partition.bounds();
    this.#bounds.set(partition.partition, bounds);
    this.#positions.set(partition.partition, point ?? { offset: bounds.startOffset, leaderEpoch: -1 });
    return bounds;
  }

  #lossOf(topic: MemoryTopic): LogEvent | undefined {
    if (this.#incarnation !== topic.incarnation) return this.#recreated(topic, this.#incarnation ?? "");
    const asked = this.#log.lossOf(topic.name);
    if (asked !== undefined && asked.number !== this.#ignoredLoss) return lost(asked.reason, undefined, asked.detail);
    for (const partition of topic.partitions) {
      const position = this.#positions.get(partition.partition);
      if (position === undefined) continue;
      const { startOffset } = partition.bounds();
      const agreed = partition.agreesUpTo(position.offset, position.leaderEpoch);
      if (agreed < position.offset) {
        return lost("TRUNCATED", partition.partition, `read up to ${position.offset}, the log agrees up to ${agreed}`);
      }
      if (position.offset < startOffset) {
        return lost(
          "LOG_START_MOVED",
          partition.partition,
          `read up to ${position.offset}, the log starts at ${startOffset}`,
        );
      }
    }
    return undefined;
  }

  #recreated(topic: MemoryTopic, known: string): LogEvent {
    return lost("RECREATED", undefined, `topic ${topic.name} was ${known} and is ${topic.incarnation}`);
  }

  #newsOf(topic: MemoryTopic): LogEvent | undefined {
    const { hasDeleteCleanup } = topic;
    if (hasDeleteCleanup !== undefined && hasDeleteCleanup !== this.#hasDeleteCleanup) {
      this.#hasDeleteCleanup = hasDeleteCleanup;
      return { type: "cleanup-changed", hasDeleteCleanup };
    }
    for (const partition of this.#shareOf(topic)) {
      const known = this.#bounds.get(partition.partition);
      if (known === undefined) return { type: "partition-added", bounds: this.#admit(partition, undefined) };
      const bounds = partition.bounds();
      if (!sameBounds(known, bounds)) {
        this.#bounds.set(partition.partition, bounds);
        return { type: "bounds", bounds };
      }
    }
    return undefined;
  }

  /** Partitions take turns. */
  #batchOf(topic: MemoryTopic): LogEvent | undefined {
    const count = topic.partitions.length;
    for (let turn = 0; turn < count; turn += 1) {
      const partition = topic.partition((this.#nextPartition + turn) % count);
      const position = this.#positions.get(partition.partition);
      const { lastStableOffset, highWatermark } = partition.bounds();
      const limit = this.#request.isolation === "READ_COMMITTED" ? lastStableOffset : highWatermark;
      if (position === undefined || position.offset >= limit) continue;
      const batch = partition.slice(position.offset, limit);
      this.#positions.set(partition.partition, { offset: batch.nextOffset, leaderEpoch: batch.leaderEpoch });
      this.#nextPartition = (partition.partition + 1) % count;
      return { type: "batch", batch };
    }
    return undefined;
  }
}

function lost(reason: LossReason, partition: number | undefined, detail: string): LogEvent {
  return { type: "lost", reason, partition, detail };
}

function sameBounds(a: PartitionBounds, b: PartitionBounds): boolean {
  return (
    a.startOffset === b.startOffset && a.lastStableOffset === b.lastStableOffset && a.highWatermark === b.highWatermark
  );
}
