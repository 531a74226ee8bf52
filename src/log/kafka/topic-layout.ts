import { TopicMissingError } from "../topic-missing-error.ts";
import { makeDoubtError } from "./doubt-error.ts";
import { doubtOf } from "./fetch-verdict.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import {
  LogAuthorizationError,
  LogProtocolError,
  LogUnavailableError,
  LogUnsupportedError,
} from "./kafka-log-errors.ts";
import type { Leader } from "./partition-cursor.ts";
import { formatErrorCode } from "./wire/error-codes.ts";

/** What the cluster says about a topic now. */
export interface TopicLayout {
  readonly incarnation: string;
  /** By partition; undefined where nobody leads it now. */
  readonly leaders: ReadonlyMap<number, Leader | undefined>;
}

const noTopicId = "AAAAAAAAAAAAAAAAAAAAAA";

/** Asks for topic id and leaders. Rejects with `TopicMissingError` if there is no such topic. */
export async function readTopicLayout(cluster: KafkaCluster, topic: string): Promise<TopicLayout> {
  const metadata = await cluster.readMetadata(topic);
  const found = metadata.topics.find(({ name }) => name === topic);
  if (found === undefined) {
    throw new LogProtocolError({ expected: `the topic "${topic}"`, found: "nothing about it", where: "Metadata" });
  }
  if (found.errorCode !== 0) throw makeTopicError(topic, found.errorCode);
  if (found.topicId === noTopicId) {
    throw new LogUnsupportedError({
      expected: `a topic id of "${topic}", without which a re-created topic cannot be told`,
      found: "none",
      remedy: "Use Apache Kafka 3.1 or newer, with its own inter.broker.protocol.version.",
    });
  }
  const leaders = new Map<number, Leader | undefined>();
  for (const { partition, leaderId, leaderEpoch } of found.partitions) {
    leaders.set(partition, leaderId < 0 ? undefined : { nodeId: leaderId, epoch: leaderEpoch });
  }
  if (leaders.size === 0) {
    throw new LogProtocolError({ expected: `partitions of "${topic}"`, found: "none", where: "Metadata" });
  }
  return { incarnation: found.topicId, leaders };
}

/** Nobody leads the partition now: its brokers are down, or an election is going on. */
export function makeLeaderlessError(topic: string, partition: number): LogUnavailableError {
  return new LogUnavailableError({ reason: "moved", found: `no leader of ${topic}/${partition}` });
}

function makeTopicError(topic: string, errorCode: number) {
  const unknownTopic = 3;
  const invalidTopic = 17;
  const unauthorized = 29;
  const found = formatErrorCode(errorCode);
  if (errorCode === unknownTopic || errorCode === invalidTopic) return new TopicMissingError({ topic, log: "Kafka" });
  if (errorCode === unauthorized) return new LogAuthorizationError({ topic, operation: "describe", found });
  return makeDoubtError(doubtOf(errorCode), { topic, partition: 0, request: "Metadata", found });
}
