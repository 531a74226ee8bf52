import { describe, expect, test } from "vitest";
import { RateMeter } from "../../../src/view/generation/rate-meter.ts";
import { ReplayTargets } from "../../../src/view/generation/replay-targets.ts";
import { makePhase } from "../../../src/view/view-phase.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { boundsOf } from "../kit/scripted-ingest.ts";

function targetsOf(...partitions: Parameters<typeof boundsOf>[]): ReplayTargets {
  const targets = new ReplayTargets();
  for (const partition of partitions) targets.add(boundsOf(...partition));
  return targets;
}

describe("replay targets", () => {
  test("V4: are reached when every partition's position is at its target", () => {
    const targets = targetsOf([0, 10], [1, 5]);
    expect(
      targets.isReachedBy(
        new Map([
          [0, 10],
          [1, 4],
        ]),
      ),
    ).toBe(false);
    expect(
      targets.isReachedBy(
        new Map([
          [0, 12],
          [1, 5],
        ]),
      ),
    ).toBe(true);
  });

  test("V4: are not reached in a partition whose position is unknown, also if it is empty", () => {
    expect(targetsOf([0, 0]).isReachedBy(new Map())).toBe(false);
  });

  test("fall with a log that falls, and do not rise with one that grows", () => {
    const targets = targetsOf([0, 10]);
    targets.lower(boundsOf(0, 6));
    targets.lower(boundsOf(0, 50));
    expect(targets.targetOf(0)).toBe(6);
  });

  test("measure progress from the log's start, which need not be zero", () => {
    const targets = targetsOf([0, 110, 100], [1, 10]);
    expect(
      targets.progress(
        new Map([
          [0, 100],
          [1, 0],
        ]),
      ),
    ).toBe(0);
    expect(
      targets.progress(
        new Map([
          [0, 110],
          [1, 5],
        ]),
      ),
    ).toBe(0.75);
    expect(
      targets.remainingOffsets(
        new Map([
          [0, 110],
          [1, 5],
        ]),
      ),
    ).toBe(5);
    expect(targetsOf([0, 3, 3]).progress(new Map([[0, 3]]))).toBe(1);
  });
});

describe("a phase", () => {
  const facts = { failure: undefined, isServed: false, stall: undefined, rebuild: undefined, isReading: false };

  test("is what the facts say, a failure before all", () => {
    expect(makePhase(facts).phase).toBe("STARTING");
    expect(makePhase({ ...facts, isReading: true }).phase).toBe("REPLAYING");
    expect(makePhase({ ...facts, isReading: true, isServed: true })).toEqual({ phase: "LIVE", reason: undefined });
    expect(makePhase({ ...facts, isServed: true, failure: "halted", stall: "away" })).toEqual({
      phase: "FAILED",
      reason: "halted",
    });
  });

  test("gives all reasons why a served view is STALE", () => {
    expect(makePhase({ ...facts, isServed: true, rebuild: "lost", stall: "away" })).toEqual({
      phase: "STALE",
      reason: "lost; away",
    });
  });
});

describe("a rate", () => {
  test("is that of the last seconds, and zero once nothing came for a while", () => {
    const clock = new ManualClock();
    const meter = new RateMeter(clock);
    for (let second = 0; second < 20; second += 1) {
      meter.add(second < 10 ? 1_000 : 100);
      clock.advance(1_000);
    }
    expect(meter.total).toBe(11_000);
    expect(meter.perSecond()).toBeGreaterThan(80);
    expect(meter.perSecond()).toBeLessThanOrEqual(120);
    clock.advance(60_000);
    expect(meter.perSecond()).toBe(0);
  });
});
