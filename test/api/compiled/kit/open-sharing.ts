import type { OperationRequest } from "../../../../src/api/compiled/check-document.ts";
import type { CompileRate } from "../../../../src/api/compiled/compile-budget.ts";
import { createEventSharing } from "../../../../src/api/compiled/event-sharing.ts";
import type { EventReceiver, EventSubscriber } from "../../../../src/api/compiled/event-subscriber.ts";
import { createOperationRunner, type OperationOutcome } from "../../../../src/api/compiled/operation-runner.ts";
import type { ApiLimits } from "../../../../src/api/limits.ts";
import { InvariantError } from "../../../../src/base/errors.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import type { World } from "../../kit/open-world.ts";
import { type Counts, countMetrics, printOutcome, strictLogger } from "./both-ways.ts";

/** One compiled subscription, and what came of it. */
export interface Follower {
  readonly subscriber: EventSubscriber<string>;
  /** Payloads as text; the same string object is not told from an equal one. */
  readonly received: string[];
  readonly errors: unknown[];
  readonly isEnded: boolean;
}

/** Compiled subscriptions over a world. */
export interface SharingHarness {
  readonly counts: Counts;
  /** What the rate of compiling goes by. */
  readonly clock: ManualClock;
  /** Opens a subscription; an eager one always asks for the next event, any other when its test does. Fails if it is not compiled. */
  follow(request: OperationRequest, pace: "eager" | "asked"): Follower;
}

export interface SharingHarnessOptions {
  readonly limits?: Partial<ApiLimits>;
  readonly encode?: (outcome: OperationOutcome) => string | Promise<string>;
  readonly compileRate?: CompileRate;
}

export function openSharing(world: World, options: SharingHarnessOptions = {}): SharingHarness {
  const { limits = {}, encode = printOutcome, compileRate } = options;
  const clock = new ManualClock();
  const { metrics, counts } = countMetrics();
  const runner = createOperationRunner({
    schema: world.schema,
    definitions: [...world.views.values()].map(({ definition }) => definition),
    rules: [],
    maxTokens: 10_000,
    clock,
    compileRate,
    logger: strictLogger,
    metrics,
  });
  const sharing = createEventSharing({
    runner,
    views: world.views,
    createContext: () => world.context(limits),
    encode,
    metrics,
  });
  return {
    counts,
    clock,
    follow: (request, pace) => {
      const received: string[] = [];
      const errors: unknown[] = [];
      let isEnded = false;
      const receiver: EventReceiver<string> = {
        onPayload: (payload) => {
          received.push(payload);
          if (pace === "eager") subscriber.takeNext();
        },
        onEnd: () => {
          isEnded = true;
        },
        onError: (error) => errors.push(error),
      };
      const prepared = runner.prepare(request);
      if ("errors" in prepared) throw prepared.errors[0];
      const opened = sharing.open(prepared, receiver);
      if (opened === undefined) throw new InvariantError("a subscription that is not compiled");
      const subscriber = opened;
      if (pace === "eager") subscriber.takeNext();
      return {
        subscriber,
        received,
        errors,
        get isEnded() {
          return isEnded;
        },
      };
    },
  };
}
