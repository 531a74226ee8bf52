import { setTimeout as sleep } from "node:timers/promises";
import { dumpLog, type LoggedBatch, type PartitionOnDisk } from "./dump-log.ts";

const segmentMs = 50;
const pollMs = 50;
const timeoutMs = 60_000;

/** Configuration of a topic whose old segments are compacted at once, on a broker of this kit. */
export const compactedAtOnce = {
  "cleanup.policy": "compact",
  "segment.ms": String(segmentMs),
  "min.cleanable.dirty.ratio": "0",
  "min.compaction.lag.ms": "0",
  "max.compaction.lag.ms": "1",
  "delete.retention.ms": "0",
} as const;

/**
 * Waits until the active segment is so old that the next record begins a new one; only closed segments are compacted.
 * This is the one thing that only time brings about.
 */
export async function untilSegmentMayRoll(): Promise<void> {
  await sleep(segmentMs * 2);
}

/** Waits until the log on disk is as `isProven` wants it, and returns its batches. Throws with the log if it does not come. */
export async function untilCompacted(
  where: PartitionOnDisk,
  isProven: (batches: readonly LoggedBatch[]) => boolean,
): Promise<readonly LoggedBatch[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const batches = await dumpLog(where);
    if (isProven(batches)) return batches;
    if (performance.now() > deadline) {
      throw new Error(`Expected ${where.topic} to be compacted, found:\n${batches.map(describeBatch).join("\n")}`);
    }
    await sleep(pollMs);
  }
}

/** A batch in a line, for messages. */
export function describeBatch(batch: LoggedBatch): string {
  const kind = batch.isControl ? "control" : batch.isTransactional ? "transactional" : "data";
  return `${batch.segment} ${batch.baseOffset}..${batch.lastOffset} ${kind}, ${batch.count} records`;
}
