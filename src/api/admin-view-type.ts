import {
  GraphQLEnumType,
  type GraphQLFieldConfig,
  GraphQLFloat,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
} from "graphql";
import type { PartitionStatus, ViewStatus } from "../view/readable-view.ts";
import type { ObservedView } from "./observed-view.ts";
import { createQuarantineField } from "./quarantine-field.ts";
import { dateTimeScalar } from "./scalars.ts";

const text = new GraphQLNonNull(GraphQLString);
const int = new GraphQLNonNull(GraphQLInt);
const float = new GraphQLNonNull(GraphQLFloat);

const phaseType = new GraphQLEnumType({
  name: "ViewPhase",
  description: "How far a view is.",
  values: {
    STARTING: { description: "Its topic is not known yet." },
    REPLAYING: { description: "It reads what the log held when it started; nothing is served yet." },
    LIVE: { description: "It is complete and follows the log." },
    STALE: { description: "It is complete and served, and cannot follow the log now." },
    FAILED: { description: "It has given up and is not served; see `reason`." },
  },
});

const partitionType = new GraphQLObjectType<PartitionStatus, unknown>({
  name: "ViewPartition",
  description: "How one partition of a view's topic stands.",
  fields: {
    partition: field(int, "Its number.", (status) => status.partition),
    startOffset: field(float, "First offset that the log still holds.", (status) => status.startOffset),
    position: field(float, "Next offset to read; everything below is applied.", (status) => status.position),
    target: field(float, "Where the position must be for the view to be complete.", (status) => status.target),
    lastStableOffset: field(float, "End of what committed readers may read.", (status) => status.lastStableOffset),
    highWatermark: field(float, "End of what is replicated.", (status) => status.highWatermark),
    lagRecords: field(
      float,
      "Offsets from position to end: an upper bound, for compaction leaves holes.",
      (status) => status.lagRecords,
    ),
    lastProgressAt: field(dateTimeScalar, "When a batch was last applied.", (status) => status.lastProgressAtMs),
    digest: field(text, "Equal on replicas at the same position.", (status) => status.digest),
  },
});

const memoryAccountType = new GraphQLObjectType<readonly [account: string, bytes: number], unknown>({
  name: "MemoryAccount",
  description: "What one part of a view takes.",
  fields: {
    account: field(
      text,
      "The part: a column, the texts of all columns, a dictionary, the keys, an index, what is free in between.",
      ([account]) => account,
    ),
    bytes: field(float, "What it takes.", ([, bytes]) => bytes),
  },
});

/** `View`, resolved from an `ObservedView`. */
export const adminViewType = new GraphQLObjectType<ObservedView, unknown>({
  name: "View",
  description:
    "One view, as it stands now. While it is rebuilt, replay fields speak of the new generation, the others of the served one.",
  fields: {
    name: statusField(text, "Name of the `@view` type.", (status) => status.name),
    topic: statusField(text, "The topic it is made from.", (status) => status.topic),
    phase: statusField(new GraphQLNonNull(phaseType), "How far it is.", (status) => status.phase),
    reason: statusField(GraphQLString, "Why it is not LIVE; null when it is.", (status) => status.reason),
    entities: statusField(int, "Live entities.", (status) => status.entities),
    recordsApplied: statusField(float, "Records applied in this build of the view.", (status) => status.recordsApplied),
    recordsPerSecond: statusField(float, "Records applied a second, lately.", (status) => status.recordsPerSecond),
    tombstones: statusField(float, "Records that deleted an entity.", (status) => status.tombstones),
    skippedNullKeys: statusField(float, "Records left out for want of a key.", (status) => status.skippedNullKeys),
    memoryBytes: statusField(
      float,
      "Bytes that it takes, or as much of it as is built.",
      (status) => status.memoryBytes,
    ),
    memoryEstimateBytes: statusField(
      float,
      "Bytes that its newest build takes at most once it is complete: while it is built, an estimate from what has been read; then `memoryBytes`.",
      (status) => status.memoryEstimateBytes,
    ),
    rebuildMemoryBytes: statusField(
      float,
      "Bytes that a new build beside the one that is served takes by now; 0 if there is none.",
      (status) => status.rebuildMemoryBytes,
    ),
    memory: statusField(
      new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(memoryAccountType))),
      "Where `memoryBytes` go, the largest first.",
      ({ memoryByAccount }) => [...memoryByAccount].sort(([, left], [, right]) => right - left),
    ),
    generation: statusField(int, "Number of the build that is served.", (status) => status.generation),
    liveSince: statusField(dateTimeScalar, "When it became live.", (status) => status.liveSinceMs),
    replayStartedAt: statusField(dateTimeScalar, "When its replay began.", (status) => status.replayStartedAtMs),
    replayProgress: statusField(float, "0 to 1, by offsets.", (status) => status.replayProgress),
    etaSeconds: statusField(GraphQLFloat, "Seconds until it is live; null if unknown.", (status) => status.etaSeconds),
    keysInSeveralPartitions: statusField(
      int,
      "Keys found in more than one partition: somebody writes with another partitioner.",
      (status) => status.keysInSeveralPartitions,
    ),
    partitions: statusField(
      new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(partitionType))),
      "Each partition of the topic.",
      (status) => status.partitions,
    ),
    quarantine: createQuarantineField(),
  },
});

function statusField(
  type: GraphQLOutputType,
  description: string,
  get: (status: ViewStatus) => unknown,
): GraphQLFieldConfig<ObservedView, unknown> {
  return field(type, description, ({ status }) => get(status));
}

function field<Source>(
  type: GraphQLOutputType,
  description: string,
  get: (source: Source) => unknown,
): GraphQLFieldConfig<Source, unknown> {
  return { type, description, resolve: get };
}
