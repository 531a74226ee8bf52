import { BroadcastChannel } from "node:worker_threads";
import { createEventSharing } from "../src/api/compiled/event-sharing.ts";
import type { EventReceiver } from "../src/api/compiled/event-subscriber.ts";
import { createOperationRunner } from "../src/api/compiled/operation-runner.ts";
import { createExecutableSchema } from "../src/api/executable-schema.ts";
import { defaultApiLimits } from "../src/api/limits.ts";
import { createOperationContext } from "../src/api/operation-context.ts";
import { silentLogger } from "../src/base/logger.ts";
import { noMetrics } from "../src/base/metrics.ts";
import { systemClock } from "../src/base/system-clock.ts";
import { createWorkerIngest } from "../src/decode/workers/worker-ingest.ts";
import type { ReadableView } from "../src/view/readable-view.ts";
import { createTopicMaterializer } from "../src/view/topic-materializer.ts";
import type { LoopOrder } from "./loop-log.ts";
import { makeLoopSpawner, ordersChannel } from "./loop-thread.ts";
import { makeOrderView } from "./order-records.ts";

const hashSeed = 0x1009;
const position = "position";

/** One subscription that takes every event at once. */
export interface LoopFollower {
  /** Events that it was given so far. */
  readonly events: number;
  close(): void;
}

export interface FollowOptions {
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** Called with each event: it is the last of what a rebuild has changed, or not. */
  readonly onEvent?: ((event: { readonly isComplete: boolean }) => void) | undefined;
}

/** A view of orders with an index on a number and one on a text, over a log that is made up in an ingest worker; followed by compiled subscriptions. */
export interface LoopWorld {
  /** Tells the log what it says next. */
  say(order: LoopOrder): void;
  readonly view: ReadableView;
  /** Looks in every macrotask. */
  until(condition: () => boolean): Promise<void>;
  /** Followers with one text and equal variables share what is made for them. Throws if it is not compiled. */
  follow(text: string, options?: FollowOptions): LoopFollower;
  close(): Promise<void>;
}

/** Runs from here on. Throws what an operation fails with. */
export function openLoopWorld(keys: number): LoopWorld {
  const definitions = makeOrderView("bench.orders", 2);
  const [definition] = definitions;
  if (definition === undefined) throw new Error("there is one view");
  const facts = { clock: systemClock, logger: silentLogger, metrics: noMetrics, random: Math.random };
  const orders = new BroadcastChannel(ordersChannel);
  const log = { kind: "embedded", directory: "made up" } as const;
  const ingest = createWorkerIngest({ log, hashSeed, workers: 1, spawn: makeLoopSpawner(keys), ...facts });
  const openIngest = ingest.ofTopic(definitions);
  const materializer = createTopicMaterializer({ definitions, openIngest, hashSeed, ...facts });
  const stopping = new AbortController();
  const running = materializer.run(stopping.signal);
  const [view] = materializer.views;
  if (view === undefined) throw new Error("there is one view");
  const views = new Map([[definition.name, view]]);
  const schema = createExecutableSchema(definitions, {});
  const { maxTokens } = defaultApiLimits;
  const runner = createOperationRunner({ schema, definitions, rules: [], maxTokens, ...facts });
  const createContext = () => createOperationContext({ views, limits: defaultApiLimits, clock: systemClock });
  const sharing = createEventSharing<Buffer>({
    runner,
    views,
    createContext,
    encode: (outcome) => {
      if (outcome.kind !== "bytes") throw new Error("an event was not compiled");
      return Buffer.from(outcome.bytes);
    },
    metrics: noMetrics,
  });
  return {
    say: (order) => orders.postMessage(order),
    view,
    until: async (condition) => {
      while (!condition()) await new Promise(setImmediate);
    },
    follow: (query, { variables, onEvent } = {}) => {
      const prepared = runner.prepare({ query, variables });
      if ("errors" in prepared) throw prepared.errors[0];
      let events = 0;
      const receiver: EventReceiver<Buffer> = {
        onPayload: (payload) => {
          events += 1;
          onEvent?.({ isComplete: !payload.subarray(-200).includes(`"${position}":null`) });
          setImmediate(() => subscriber.takeNext()); // as a socket asks when it has written
        },
        onEnd: () => {},
        onError: (error) => {
          throw error;
        },
      };
      const opened = sharing.open(prepared, receiver);
      if (opened === undefined) throw new Error(`it was not compiled: ${query}`);
      const subscriber = opened;
      subscriber.takeNext();
      return {
        get events() {
          return events;
        },
        close: () => subscriber.close(),
      };
    },
    close: async () => {
      stopping.abort();
      await running;
      await ingest.close();
      orders.close();
    },
  };
}
