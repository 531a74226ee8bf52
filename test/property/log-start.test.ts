import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import type { ReadableView } from "../../src/view/readable-view.ts";
import { defineView } from "../support/view-definitions.ts";
import { contentOf, startViews } from "../support/view-harness.ts";

const topic = "orders";
const partitions = 2;
const order = defineView({ topic, fields: { n: { type: "Int", isIndexed: true } } });

type Step =
  | {
      readonly kind: "append";
      readonly partition: number;
      readonly key: string;
      readonly n: number | null;
      readonly timestamp: number;
    }
  /** The log of the partition begins so many offsets before its end. */
  | { readonly kind: "move"; readonly partition: number; readonly keptOffsets: number }
  | { readonly kind: "compact" }
  /** Readers come to see what there is by now. */
  | { readonly kind: "pass" };

const partition = fc.nat({ max: partitions - 1 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("append" as const),
        partition,
        key: fc.constantFrom("a", "b", "c", "d"),
        n: fc.option(fc.nat({ max: 9 }), { freq: 4 }),
        timestamp: fc.nat({ max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("move" as const), partition, keptOffsets: fc.nat({ max: 4 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "compact" as const }) },
    { weight: 3, arbitrary: fc.constant({ kind: "pass" as const }) },
  ),
  { maxLength: 40, size: "max" },
);

/** Some macrotasks: enough for whatever views do of themselves with so few rows. */
async function pass(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise(setImmediate);
}

/** A log of one topic, and where its partitions begin and end. */
class DroppingLog {
  readonly log = createMemoryLog();
  readonly #starts = Array.from({ length: partitions }, () => 0);
  readonly #ends = Array.from({ length: partitions }, () => 0);

  constructor() {
    this.log.createTopic(topic, { partitions, hasDeleteCleanup: true });
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "append": {
        const { key, n, timestamp } = step;
        const value = n === null ? null : JSON.stringify({ n });
        const [offset = 0] = this.log.append(topic, [{ key, value, partition: step.partition, timestamp }]);
        this.#ends[step.partition] = offset + 1;
        break;
      }
      case "move": {
        const offset = Math.max(
          this.#starts[step.partition] ?? 0,
          (this.#ends[step.partition] ?? 0) - step.keptOffsets,
        );
        this.#starts[step.partition] = offset;
        this.log.moveLogStart(topic, step.partition, offset);
        break;
      }
      case "compact":
        this.log.compact(topic);
        break;
      case "pass":
        await pass();
    }
  }
}

/** What replicas have in common. */
function stateOf(view: ReadableView): unknown {
  return [contentOf(view), view.status().partitions.map(({ position, digest }) => [position, digest])];
}

describe("a log that drops records at its start", () => {
  test("L5, V7: a view that has followed it is what one that starts now is, whenever it is moved", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const topicLog = new DroppingLog();
        const { log } = topicLog;
        await using old = startViews([order], { log });
        await old.untilPhase("LIVE");
        for (const step of taken) await topicLog.take(step);
        await pass();
        await old.untilPhase("LIVE");
        await using fresh = startViews([order], { log });
        await fresh.untilPhase("LIVE");
        await pass();
        expect(stateOf(old.view)).toEqual(stateOf(fresh.view));
      }),
      { numRuns: 60 },
    );
  });
});
