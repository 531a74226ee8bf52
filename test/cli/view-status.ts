import type { ViewStatus } from "../../src/view/readable-view.ts";

/** A view that is being read, or what is given of it. */
export function makeStatus(name: string, facts: Partial<ViewStatus> = {}): ViewStatus {
  return {
    name,
    topic: name.toLowerCase(),
    phase: "REPLAYING",
    reason: undefined,
    isComplete: false,
    staleSinceMs: undefined,
    entities: 0,
    recordsApplied: 0,
    recordsPerSecond: 0,
    tombstones: 0,
    skippedNullKeys: 0,
    quarantinedRecords: 0,
    memoryBytes: 0,
    rebuildMemoryBytes: 0,
    memoryEstimateBytes: 0,
    memoryByAccount: new Map(),
    generation: 1,
    liveSinceMs: undefined,
    replayStartedAtMs: 1_000,
    replayProgress: 0,
    etaSeconds: undefined,
    keysInSeveralPartitions: 0,
    collidingKeys: 0,
    subscribers: 0,
    partitions: [],
    ...facts,
  };
}
