import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { PartitionShare } from "../../log/log.ts";
import type { LogSpec } from "../../log/log-spec.ts";
import { OpenReads } from "../../log/open-reads.ts";
import type { DecodeWay } from "../decoder.ts";
import type { IngestEvent, IngestService } from "../ingest.ts";
import { makeThreadSpawner, type SpawnThread } from "./ingest-thread.ts";
import { type MakeParts, MergedRead } from "./merged-read.ts";
import { PartRead } from "./part-read.ts";
import { WorkerHost } from "./worker-host.ts";
import { workerIngestDefaults } from "./worker-ingest-defaults.ts";

export interface WorkerIngestOptions {
  readonly log: LogSpec;
  /** Of key hashes; the same wherever rows of the views are looked up. */
  readonly hashSeed: number;
  /** Default: `SCANNED`. */
  readonly decodeWay?: DecodeWay | undefined;
  /** At least one. */
  readonly workers?: number | undefined;
  readonly maxBytesInFlight?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  readonly random: () => number;
  /** Default: worker threads, `makeThreadSpawner`. */
  readonly spawn?: SpawnThread | undefined;
}

/**
 * Reads and decodes in worker threads, each with a log of its own. They share out the partitions of each topic of Kafka; a
 * topic of an embedded log is one file, which every reader reads whole, so it goes to one of them. Threads start as
 * soon as they have a topic. One that dies is replaced and goes on exactly after what has arrived from it; until then its reads are
 * `stalled` with INGEST_WORKER_DIED. What is read stays bounded by `maxBytesInFlight` beyond what has been taken.
 */
export function createWorkerIngest({
  log,
  hashSeed,
  decodeWay,
  workers = workerIngestDefaults.workers,
  maxBytesInFlight = workerIngestDefaults.maxBytesInFlight,
  spawn = makeThreadSpawner(),
  ...parts
}: WorkerIngestOptions): IngestService {
  const setup = { log, hashSeed, decodeWay, maxBytesInFlight: maxBytesInFlight / workers };
  const hosts = Array.from({ length: workers }, (_, worker) => new WorkerHost({ worker, setup, spawn, ...parts }));
  const reads = new OpenReads<IngestEvent>();
  let topics = 0;
  let closed: Promise<void> | undefined;
  parts.metrics.gauge("ingest_workers", "Threads that read and decode.", [], () => [
    { labels: {}, value: hosts.filter(({ isRunning }) => isRunning).length },
  ]);
  const close = async (): Promise<void> => {
    await reads.close();
    await Promise.all(hosts.map((host) => host.stop()));
  };

  return {
    ofTopic(definitions) {
      const tasks = shareOut(log, hosts, topics);
      topics += 1;
      for (const { host } of tasks) host.prepare();
      return (request) => {
        const makeParts: MakeParts = (options) =>
          tasks.map(({ host, share }) => new PartRead({ host, share, request, clock: parts.clock, ...options }));
        return reads.start(new MergedRead({ topic: request.topic, definitions, makeParts }), request.signal);
      };
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}

interface Task {
  readonly host: WorkerHost;
  readonly share: PartitionShare | undefined;
}

/** Who reads what of the topic with this number: numbers spread topics of few partitions over the workers. */
function shareOut(log: LogSpec, hosts: readonly WorkerHost[], topic: number): readonly Task[] {
  const count = hosts.length;
  if (log.kind === "embedded" || count === 1) {
    return hosts.filter((_, at) => at === topic % count).map((host) => ({ host, share: undefined }));
  }
  return hosts.map((host, at) => ({ host, share: { index: (at + topic) % count, count } }));
}
