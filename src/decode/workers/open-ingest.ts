import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { Log } from "../../log/log.ts";
import type { LogSpec } from "../../log/log-spec.ts";
import { openLog } from "../../log/open-log.ts";
import type { IngestService } from "../ingest.ts";
import { createInlineIngest } from "../inline-ingest.ts";
import { createWorkerIngest } from "./worker-ingest.ts";
import { workerIngestDefaults } from "./worker-ingest-defaults.ts";

export interface OpenIngestOptions {
  /** A log that is an object belongs to this thread, and is read on it. The ingest owns it from now on. */
  readonly log: Log | LogSpec;
  /** Of key hashes; the same wherever rows of the views are looked up. */
  readonly hashSeed: number;
  /** Scanners of records are generated from the mapping. Default: `workerIngestDefaults.generatedScanners`. */
  readonly generatedScanners?: boolean | undefined;
  /** Threads that read and decode; 0: this one does. Default: `workerIngestDefaults.workers`. */
  readonly workers?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  readonly random: () => number;
}

/** The ingest of a gateway, in workers where that can be. Rejects as `openLog` throws, whatever thread is to open the log. */
export async function openIngest({
  log,
  hashSeed,
  generatedScanners = workerIngestDefaults.generatedScanners,
  workers = workerIngestDefaults.workers,
  ...parts
}: OpenIngestOptions): Promise<IngestService> {
  const decodeWay = generatedScanners ? "SCANNED" : "PARSED";
  if (!("kind" in log)) return createInlineIngest({ log, hashSeed, decodeWay });
  const here = openLog(log, parts);
  if (workers === 0) return createInlineIngest({ log: here, hashSeed, decodeWay });
  await here.close(); // it was opened to see that it can be
  return createWorkerIngest({ log, hashSeed, decodeWay, workers, ...parts });
}
