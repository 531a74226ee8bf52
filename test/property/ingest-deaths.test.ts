import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import { noMetrics } from "../../src/base/metrics.ts";
import { createWorkerIngest } from "../../src/decode/workers/worker-ingest.ts";
import { LogUnavailableError } from "../../src/log/kafka/kafka-log-errors.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { IngestBorder } from "../support/ingest-border.ts";
import { IngestTape, pass } from "../support/ingest-tape.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { defineView } from "../support/view-definitions.ts";

const topic = "shop.orders";
const numbers = defineView({ name: "Numbers", topic, fields: { n: "Int!", text: "String" } });

type Step =
  | { readonly kind: "append"; readonly partition: number; readonly count: number }
  | { readonly kind: "add-partition" }
  | { readonly kind: "die"; readonly worker: number }
  | { readonly kind: "time" }
  | { readonly kind: "stall" | "resume" }
  | { readonly kind: "pull"; readonly events: number }
  | { readonly kind: "pass"; readonly turns: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("append" as const),
    partition: fc.nat(4),
    count: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(1_700)),
  }),
  fc.record({ kind: fc.constant("add-partition" as const) }),
  fc.record({ kind: fc.constant("die" as const), worker: fc.nat(2) }),
  fc.record({ kind: fc.constant("time" as const) }),
  fc.record({ kind: fc.constantFrom("stall" as const, "resume" as const) }),
  fc.record({ kind: fc.constant("pull" as const), events: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant("pass" as const), turns: fc.integer({ min: 1, max: 12 }) }),
);

async function runSteps(workers: number, maxBytesInFlight: number, steps: readonly Step[]) {
  const log = createMemoryLog();
  log.createTopic(topic, { partitions: 2 });
  const border = new IngestBorder(log);
  const clock = new ManualClock();
  const parts = { clock, logger: silentLogger, metrics: noMetrics, random: () => 0 };
  const service = createWorkerIngest({
    ...parts,
    log: { kind: "kafka", brokers: [] },
    hashSeed: 7,
    workers,
    maxBytesInFlight,
    spawn: border.spawn,
  });
  const tape = new IngestTape(service.ofTopic([numbers]), [numbers], { topic });
  const counts = [0, 0];
  for (const each of steps) {
    switch (each.kind) {
      case "append": {
        const partition = each.partition % counts.length;
        const first = counts[partition] ?? 0;
        counts[partition] = first + each.count;
        log.append(
          topic,
          Array.from({ length: each.count }, (_, at) => ({
            partition,
            key: `k${at}`,
            value: JSON.stringify({ n: first + at, text: `t${at % 9}` }),
          })),
        );
        break;
      }
      case "add-partition":
        counts.push(0);
        log.addPartitions(topic, counts.length);
        break;
      case "die":
        border.living[each.worker % Math.max(1, border.living.length)]?.die();
        break;
      case "time":
        clock.advance(60_000);
        border.clock.advance(60_000);
        break;
      case "stall":
        log.stall(new LogUnavailableError({ reason: "unreachable", found: "nobody" }));
        break;
      case "resume":
        log.resume();
        break;
      case "pull":
        for (let event = 0; event < each.events; event += 1) await tape.nextIfAny(4);
        break;
      case "pass":
        await pass(each.turns);
        break;
    }
  }
  log.resume();
  const total = counts.reduce((sum, count) => sum + count, 0);
  while (tape.rows.length < total) {
    if ((await tape.nextIfAny(50)) === undefined) clock.advance(60_000);
  }
  const extra = await tape.nextIfAny(50);
  tape.abort();
  await service.close();
  await log.close();
  return { tape, counts, extra };
}

describe("an ingest in workers", () => {
  test("L3: whenever workers die, logs stall and partitions come, each record is read once and in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(1, 100_000, 16_000_000),
        fc.array(step, { minLength: 3, maxLength: 25 }),
        async (workers, maxBytesInFlight, steps) => {
          const { tape, counts, extra } = await runSteps(workers, maxBytesInFlight, steps);
          for (const [partition, count] of counts.entries()) {
            const seen = tape.values("Numbers", partition).map(([, n]) => n);
            expect(seen).toEqual(Array.from({ length: count }, (_, at) => at));
          }
          tape.requireNoGaps();
          expect(extra?.type).not.toBe("rows");
          expect(tape.events.filter(({ type }) => type === "opened").length).toBeLessThanOrEqual(1);
          const stalls = tape.events.filter(({ type }) => type === "stalled" || type === "resumed");
          for (const [at, { type }] of stalls.entries()) {
            if (type === "resumed") expect(stalls[at - 1]?.type).toBe("stalled");
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
