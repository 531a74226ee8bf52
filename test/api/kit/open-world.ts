import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema, parse, subscribe } from "graphql";
import { completeResult } from "../../../src/api/complete-result.ts";
import { endAtExcess } from "../../../src/api/end-at-excess.ts";
import { createExecutableSchema } from "../../../src/api/executable-schema.ts";
import { type ApiLimits, defaultApiLimits } from "../../../src/api/limits.ts";
import { createOperationContext, type OperationContext } from "../../../src/api/operation-context.ts";
import { InvariantError } from "../../../src/base/errors.ts";
import { nextMacrotask } from "../../../src/base/event-loop.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { noMetrics } from "../../../src/base/metrics.ts";
import { createIngest } from "../../../src/decode/ingest-topic.ts";
import { createMemoryLog, type MemoryLog, type MemoryRecord } from "../../../src/log/memory/memory-log.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import type { ReadableView, ViewCatalog } from "../../../src/view/readable-view.ts";
import { createTopicMaterializer } from "../../../src/view/topic-materializer.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testHashSeed } from "../../support/row-batches.ts";

/** Variables of an operation. */
export type Variables = Readonly<Record<string, unknown>>;

/** Running views over an in-memory log, and the API on top of them. */
export interface World {
  readonly log: MemoryLog;
  readonly clock: ManualClock;
  readonly schema: GraphQLSchema;
  readonly views: ViewCatalog;
  /** Appends and waits until every view has applied it. */
  append(topic: string, records: readonly MemoryRecord[]): Promise<void>;
  /** Waits until every view has applied all that was appended. */
  caughtUp(): Promise<void>;
  context(limits?: Partial<ApiLimits>): OperationContext;
  /** Executes a query as a transport does; fails if graphql gives a promise. */
  query(text: string, variables?: Variables, limits?: Partial<ApiLimits>): ExecutionResult;
  /** Starts a subscription as a transport does: events come completed. */
  subscribe(text: string, variables?: Variables, limits?: Partial<ApiLimits>): Promise<AsyncIterator<ExecutionResult>>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly definitions: readonly ViewDefinition[];
  /** Partitions of each topic; default 1. */
  readonly partitions?: number | undefined;
  /** Default: the views run, and `openWorld` resolves when they are complete. */
  readonly isRunning?: boolean | undefined;
}

/** Opens a world whose topics are there and empty. */
export async function openWorld({ definitions, partitions = 1, isRunning = true }: WorldOptions): Promise<World> {
  const clock = new ManualClock();
  const log = createMemoryLog({ clock });
  const topics = Map.groupBy(definitions, ({ topic }) => topic);
  for (const topic of topics.keys()) log.createTopic(topic, { partitions });
  const ends = new Map<string, number>();
  const stopping = new AbortController();
  const materializers = [...topics.values()].map((group) =>
    createTopicMaterializer({
      definitions: group,
      openIngest: createIngest({ log, definitions: group, hashSeed: testHashSeed }),
      hashSeed: testHashSeed,
      clock,
      logger: silentLogger,
      metrics: noMetrics,
      random: () => 0.5,
    }),
  );
  const runs = isRunning ? materializers.map((materializer) => materializer.run(stopping.signal)) : [];
  const byName = new Map(
    materializers.flatMap(({ views }) => views.map((view) => [view.definition.name, view] as const)),
  );
  const views: ViewCatalog = new Map(definitions.map(({ name }) => [name, getView(byName, name)]));
  const schema = createExecutableSchema(definitions, {});

  const isCaughtUp = () =>
    [...views.values()].every((view) => {
      const { isComplete, topic, partitions: statuses } = view.status();
      return (
        isComplete && statuses.every(({ partition, position }) => position >= (ends.get(`${topic}/${partition}`) ?? 0))
      );
    });
  const caughtUp = async () => {
    while (!isCaughtUp()) await nextMacrotask();
  };
  const context = (limits: Partial<ApiLimits> = {}) =>
    createOperationContext({ views, clock, limits: { ...defaultApiLimits, ...limits } });
  if (isRunning) await caughtUp();

  return {
    log,
    clock,
    schema,
    views,
    caughtUp,
    context,
    async append(topic, records) {
      const offsets = log.append(topic, records);
      for (const [at, { partition = 0 }] of records.entries())
        ends.set(`${topic}/${partition}`, (offsets[at] ?? 0) + 1);
      await caughtUp();
    },
    query(text, variableValues = {}, limits = {}) {
      const contextValue = context(limits);
      const result = execute({ schema, document: parse(text), variableValues, contextValue });
      if (result instanceof Promise) throw new InvariantError("execute gave a promise");
      return completeResult(result as ExecutionResult, contextValue);
    },
    subscribe: (text, variableValues = {}, limits = {}) =>
      openEvents({ schema, document: parse(text), variableValues, contextValue: context(limits) }),
    async close() {
      stopping.abort();
      await Promise.all(runs);
      await log.close();
    },
  };
}

interface SubscribeArguments {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variableValues: Variables;
  readonly contextValue: OperationContext;
}

async function openEvents(args: SubscribeArguments): Promise<AsyncIterator<ExecutionResult>> {
  const events = await subscribe(args);
  if (!(Symbol.asyncIterator in events)) throw events.errors?.[0] ?? new InvariantError("no events and no error");
  const ending = endAtExcess(events, args.contextValue);
  return {
    next: async () => {
      const result = await ending.next();
      return result.done ? result : { done: false, value: completeResult(result.value, args.contextValue) };
    },
    return: async () => (await ending.return?.()) ?? { done: true, value: undefined },
  };
}

function getView(views: ReadonlyMap<string, ReadableView>, name: string): ReadableView {
  const view = views.get(name);
  if (view === undefined) throw new InvariantError(`no view ${name}`);
  return view;
}
