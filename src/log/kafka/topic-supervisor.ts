import { backoffMs } from "../../base/backoff.ts";
import { TailwaterError } from "../../base/errors.ts";
import { type Moment, momentBefore } from "../../base/moment.ts";
import { isInShare, type PartitionBounds } from "../log.ts";
import { judgeStanding } from "./fetch-verdict.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import { LogUnavailableError } from "./kafka-log-errors.ts";
import { type Leader, PartitionCursor } from "./partition-cursor.ts";
import { isWorthAQuietTry, type ReadSession } from "./read-session.ts";
import { makeRetentionRule, type RetentionRule } from "./retention-guard.ts";
import { readTopicConfig } from "./topic-config.ts";
import { makeLeaderlessError, readTopicLayout, type TopicLayout } from "./topic-layout.ts";
import { type Findings, type LedPartition, readBounds, readEpochEnds, requireAll } from "./topic-offsets.ts";

/** A partition with what decides whether its position still means something. */
interface Claim extends LedPartition {
  readonly position: number;
  readonly batchEpoch: number;
}

/**
 * Opens the topic and then makes sure, every refresh interval and whenever a partition is in doubt, that it is still
 * the same topic (topic id), who leads each partition, and that what was read is still a prefix of the leader's log
 * (KIP-320). Only what it has verified is fetched. Ends with its session.
 */
export class TopicSupervisor {
  readonly #session: ReadSession;
  readonly #cluster: KafkaCluster;
  readonly #beganAt: Moment;
  #failures = 0;
  #nextRefreshAtMs = 0;
  #nextConfigAtMs = 0;
  /** What was said of the topic's configuration when it was last read. */
  #warnings: readonly string[] = [];

  constructor(session: ReadSession, cluster: KafkaCluster) {
    this.#session = session;
    this.#cluster = cluster;
    this.#beganAt = session.now();
    this.#nextRefreshAtMs = this.#beganAt.monotonicMs;
  }

  /** Resolves when the session has ended; rejects only for a defect of ours. */
  async run(): Promise<void> {
    const { ended, doubtBell, settings } = this.#session;
    while (!ended.aborted) {
      const waitMs = this.#dueAtMs() - settings.clock.monotonicMs();
      if (waitMs <= 0) {
        await this.#refresh();
        continue;
      }
      const cancel = settings.clock.after(waitMs, () => doubtBell.wake());
      await doubtBell.wait(ended);
      cancel();
    }
  }

  /** While the cluster cannot be asked, partitions in doubt wait for it too: the pauses are the topic's. */
  #dueAtMs(): number {
    if (this.#failures > 0) return this.#nextRefreshAtMs;
    let dueAtMs = this.#nextRefreshAtMs;
    for (const { state } of this.#session.cursors.values()) {
      if (state.phase === "doubtful") dueAtMs = Math.min(dueAtMs, state.retryAtMs);
    }
    return dueAtMs;
  }

  async #refresh(): Promise<void> {
    const session = this.#session;
    const { settings, request } = session;
    try {
      const layout = this.#takeShare(await readTopicLayout(this.#cluster, request.topic));
      const known = session.incarnation ?? request.resume?.incarnation;
      if (known !== undefined && layout.incarnation !== known) {
        session.lose("RECREATED", undefined, `the topic is now ${layout.incarnation}, it was ${known}`);
        return;
      }
      if (session.incarnation === undefined) await this.#open(layout);
      else await this.#follow(layout);
      this.#failures = 0;
      session.setTopicCause(undefined);
      this.#nextRefreshAtMs = session.now().monotonicMs + settings.refreshIntervalMs;
    } catch (error) {
      if (session.ended.aborted) return;
      if (!(error instanceof TailwaterError) || error.code === "INVARIANT_BROKEN") throw error;
      this.#failures += 1;
      const nowMs = session.now().monotonicMs;
      this.#nextRefreshAtMs = nowMs + backoffMs(this.#failures, settings);
      if (error.code === "TOPIC_MISSING") for (const cursor of session.cursors.values()) cursor.doubt(nowMs);
      if (this.#failures > 1 || !isWorthAQuietTry(error)) session.setTopicCause(error);
    }
  }

  /** What this read is concerned with. */
  #takeShare({ incarnation, leaders }: TopicLayout): TopicLayout {
    const { share } = this.#session.request;
    return { incarnation, leaders: new Map([...leaders].filter(([partition]) => isInShare(share, partition))) };
  }

  async #open(layout: TopicLayout): Promise<void> {
    const session = this.#session;
    const { topic, resume } = session.request;
    const openedAt = session.now();
    const led = this.#requireLeaders(layout.leaders);
    const [found, rule] = await Promise.all([readBounds(this.#cluster, topic, led), this.#readRetention()]);
    const bounds = requireAll(found);
    const claims: Claim[] = [];
    const cursors: PartitionCursor[] = [];
    for (const { partition, leader } of led) {
      const found = bounds.get(partition);
      if (found === undefined) continue;
      const point = resume?.points.get(partition);
      const position = point?.offset ?? found.startOffset;
      const batchEpoch = point?.leaderEpoch ?? -1;
      if (point !== undefined) claims.push({ partition, leader, position, batchEpoch });
      const now = point === undefined ? openedAt : momentBefore(this.#beganAt, point.awayMs ?? 0);
      cursors.push(new PartitionCursor({ bounds: found, position, batchEpoch, leader, now }));
    }
    const ends = requireAll(await this.#readEpochEnds(claims));
    for (const claim of claims) if (!this.#stands(claim, bounds.get(claim.partition), ends)) return;
    if (!session.ended.aborted) session.open({ incarnation: layout.incarnation, rule, cursors });
  }

  async #follow(layout: TopicLayout): Promise<void> {
    const session = this.#session;
    const nowMs = session.now().monotonicMs;
    for (const cursor of session.cursors.values()) {
      if (hasNewLeader(cursor.leader, layout.leaders.get(cursor.partition))) cursor.doubt(nowMs);
    }
    await this.#verify(layout, nowMs);
    await this.#addPartitions(layout);
    await this.#refreshBounds(nowMs);
    if (!session.ended.aborted && nowMs >= this.#nextConfigAtMs) session.setRetention(await this.#readRetention());
  }

  /** Looks at the partitions in doubt whose pause is over. */
  async #verify(layout: TopicLayout, nowMs: number): Promise<void> {
    const session = this.#session;
    const { topic } = session.request;
    const claims: Claim[] = [];
    for (const cursor of session.cursors.values()) {
      if (cursor.state.phase !== "doubtful" || cursor.state.retryAtMs > nowMs) continue;
      const { partition, position, batchEpoch } = cursor;
      const leader = layout.leaders.get(partition);
      if (leader === undefined) session.fail(cursor, makeLeaderlessError(topic, partition));
      else if (leader.epoch < cursor.knownEpoch) session.fail(cursor, makeLaggingError(topic, partition, leader.epoch));
      else claims.push({ partition, leader, position, batchEpoch });
    }
    if (claims.length === 0) return;
    const [ends, bounds] = await Promise.all([this.#readEpochEnds(claims), readBounds(this.#cluster, topic, claims)]);
    for (const claim of claims) {
      if (session.ended.aborted) return;
      const cursor = session.cursors.get(claim.partition);
      const found = bounds.get(claim.partition);
      const end = ends.get(claim.partition);
      if (cursor === undefined || found === undefined) continue;
      if (found instanceof TailwaterError) session.fail(cursor, found);
      else if (end instanceof TailwaterError) session.fail(cursor, end);
      else {
        session.setBounds(cursor, found);
        if (!this.#stands(claim, found, ends)) return;
        session.follow(cursor, claim.leader);
      }
    }
  }

  async #addPartitions({ leaders }: TopicLayout): Promise<void> {
    const session = this.#session;
    const added = [...leaders].filter(([partition]) => !session.cursors.has(partition));
    if (added.length === 0 || session.ended.aborted) return;
    const now = session.now();
    const led = this.#requireLeaders(new Map(added));
    const found = requireAll(await readBounds(this.#cluster, session.request.topic, led));
    for (const { partition, leader } of led) {
      const bounds = found.get(partition);
      if (bounds === undefined) continue;
      session.addPartition(new PartitionCursor({ bounds, position: bounds.startOffset, batchEpoch: -1, leader, now }));
    }
  }

  /** Asks for the bounds of partitions of which no answer to Fetch has told for a while: the consumer may be slow. */
  async #refreshBounds(nowMs: number): Promise<void> {
    const session = this.#session;
    const silent: LedPartition[] = [];
    for (const { partition, leader, boundsAtMs } of session.cursors.values()) {
      if (leader !== undefined && nowMs - boundsAtMs >= session.settings.refreshIntervalMs / 2) {
        silent.push({ partition, leader });
      }
    }
    if (silent.length === 0 || session.ended.aborted) return;
    for (const [partition, bounds] of await readBounds(this.#cluster, session.request.topic, silent)) {
      const cursor = session.cursors.get(partition);
      if (cursor !== undefined && !(bounds instanceof TailwaterError)) session.setBounds(cursor, bounds);
    }
  }

  #readEpochEnds(claims: readonly Claim[]): Promise<Findings<number>> {
    const consumed = claims.filter(({ batchEpoch }) => batchEpoch >= 0);
    return readEpochEnds(
      this.#cluster,
      this.#session.request.topic,
      consumed.map((claim) => ({ ...claim, epoch: claim.batchEpoch })),
    );
  }

  /** False, after saying `lost`, if the position no longer means anything. */
  #stands({ partition, position }: Claim, bounds: PartitionBounds | undefined, ends: Findings<number>): boolean {
    const end = ends.get(partition);
    if (bounds === undefined) return true;
    const loss = judgeStanding({ position, bounds, epochEndOffset: typeof end === "number" ? end : undefined });
    if (loss !== undefined) this.#session.lose(loss.reason, partition, loss.detail);
    return loss === undefined;
  }

  async #readRetention(): Promise<RetentionRule> {
    const { settings, request } = this.#session;
    const config = await readTopicConfig(this.#cluster, request.topic);
    const rule = makeRetentionRule(config, settings.minRetentionMs);
    this.#nextConfigAtMs = this.#session.now().monotonicMs + settings.configIntervalMs;
    for (const warning of rule.warnings) {
      if (this.#warnings.includes(warning)) continue;
      settings.logger.warn({ topic: request.topic, ...config, limitMs: rule.limitMs }, warning);
    }
    this.#warnings = rule.warnings;
    return rule;
  }

  #requireLeaders(leaders: TopicLayout["leaders"]): readonly LedPartition[] {
    return [...leaders].map(([partition, leader]) => {
      if (leader === undefined) throw makeLeaderlessError(this.#session.request.topic, partition);
      return { partition, leader };
    });
  }
}

function hasNewLeader(followed: Leader | undefined, named: Leader | undefined): boolean {
  if (followed === undefined || named === undefined) return false;
  return named.epoch > followed.epoch || (named.epoch === followed.epoch && named.nodeId !== followed.nodeId);
}

function makeLaggingError(topic: string, partition: number, epoch: number): LogUnavailableError {
  return new LogUnavailableError({
    reason: "moved",
    found: `metadata of an epoch gone by (${epoch}) for ${topic}/${partition}`,
  });
}
