import { kafkaApis } from "./broker-connection.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import type { TopicConfig } from "./retention-guard.ts";
import { decodeDescribeConfigsResponse, encodeDescribeConfigsRequest } from "./wire/describe-configs.ts";

const cleanupPolicy = "cleanup.policy";
const deleteRetention = "delete.retention.ms";

/**
 * What decides how long the topic keeps tombstones, and whether it drops records at its start. Members are undefined where the broker does not let us see them;
 * rejects if no broker answers, so that a broker that is away is never taken for a refusal.
 */
export async function readTopicConfig(cluster: KafkaCluster, topic: string): Promise<TopicConfig> {
  const body = encodeDescribeConfigsRequest({ topic, names: [cleanupPolicy, deleteRetention] });
  const response = decodeDescribeConfigsResponse(await cluster.askAny(kafkaApis.describeConfigs, body));
  const found = response.resources.find(({ name }) => name === topic);
  const settingOf = (wanted: string) => found?.configs.find(({ name }) => name === wanted)?.value ?? undefined;
  const retention = settingOf(deleteRetention);
  const deleteRetentionMs = retention !== undefined && /^\d+$/.test(retention) ? Number(retention) : undefined;
  return { cleanupPolicy: settingOf(cleanupPolicy), deleteRetentionMs };
}
