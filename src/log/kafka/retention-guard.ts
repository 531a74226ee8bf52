/** What a topic says about its tombstones, as the broker gave it; undefined where it could not be read. */
export interface TopicConfig {
  readonly cleanupPolicy: string | undefined;
  readonly deleteRetentionMs: number | undefined;
}

/** What follows from a topic's configuration. */
export interface RetentionRule {
  /** As `LogEvent` "opened" tells it: null if it cannot be read or the log never removes tombstones. */
  readonly deleteRetentionMs: number | null;
  /** How long a partition may be away from its end; Infinity if it never loses tombstones. */
  readonly limitMs: number;
  /** Something that whoever runs the gateway should know. */
  readonly warning: string | undefined;
}

/** Kafka's own default of `delete.retention.ms`, taken when the topic's cannot be read. */
const kafkaDefaultRetentionMs = 24 * 60 * 60 * 1000;

/** Decides how long a partition of this topic may be away from its end before tombstones may have been missed. */
export function makeRetentionRule(config: TopicConfig, minRetentionMs: number): RetentionRule {
  const { cleanupPolicy, deleteRetentionMs } = config;
  if (cleanupPolicy !== undefined && !cleanupPolicy.split(",").some((policy) => policy.trim() === "compact")) {
    return { deleteRetentionMs: null, limitMs: Number.POSITIVE_INFINITY, warning: undefined };
  }
  if (deleteRetentionMs === undefined) {
    const warning = "cannot read delete.retention.ms; taking Kafka's default. Grant DESCRIBE_CONFIGS on the topic";
    return { deleteRetentionMs: null, limitMs: Math.max(kafkaDefaultRetentionMs, minRetentionMs), warning };
  }
  if (deleteRetentionMs < minRetentionMs) {
    const warning = "delete.retention.ms is shorter than a replay may take: tombstones can be missed. Make it longer";
    return { deleteRetentionMs, limitMs: minRetentionMs, warning };
  }
  return { deleteRetentionMs, limitMs: deleteRetentionMs, warning: undefined };
}
