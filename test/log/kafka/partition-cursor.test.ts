import { describe, expect, test } from "vitest";
import { isStillWanted, planFetch } from "../../../src/log/kafka/fetch-plan.ts";
import { PartitionCursor } from "../../../src/log/kafka/partition-cursor.ts";

const start = { nowMs: 0, monotonicMs: 0 };

function makeCursor(partition = 0, nodeId = 1): PartitionCursor {
  const bounds = { partition, startOffset: 0, lastStableOffset: 100, highWatermark: 100 };
  return new PartitionCursor({ bounds, position: 0, batchEpoch: -1, leader: { nodeId, epoch: 3 }, now: start });
}

describe("PartitionCursor", () => {
  test("a doubt voids what was fetched ahead and keeps what was handed out", () => {
    const cursor = makeCursor();
    cursor.advanceFetch(40);
    cursor.advance(10, 2);
    cursor.doubt(0);
    expect(cursor).toMatchObject({ position: 10, fetchOffset: 10, batchEpoch: 2, leader: undefined });
    cursor.follow({ nodeId: 2, epoch: 4 });
    expect(cursor).toMatchObject({ fetchOffset: 10, leader: { nodeId: 2, epoch: 4 }, knownEpoch: 4 });
  });

  test("a batch without a known epoch leaves the last known one", () => {
    const cursor = makeCursor();
    cursor.advance(10, 2);
    cursor.advance(20, -1);
    expect(cursor).toMatchObject({ position: 20, batchEpoch: 2 });
  });

  test("counts failures until a success", () => {
    const cursor = makeCursor();
    cursor.fail(10, undefined);
    cursor.fail(20, undefined);
    expect(cursor).toMatchObject({ failures: 2, state: { phase: "doubtful", retryAtMs: 20 } });
    cursor.succeed();
    expect(cursor.failures).toBe(0);
  });

  test("L4: is away from the moment it last had everything, at first from its begin", () => {
    const cursor = makeCursor();
    expect(cursor.awayMs({ nowMs: 50, monotonicMs: 50 })).toBe(50);
    cursor.reachEnd({ nowMs: 40, monotonicMs: 40 });
    expect(cursor.awayMs({ nowMs: 50, monotonicMs: 50 })).toBe(10);
  });
});

describe("planFetch", () => {
  const order = (cursors: readonly PartitionCursor[], turn: number) =>
    planFetch(cursors, 1, turn)?.partitions.map(({ cursor }) => cursor.partition);

  test("asks a broker for what it leads, each time beginning with another partition", () => {
    const cursors = [makeCursor(0), makeCursor(1, 2), makeCursor(2), makeCursor(3)];
    expect([0, 1, 2, 3].map((turn) => order(cursors, turn))).toEqual([
      [0, 2, 3],
      [2, 3, 0],
      [3, 0, 2],
      [0, 2, 3],
    ]);
  });

  test("asks for a probe alone, and for nothing in doubt", () => {
    const cursors = [makeCursor(0), makeCursor(1), makeCursor(2)];
    cursors[1]?.setProbe(true);
    cursors[0]?.doubt(0);
    expect(order(cursors, 0)).toEqual([1]);
    cursors[1]?.doubt(0);
    expect(order(cursors, 0)).toEqual([2]);
    cursors[2]?.doubt(0);
    expect(order(cursors, 0)).toBeUndefined();
  });

  test("an answer counts only if nothing cast doubt on its partition meanwhile", () => {
    const cursor = makeCursor();
    const planned = planFetch([cursor], 1, 0)?.partitions[0];
    if (planned === undefined) expect.fail("expected a plan");
    expect(isStillWanted(planned)).toBe(true);
    cursor.doubt(0);
    cursor.follow({ nodeId: 1, epoch: 3 });
    expect(isStillWanted(planned)).toBe(false);
  });
});
