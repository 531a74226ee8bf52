import type { PartitionBounds } from "../log.ts";

/** The parts of one partition's fetch answer that decide what happens next. */
export interface FetchedPartition {
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
}

/** What was asked, and how. */
export interface FetchCircumstances {
  readonly fetchOffset: number;
  /** Bytes of batches in the answer, whole or cut off. */
  readonly batchBytes: number;
  /** Where the complete batches of the answer end; `fetchOffset` if it holds none. */
  readonly offsetAfterBatches: number;
  /** Where the reader may read to: the last stable offset for READ_COMMITTED, else the high watermark. */
  readonly readableEnd: number;
  /** The highest high watermark seen so far; -1 before the first. */
  readonly knownHighWatermark: number;
  /** The partition was alone in its request, so that the broker had to send a batch if there is one. */
  readonly wasAlone: boolean;
  /** The answer could have held more. */
  readonly hadRoom: boolean;
}

/** Why a partition must not be read on before its leader, topic id and offsets have been asked for again. */
export type Doubt =
  /** The broker does not lead this partition now, or in another epoch than we think. */
  | "moved"
  /** The offset is not in the leader's log. */
  | "out-of-range"
  /** The end of the log lies before an end that was seen. */
  | "end-fell"
  | "unauthorized"
  /** The broker itself cannot read its log. */
  | "corrupt-on-broker"
  | "broker-error";

/** What one partition's fetch answer means. */
export type FetchVerdict =
  | { readonly kind: "batches"; readonly nextFetchOffset: number }
  /** At the end, or crowded out by other partitions. */
  | { readonly kind: "nothing" }
  /** Nothing although there should be something: ask again for this partition alone. */
  | { readonly kind: "probe" }
  /** Bytes that are no whole batch, although the partition was alone. */
  | { readonly kind: "unreadable" }
  /** Nothing is left between here and `nextOffset`: compaction took the last batches. */
  | { readonly kind: "hole"; readonly nextOffset: number }
  | { readonly kind: "doubt"; readonly doubt: Doubt };

/** Judges one partition's answer. Pure; the one place where error codes of Fetch are told apart. */
export function judgeFetch(answer: FetchedPartition, asked: FetchCircumstances): FetchVerdict {
  if (answer.errorCode !== 0) return { kind: "doubt", doubt: doubtOf(answer.errorCode) };
  if (answer.highWatermark < asked.knownHighWatermark) return { kind: "doubt", doubt: "end-fell" };
  if (asked.offsetAfterBatches > asked.fetchOffset) {
    return { kind: "batches", nextFetchOffset: asked.offsetAfterBatches };
  }
  // Bytes without a whole batch are never taken for a hole: a damaged length would then skip what stands behind it.
  if (asked.batchBytes > 0) return { kind: asked.wasAlone ? "unreadable" : "probe" };
  if (asked.fetchOffset >= asked.readableEnd) return { kind: "nothing" };
  // A batch larger than the room that was left is not sent either, unless its partition is alone: so ask that first.
  if (asked.wasAlone) return { kind: "hole", nextOffset: asked.readableEnd };
  return asked.hadRoom ? { kind: "probe" } : { kind: "nothing" };
}

/** Tells what an error code of one partition means, in Fetch, ListOffsets and OffsetForLeaderEpoch alike. */
export function doubtOf(errorCode: number): Doubt {
  switch (errorCode) {
    case 1: // OFFSET_OUT_OF_RANGE
      return "out-of-range";
    case 2: // CORRUPT_MESSAGE
    case 87: // INVALID_RECORD
      return "corrupt-on-broker";
    case 3: // UNKNOWN_TOPIC_OR_PARTITION
    case 5: // LEADER_NOT_AVAILABLE
    case 6: // NOT_LEADER_OR_FOLLOWER
    case 9: // REPLICA_NOT_AVAILABLE
    case 74: // FENCED_LEADER_EPOCH
    case 75: // UNKNOWN_LEADER_EPOCH
    case 78: // OFFSET_NOT_AVAILABLE
      return "moved";
    case 29: // TOPIC_AUTHORIZATION_FAILED
    case 31: // CLUSTER_AUTHORIZATION_FAILED
      return "unauthorized";
    default:
      return "broker-error";
  }
}

/** What a verification found out about one partition. */
export interface Standing {
  readonly position: number;
  readonly bounds: PartitionBounds;
  /** End of the last consumed epoch in the leader's log, -1 if the leader does not know it; undefined if nothing was consumed. */
  readonly epochEndOffset: number | undefined;
}

/** Whether what was read so far is still a prefix of the leader's log (KIP-320), and if not, how it was lost. */
export function judgeStanding({
  position,
  bounds,
  epochEndOffset,
}: Standing): { readonly reason: "TRUNCATED" | "LOG_START_MOVED"; readonly detail: string } | undefined {
  if (epochEndOffset !== undefined && epochEndOffset < position) {
    const found = epochEndOffset < 0 ? "does not know that epoch" : `ends that epoch at ${epochEndOffset}`;
    return { reason: "TRUNCATED", detail: `read up to ${position}, but the leader's log ${found}` };
  }
  if (position > bounds.highWatermark) {
    return { reason: "TRUNCATED", detail: `read up to ${position}, but the log ends at ${bounds.highWatermark}` };
  }
  if (position < bounds.startOffset) {
    return { reason: "LOG_START_MOVED", detail: `read up to ${position}, but the log begins at ${bounds.startOffset}` };
  }
  return undefined;
}
