import { randomBytes } from "node:crypto";
import { createAdminSchema } from "./api/admin-schema.ts";
import { createExecutableSchema } from "./api/executable-schema.ts";
import type { Clock } from "./base/clock.ts";
import { type Logger, silentLogger } from "./base/logger.ts";
import { systemClock } from "./base/system-clock.ts";
import { openIngest } from "./decode/workers/open-ingest.ts";
import type { Log } from "./log/log.ts";
import type { LogSpec } from "./log/log-spec.ts";
import type { ViewDefinition } from "./mapping/view-definition.ts";
import { createPrometheusMetrics } from "./transport/prometheus-metrics.ts";
import { startTransport } from "./transport/start-transport.ts";
import { defaultGraceMs, defaultTransportOptions, type TransportOptions } from "./transport/transport-options.ts";
import { MemoryBudget } from "./view/memory/memory-budget.ts";
import { registerMemoryMetrics } from "./view/memory/memory-metrics.ts";
import type { ReadableView, ViewCatalog } from "./view/readable-view.ts";
import { createTopicMaterializer, type TopicMaterializer } from "./view/topic-materializer.ts";
import type { ViewOptions } from "./view/view-options.ts";

export interface GatewayOptions {
  readonly definitions: readonly ViewDefinition[];
  /**
   * The log as plain data, which threads of their own read and decode; or an object, which is read on this thread and is
   * the gateway's from now on: `stop` closes it.
   */
  readonly log: LogSpec | Log;
  /** Threads that read and decode a log that is given as data; 0: this one does. Default: `workerIngestDefaults.workers`. */
  readonly ingestWorkers?: number | undefined;
  /** Scanners of records are generated from the mapping, on whatever thread; false: records are parsed, with the same result. Default: true. */
  readonly generatedScanners?: boolean | undefined;
  /** Default: `defaultTransportOptions`. */
  readonly transport?: Partial<TransportOptions> | undefined;
  readonly views?: Partial<ViewOptions> | undefined;
  /** What all views may take together; one that would pass it fails. Default: no limit. */
  readonly memoryLimitBytes?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /**
   * A number from 0 (inclusive) to 1 (exclusive), for jitter and the seed of hashes. Default: `Math.random`, and for the
   * seed the system's random bytes.
   */
  readonly random?: (() => number) | undefined;
}

/** A running gateway. */
export interface Gateway {
  readonly publicUrl: string;
  readonly adminUrl: string;
  /** By name, in the order of the schema. */
  readonly views: ViewCatalog;
  /**
   * Not ready → no new work → views stop, subscriptions get what is pending and complete → drained, at most for
   * `graceMs` (default: `defaultGraceMs`) → closed, the log and its threads too. Idempotent; all calls resolve together.
   */
  stop(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

/**
 * Composition root: reads the log into views and serves them; resolves as soon as both listeners are open, before the
 * views are complete (`/readyz` tells). Rejects if an address cannot be had, the schema cannot be built or the log cannot
 * be opened; everything is closed then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { definitions, clock = systemClock, logger = silentLogger, random = Math.random } = options;
  const metrics = createPrometheusMetrics();
  const budget = new MemoryBudget(options.memoryLimitBytes);
  registerMemoryMetrics(metrics, budget);
  const hashSeed = drawHashSeed(options.random);
  const ingest = await openIngest({
    log: options.log,
    hashSeed,
    workers: options.ingestWorkers,
    generatedScanners: options.generatedScanners,
    clock,
    logger,
    metrics,
    random,
  });
  const stopping = new AbortController();
  const transportOptions = { ...defaultTransportOptions, ...options.transport };
  try {
    const schema = createExecutableSchema(definitions, { limits: transportOptions.limits });
    const materializers = groupByTopic(definitions).map((group) =>
      createTopicMaterializer({
        definitions: group,
        openIngest: ingest.ofTopic(group),
        hashSeed,
        budget,
        clock,
        logger,
        metrics,
        random,
        ...(options.views === undefined ? {} : { options: options.views }),
      }),
    );
    const views = inOrder(definitions, materializers);
    const adminSchema = createAdminSchema(views);
    const transport = await startTransport({
      schema,
      adminSchema,
      views,
      options: transportOptions,
      clock,
      logger,
      metrics,
    });
    const runs = Promise.all(materializers.map((materializer) => materializer.run(stopping.signal)));
    let stopped: Promise<void> | undefined;
    const stop = async (graceMs: number): Promise<void> => {
      transport.beginStop();
      stopping.abort();
      await runs;
      await transport.stop({ graceMs });
      await ingest.close();
    };
    return {
      publicUrl: transport.publicUrl,
      adminUrl: transport.adminUrl,
      views,
      stop: ({ graceMs = defaultGraceMs } = {}) => {
        stopped ??= stop(graceMs);
        return stopped;
      },
    };
  } catch (error) {
    stopping.abort();
    await ingest.close();
    throw error;
  }
}

/** An integer of 53 bits. Nobody may guess it from other random numbers that are seen, so it is not of `Math.random`. */
function drawHashSeed(random: (() => number) | undefined): number {
  if (random !== undefined) return Math.floor(random() * 2 ** 53);
  return Number(randomBytes(8).readBigUInt64LE() >> 11n);
}

/** Views of one topic are read once and applied in one step; isolation decides what a read sees, so it divides. */
function groupByTopic(definitions: readonly ViewDefinition[]): ViewDefinition[][] {
  return [...Map.groupBy(definitions, ({ topic, isolation }) => JSON.stringify([topic, isolation])).values()];
}

function inOrder(definitions: readonly ViewDefinition[], materializers: readonly TopicMaterializer[]): ViewCatalog {
  const byName = new Map(
    materializers.flatMap(({ views }) => views.map((view): [string, ReadableView] => [view.definition.name, view])),
  );
  return new Map(
    definitions.flatMap(({ name }) => {
      const view = byName.get(name);
      return view === undefined ? [] : [[name, view] as const];
    }),
  );
}
