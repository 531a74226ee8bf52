import { describe, expect, test } from "vitest";
import { makeRetentionRule } from "../../../src/log/kafka/retention-guard.ts";

const day = 86_400_000;

describe("makeRetentionRule", () => {
  test("takes a topic's own delete.retention.ms", () => {
    const rule = makeRetentionRule({ cleanupPolicy: "compact", deleteRetentionMs: 7 * day }, 60_000);
    expect(rule).toEqual({ deleteRetentionMs: 7 * day, limitMs: 7 * day, hasDeleteCleanup: false, warnings: [] });
  });

  test("L4: a compacted topic that also deletes is guarded", () => {
    const rule = makeRetentionRule({ cleanupPolicy: "delete, compact", deleteRetentionMs: day }, 60_000);
    expect(rule).toMatchObject({ limitMs: day, hasDeleteCleanup: true });
  });

  test("a topic that only deletes has no tombstones to miss", () => {
    const rule = makeRetentionRule({ cleanupPolicy: "delete", deleteRetentionMs: day }, 60_000);
    const limitMs = Number.POSITIVE_INFINITY;
    expect(rule).toEqual({ deleteRetentionMs: null, limitMs, hasDeleteCleanup: true, warnings: [] });
  });

  test("a tiny setting is raised to the least, with a warning", () => {
    const rule = makeRetentionRule({ cleanupPolicy: "compact", deleteRetentionMs: 0 }, 60_000);
    expect(rule).toMatchObject({ deleteRetentionMs: 0, limitMs: 60_000 });
    expect(rule.warnings).toEqual([expect.stringContaining("delete.retention.ms")]);
  });

  test("L4: settings that cannot be read count as a compacted topic with Kafka's default, with a warning", () => {
    const rule = makeRetentionRule({ cleanupPolicy: undefined, deleteRetentionMs: undefined }, 60_000);
    expect(rule).toMatchObject({ deleteRetentionMs: null, limitMs: day, hasDeleteCleanup: undefined });
    expect(rule.warnings).toEqual([
      expect.stringMatching(/delete\.retention\.ms.*DESCRIBE_CONFIGS/),
      expect.stringMatching(/cleanup\.policy.*DESCRIBE_CONFIGS/),
    ]);
  });
});
