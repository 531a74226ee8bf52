import type { ConnectionOptions } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { type Logger, silentLogger } from "../../base/logger.ts";
import { type Counters, noMetrics } from "../../base/metrics.ts";
import { systemClock } from "../../base/system-clock.ts";

/** How to log in. An OAUTHBEARER token is asked for at each login; the provider caches and renews it. */
export type SaslOptions =
  | {
      readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: "OAUTHBEARER"; readonly provideToken: () => Promise<string> };

/** Bounds of Fetch requests. What is prefetched is at most two responses for each topic and broker. */
export interface FetchOptions {
  /** Bytes of one response; a single larger batch still comes. */
  readonly maxResponseBytes: number;
  /** Bytes of one partition in a response; a single larger batch still comes. */
  readonly maxPartitionBytes: number;
  /** How long a broker holds a request for which it has no records. */
  readonly maxWaitMs: number;
}

/** Everything that can be set; `kafkaLogDefaults` has the rest. */
export interface KafkaLogOptions {
  /** `host:port` of some brokers; the others are learnt from them. IPv6 as `[::1]:9092`. */
  readonly brokers: readonly string[];
  readonly clientId?: string | undefined;
  /** TLS: true, or Node's own options (ca, cert, key, servername …). */
  readonly ssl?: boolean | ConnectionOptions | undefined;
  readonly sasl?: SaslOptions | undefined;
  /** A connection that has brought no byte of an awaited answer for so long is given up. */
  readonly requestTimeoutMs?: number | undefined;
  /** For TCP and TLS to be there. */
  readonly connectionTimeoutMs?: number | undefined;
  readonly fetch?: Partial<FetchOptions> | undefined;
  /** How often topic id, partitions and leaders are asked for. */
  readonly refreshIntervalMs?: number | undefined;
  /** How often a topic's retention is asked for. */
  readonly configIntervalMs?: number | undefined;
  /** Pauses between tries grow from the first to the second. */
  readonly minBackoffMs?: number | undefined;
  readonly maxBackoffMs?: number | undefined;
  /** Pause of a partition whose log is corrupt. */
  readonly corruptRetryMs?: number | undefined;
  /** A `delete.retention.ms` below this counts as this, so that a tiny one cannot make views rebuild for ever. */
  readonly minRetentionMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  readonly metrics?: Counters | undefined;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  readonly random?: (() => number) | undefined;
}

/** The options with every default filled in. */
export interface KafkaLogSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl: boolean | ConnectionOptions;
  readonly sasl: SaslOptions | undefined;
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly fetch: FetchOptions;
  readonly refreshIntervalMs: number;
  readonly configIntervalMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly corruptRetryMs: number;
  readonly minRetentionMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Counters;
  readonly random: () => number;
}

/** What counts where an option is left out. */
export const kafkaLogDefaults = {
  clientId: "tailwater",
  ssl: false,
  sasl: undefined,
  requestTimeoutMs: 15_000,
  connectionTimeoutMs: 5_000,
  fetch: { maxResponseBytes: 4 * 1024 * 1024, maxPartitionBytes: 512 * 1024, maxWaitMs: 500 },
  refreshIntervalMs: 10_000,
  configIntervalMs: 300_000,
  minBackoffMs: 100,
  maxBackoffMs: 10_000,
  corruptRetryMs: 60_000,
  minRetentionMs: 60_000,
  clock: systemClock,
  logger: silentLogger,
  metrics: noMetrics,
  random: Math.random,
} satisfies Omit<KafkaLogSettings, "brokers">;

/** Fills in the defaults; an option given as undefined counts as left out. */
export function makeKafkaLogSettings({ fetch, ...options }: KafkaLogOptions): KafkaLogSettings {
  return {
    ...kafkaLogDefaults,
    ...withoutUndefined(options),
    fetch: { ...kafkaLogDefaults.fetch, ...withoutUndefined(fetch ?? {}) },
    brokers: options.brokers,
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(options: T): Defined<T> {
  // The cast is true because exactly the members that hold undefined are left out.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
