import { describe, expect, test } from "vitest";
import {
  type FetchCircumstances,
  type FetchedPartition,
  judgeFetch,
  judgeStanding,
} from "../../../src/log/kafka/fetch-verdict.ts";

const answer: FetchedPartition = { errorCode: 0, highWatermark: 100, lastStableOffset: 90, logStartOffset: 0 };
const asked: FetchCircumstances = {
  fetchOffset: 50,
  batchBytes: 0,
  offsetAfterBatches: 50,
  readableEnd: 90,
  knownHighWatermark: 100,
  wasAlone: false,
  hadRoom: true,
};

describe("judgeFetch", () => {
  test("batches lead to where they end", () => {
    const verdict = judgeFetch(answer, { ...asked, batchBytes: 500, offsetAfterBatches: 70 });
    expect(verdict).toEqual({ kind: "batches", nextFetchOffset: 70 });
  });

  test("nothing at the end is nothing", () => {
    expect(judgeFetch(answer, { ...asked, fetchOffset: 90, offsetAfterBatches: 90 })).toEqual({ kind: "nothing" });
  });

  test("nothing before the end is asked for again, alone", () => {
    expect(judgeFetch(answer, asked)).toEqual({ kind: "probe" });
  });

  test("nothing before the end in a full answer is the others' doing", () => {
    expect(judgeFetch(answer, { ...asked, hadRoom: false })).toEqual({ kind: "nothing" });
  });

  test("nothing before the end although alone is a hole up to the end", () => {
    expect(judgeFetch(answer, { ...asked, wasAlone: true })).toEqual({ kind: "hole", nextOffset: 90 });
  });

  test("bytes that are no batch are asked for again alone, and unreadable then; never a hole", () => {
    expect(judgeFetch(answer, { ...asked, batchBytes: 9 })).toEqual({ kind: "probe" });
    expect(judgeFetch(answer, { ...asked, batchBytes: 9, wasAlone: true })).toEqual({ kind: "unreadable" });
  });

  test("an end before one that was seen is doubtful, whatever came with it", () => {
    const verdict = judgeFetch(answer, { ...asked, knownHighWatermark: 101, batchBytes: 500, offsetAfterBatches: 70 });
    expect(verdict).toEqual({ kind: "doubt", doubt: "end-fell" });
  });

  test.each([
    [1, "out-of-range"],
    [2, "corrupt-on-broker"],
    [87, "corrupt-on-broker"],
    [3, "moved"],
    [5, "moved"],
    [6, "moved"],
    [74, "moved"],
    [75, "moved"],
    [78, "moved"],
    [29, "unauthorized"],
    [56, "broker-error"],
    [-1, "broker-error"],
    [9999, "broker-error"],
  ])("error %i is doubt: %s", (errorCode, doubt) => {
    expect(judgeFetch({ ...answer, errorCode }, asked)).toEqual({ kind: "doubt", doubt });
  });
});

describe("judgeStanding", () => {
  const bounds = { partition: 0, startOffset: 10, lastStableOffset: 90, highWatermark: 100 };

  test.each([
    ["inside the log", 50, 80],
    ["at its start", 10, undefined],
    ["at its end", 100, 100],
    ["where its epoch ends", 50, 50],
  ])("a position %s stands", (_, position, epochEndOffset) => {
    expect(judgeStanding({ position, bounds, epochEndOffset })).toBeUndefined();
  });

  test.each([
    ["beyond where its epoch ends", 50, 49, "TRUNCATED"],
    ["of an epoch that the leader does not know", 50, -1, "TRUNCATED"],
    ["beyond the end", 101, undefined, "TRUNCATED"],
    ["before the start", 9, undefined, "LOG_START_MOVED"],
  ])("a position %s is lost", (_, position, epochEndOffset, reason) => {
    expect(judgeStanding({ position, bounds, epochEndOffset })?.reason).toBe(reason);
  });
});
