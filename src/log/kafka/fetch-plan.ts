import type { PartitionCursor } from "./partition-cursor.ts";

/** One Fetch request to be: which partitions of the topic, from which offsets, in which order. */
export interface FetchPlan {
  readonly partitions: readonly PlannedPartition[];
  /** Asks for a single partition, answered at once. */
  readonly isProbe: boolean;
}

export interface PlannedPartition {
  readonly cursor: PartitionCursor;
  readonly fetchOffset: number;
  readonly leaderEpoch: number;
  /** `PartitionCursor.doubts` when it was planned. */
  readonly doubts: number;
}

/**
 * What to ask `nodeId` for next; undefined if it leads nothing that may be fetched. `turn` counts the requests: each
 * begins with another partition, because a broker fills an answer in the order of the request and sends a batch above
 * the limits only if it comes first.
 */
export function planFetch(cursors: Iterable<PartitionCursor>, nodeId: number, turn: number): FetchPlan | undefined {
  const led: PlannedPartition[] = [];
  for (const cursor of cursors) {
    const leader = cursor.leader;
    if (leader?.nodeId !== nodeId) continue;
    led.push({ cursor, fetchOffset: cursor.fetchOffset, leaderEpoch: leader.epoch, doubts: cursor.doubts });
  }
  const probe = led.find(({ cursor }) => cursor.isProbe);
  if (probe !== undefined) return { partitions: [probe], isProbe: true };
  if (led.length === 0) return undefined;
  const first = turn % led.length;
  return { partitions: [...led.slice(first), ...led.slice(0, first)], isProbe: false };
}

/** True if nothing has cast doubt on the partition since it was planned, so that the answer counts. */
export function isStillWanted({ cursor, doubts }: PlannedPartition): boolean {
  return cursor.doubts === doubts;
}
