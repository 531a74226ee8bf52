import { TailwaterError } from "../../base/errors.ts";
import type { PartitionBounds } from "../log.ts";
import { kafkaApis } from "./broker-connection.ts";
import { makeDoubtError } from "./doubt-error.ts";
import { doubtOf } from "./fetch-verdict.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import { LogProtocolError } from "./kafka-log-errors.ts";
import type { Leader } from "./partition-cursor.ts";
import { formatErrorCode } from "./wire/error-codes.ts";
import { decodeListOffsetsResponse, encodeListOffsetsRequest } from "./wire/list-offsets.ts";
import {
  decodeOffsetForLeaderEpochResponse,
  encodeOffsetForLeaderEpochRequest,
} from "./wire/offset-for-leader-epoch.ts";

/** A partition and who is to be asked about it. */
export interface LedPartition {
  readonly partition: number;
  readonly leader: Leader;
}

/** By partition: what was found, or why not. Every partition asked for is there. */
export type Findings<T> = ReadonlyMap<number, T | TailwaterError>;

/** All that was found; throws the first failure. */
export function requireAll<T>(findings: Findings<T>): ReadonlyMap<number, T> {
  const found = new Map<number, T>();
  for (const [partition, finding] of findings) {
    if (finding instanceof TailwaterError) throw finding;
    found.set(partition, finding);
  }
  return found;
}

const earliest = -2;
const latest = -1;

/**
 * Start, last stable offset and high watermark of each partition, asked of its leader in this order, so that start ≤
 * last stable offset ≤ high watermark although the log grows meanwhile. A look-up that fails is an error in the
 * result, never an empty log. Rejects only for a defect of ours.
 */
export async function readBounds(
  cluster: KafkaCluster,
  topic: string,
  partitions: readonly LedPartition[],
): Promise<Findings<PartitionBounds>> {
  // Asked at once, answered in this order: a broker does the requests of one connection one after the other.
  const [starts, stable, ends] = await Promise.all([
    readOffsets(cluster, topic, partitions, { timestamp: earliest, isolation: "READ_UNCOMMITTED" }),
    readOffsets(cluster, topic, partitions, { timestamp: latest, isolation: "READ_COMMITTED" }),
    readOffsets(cluster, topic, partitions, { timestamp: latest, isolation: "READ_UNCOMMITTED" }),
  ]);
  const bounds = new Map<number, PartitionBounds | TailwaterError>();
  for (const { partition } of partitions) {
    bounds.set(partition, joinBounds(partition, starts.get(partition), stable.get(partition), ends.get(partition)));
  }
  return bounds;
}

/**
 * For each partition, where its leader's log ends the given epoch; -1 if the leader does not know that epoch (KIP-320).
 * Rejects only for a defect of ours.
 */
export async function readEpochEnds(
  cluster: KafkaCluster,
  topic: string,
  partitions: ReadonlyArray<LedPartition & { readonly epoch: number }>,
): Promise<Findings<number>> {
  return await askLeaders(partitions, topic, "OffsetForLeaderEpoch", async (nodeId, led) => {
    const body = encodeOffsetForLeaderEpochRequest({
      topic,
      partitions: led.map(({ partition, leader, epoch }) => ({
        partition,
        currentLeaderEpoch: leader.epoch,
        leaderEpoch: epoch,
      })),
    });
    const answer = await cluster.ask(nodeId, kafkaApis.offsetForLeaderEpoch, body);
    return partitionsOf(decodeOffsetForLeaderEpochResponse(answer), topic).map(
      ({ partition, errorCode, endOffset }) => ({
        partition,
        errorCode,
        value: endOffset,
      }),
    );
  });
}

function readOffsets(
  cluster: KafkaCluster,
  topic: string,
  partitions: readonly LedPartition[],
  { timestamp, isolation }: { timestamp: number; isolation: "READ_COMMITTED" | "READ_UNCOMMITTED" },
): Promise<Findings<number>> {
  return askLeaders(partitions, topic, "ListOffsets", async (nodeId, led) => {
    const body = encodeListOffsetsRequest({
      topic,
      isolation,
      partitions: led.map(({ partition, leader }) => ({ partition, currentLeaderEpoch: leader.epoch, timestamp })),
    });
    const answer = await cluster.ask(nodeId, kafkaApis.listOffsets, body);
    return partitionsOf(decodeListOffsetsResponse(answer), topic).map(({ partition, errorCode, offset }) => ({
      partition,
      errorCode,
      value: offset,
    }));
  });
}

interface Answered {
  readonly partition: number;
  readonly errorCode: number;
  readonly value: number;
}

/** Asks each leader once for all that it leads, at the same time, and sorts answers and failures by partition. */
async function askLeaders<P extends LedPartition>(
  partitions: readonly P[],
  topic: string,
  request: string,
  ask: (nodeId: number, led: readonly P[]) => Promise<readonly Answered[]>,
): Promise<Findings<number>> {
  const findings = new Map<number, number | TailwaterError>();
  const byNode = Map.groupBy(partitions, ({ leader }) => leader.nodeId);
  await Promise.all(
    [...byNode].map(async ([nodeId, led]) => {
      try {
        const answers = new Map((await ask(nodeId, led)).map((answer) => [answer.partition, answer]));
        for (const { partition } of led) {
          findings.set(partition, judgeAnswer(answers.get(partition), { topic, partition, request }));
        }
      } catch (error) {
        if (!(error instanceof TailwaterError)) throw error;
        for (const { partition } of led) findings.set(partition, error);
      }
    }),
  );
  return findings;
}

function judgeAnswer(
  answer: Answered | undefined,
  place: { topic: string; partition: number; request: string },
): number | TailwaterError {
  if (answer === undefined) {
    const expected = `an answer for ${place.topic}/${place.partition}`;
    return new LogProtocolError({ expected, found: "nothing about it", where: place.request });
  }
  if (answer.errorCode === 0) return answer.value;
  return makeDoubtError(doubtOf(answer.errorCode), { ...place, found: formatErrorCode(answer.errorCode) });
}

function joinBounds(
  partition: number,
  start: number | TailwaterError | undefined,
  stable: number | TailwaterError | undefined,
  end: number | TailwaterError | undefined,
): PartitionBounds | TailwaterError {
  for (const found of [start, stable, end]) if (found instanceof TailwaterError) return found;
  if (
    typeof start === "number" &&
    typeof stable === "number" &&
    typeof end === "number" &&
    start >= 0 &&
    stable >= 0 &&
    end >= 0
  ) {
    return { partition, startOffset: start, lastStableOffset: stable, highWatermark: Math.max(stable, end) };
  }
  const found = `${String(start)}, ${String(stable)} and ${String(end)}`;
  return new LogProtocolError({ expected: `three offsets of partition ${partition}`, found, where: "ListOffsets" });
}

function partitionsOf<P>(
  response: { readonly topics: ReadonlyArray<{ readonly topic: string; readonly partitions: readonly P[] }> },
  topic: string,
): readonly P[] {
  return response.topics.find((answered) => answered.topic === topic)?.partitions ?? [];
}
