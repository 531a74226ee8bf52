import type { Moment } from "../../base/moment.ts";
import { offsetAfterBatches } from "./batch-headers.ts";
import { makeDoubtError } from "./doubt-error.ts";
import { type FetchPlan, isStillWanted, type PlannedPartition } from "./fetch-plan.ts";
import { judgeFetch } from "./fetch-verdict.ts";
import { LogProtocolError } from "./kafka-log-errors.ts";
import type { ReadSession } from "./read-session.ts";
import { whyUnreadable } from "./records/why-unreadable.ts";
import { formatErrorCode } from "./wire/error-codes.ts";
import type { FetchPartition, FetchResponse } from "./wire/fetch.ts";

/** An answer to Fetch, with what was asked and how. */
export interface FetchAnswer {
  readonly session: ReadSession;
  readonly plan: FetchPlan;
  readonly response: FetchResponse;
  /** The moment before the request was sent. */
  readonly sentAt: Moment;
  /** False if other partitions may have crowded some out. */
  readonly hadRoom: boolean;
  /** Keeps the answer's bytes until what it returns is called. */
  readonly lease: () => () => void;
}

/**
 * Takes over what one answer says about each partition, one by one: a partition in error never keeps the good ones of
 * the same answer back.
 */
export function absorbFetch({ response, plan, ...rest }: FetchAnswer): void {
  const { session } = rest;
  const { topic } = session.request;
  const answers = new Map<number, FetchPartition>();
  for (const answered of response.topics) {
    if (answered.topic !== topic) continue;
    for (const partition of answered.partitions) answers.set(partition.partition, partition);
  }
  for (const planned of plan.partitions) {
    if (session.ended.aborted) return;
    if (!isStillWanted(planned)) continue;
    const answer = answers.get(planned.cursor.partition);
    if (answer !== undefined) absorbPartition(planned, answer, { ...rest, wasAlone: plan.isProbe });
    else session.fail(planned.cursor, missing(topic, planned.cursor.partition, response.errorCode));
  }
}

function absorbPartition(
  { cursor, fetchOffset, leaderEpoch, doubts }: PlannedPartition,
  answer: FetchPartition,
  { session, sentAt, hadRoom, lease, wasAlone }: Omit<FetchAnswer, "response" | "plan"> & { wasAlone: boolean },
): void {
  const { topic } = session.request;
  const bounds = {
    partition: cursor.partition,
    startOffset: answer.logStartOffset >= 0 ? answer.logStartOffset : cursor.bounds.startOffset,
    lastStableOffset: answer.lastStableOffset >= 0 ? answer.lastStableOffset : answer.highWatermark,
    highWatermark: answer.highWatermark,
  };
  const readableEnd = session.readableEnd(bounds);
  const verdict = judgeFetch(answer, {
    fetchOffset,
    batchBytes: answer.records.length,
    offsetAfterBatches: offsetAfterBatches(answer.records, fetchOffset),
    readableEnd,
    knownHighWatermark: cursor.fetchedEnd,
    wasAlone,
    hadRoom,
  });
  if (verdict.kind === "doubt") {
    const found = formatErrorCode(answer.errorCode);
    const error = makeDoubtError(verdict.doubt, { topic, partition: cursor.partition, request: "Fetch", found });
    if (verdict.doubt === "corrupt-on-broker") session.failUnreadable(cursor, error);
    else session.fail(cursor, error);
    return;
  }
  if (fetchOffset < readableEnd && cursor.awayMs(session.now()) > session.retentionLimitMs) {
    const detail = `not at the end of the log for ${cursor.awayMs(session.now())} ms, while tombstones are kept for ${session.retentionLimitMs} ms`;
    session.lose("RETENTION_EXCEEDED", cursor.partition, detail);
    return;
  }
  cursor.fetchedEnd = bounds.highWatermark;
  session.setBounds(cursor, bounds);
  switch (verdict.kind) {
    case "batches":
      cursor.advanceFetch(verdict.nextFetchOffset);
      session.push({
        cursor,
        doubts,
        content: { kind: "batches", records: answer.records, abortedTransactions: answer.abortedTransactions },
        nextOffset: verdict.nextFetchOffset,
        leaderEpoch,
        readableEnd,
        sentAt,
        release: lease(),
      });
      return;
    case "hole":
      cursor.advanceFetch(verdict.nextOffset);
      session.push({
        cursor,
        doubts,
        content: { kind: "hole" },
        nextOffset: verdict.nextOffset,
        leaderEpoch,
        readableEnd,
        sentAt,
        release: lease(),
      });
      return;
    case "unreadable":
      session.failUnreadable(
        cursor,
        whyUnreadable(answer.records, { topic, partition: cursor.partition, offset: fetchOffset }),
      );
      return;
    case "probe":
      cursor.setProbe(true);
      return;
    case "nothing":
      cursor.setProbe(false);
      // Only if nothing waits to be handed out: what the consumer has not got is not read.
      if (fetchOffset >= readableEnd && cursor.position === fetchOffset) cursor.reachEnd(sentAt);
      session.succeed(cursor);
  }
}

function missing(topic: string, partition: number, errorCode: number): LogProtocolError {
  const found = errorCode === 0 ? "nothing about it" : formatErrorCode(errorCode);
  return new LogProtocolError({ expected: `an answer for ${topic}/${partition}`, found, where: "Fetch" });
}
