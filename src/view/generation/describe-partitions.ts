import type { PartitionStatus } from "../readable-view.ts";
import type { ViewStore } from "../store/view-store.ts";
import type { Generation } from "./generation.ts";

/** What an operator sees of the partitions of one view in one generation, by number. */
export function describePartitions(generation: Generation, store: ViewStore): PartitionStatus[] {
  return [...generation.bounds.values()]
    .sort((left, right) => left.partition - right.partition)
    .map(({ partition, startOffset, lastStableOffset, highWatermark }) => {
      const position = store.positions.get(partition) ?? startOffset;
      return {
        partition,
        startOffset,
        position,
        target: generation.targets.targetOf(partition),
        lastStableOffset: Math.max(lastStableOffset, position),
        highWatermark: Math.max(highWatermark, position),
        lagRecords: Math.max(0, lastStableOffset - position),
        lastProgressAtMs: generation.lastProgressAtMs.get(partition),
        digest: store.digestOf(partition),
      };
    });
}
