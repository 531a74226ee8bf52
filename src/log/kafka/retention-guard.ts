/** What a topic says about what it keeps, as the broker gave it; undefined where it could not be read. */
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
  /** As `LogEvent` "opened" tells it: undefined if it cannot be read. */
  readonly hasDeleteCleanup: boolean | undefined;
  /** What whoever runs the gateway should know. */
  readonly warnings: readonly string[];
}

type Retention = Pick<RetentionRule, "deleteRetentionMs" | "limitMs"> & { readonly warning?: string | undefined };

/** Kafka's own default of `delete.retention.ms`, taken when the topic's cannot be read. */
const kafkaDefaultRetentionMs = 24 * 60 * 60 * 1000;

/**
 * Decides how long a partition of this topic may be away from its end before tombstones may have been missed, and whether
 * the log drops records at its start.
 */
export function makeRetentionRule(config: TopicConfig, minRetentionMs: number): RetentionRule {
  const policies = config.cleanupPolicy?.split(",").map((policy) => policy.trim());
  const { warning, ...retention } = makeRetention(config.deleteRetentionMs, policies, minRetentionMs);
  const warnings = warning === undefined ? [] : [warning];
  if (policies === undefined) {
    warnings.push(
      "cannot read cleanup.policy; entities stay although the log may drop their records at its start. Grant DESCRIBE_CONFIGS on the topic",
    );
  }
  return { ...retention, hasDeleteCleanup: policies?.includes("delete"), warnings };
}

function makeRetention(
  deleteRetentionMs: number | undefined,
  policies: readonly string[] | undefined,
  minRetentionMs: number,
): Retention {
  if (policies?.includes("compact") === false) return { deleteRetentionMs: null, limitMs: Number.POSITIVE_INFINITY };
  if (deleteRetentionMs === undefined) {
    const warning = "cannot read delete.retention.ms; taking Kafka's default. Grant DESCRIBE_CONFIGS on the topic";
    return { deleteRetentionMs: null, limitMs: Math.max(kafkaDefaultRetentionMs, minRetentionMs), warning };
  }
  if (deleteRetentionMs < minRetentionMs) {
    const warning = "delete.retention.ms is shorter than a replay may take: tombstones can be missed. Make it longer";
    return { deleteRetentionMs, limitMs: minRetentionMs, warning };
  }
  return { deleteRetentionMs, limitMs: deleteRetentionMs };
}
