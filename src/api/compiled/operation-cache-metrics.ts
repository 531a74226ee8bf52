import type { Metrics } from "../../base/metrics.ts";

/** Counts what becomes of the documents and operations that a cache is asked for. */
export type OperationCounters = ReturnType<typeof countOperations>;

/** Registers the counters. */
export function countOperations(metrics: Metrics) {
  const counter = (name: string, help: string) => metrics.counter(name, help);
  return {
    hits: counter("operation_cache_hits", "Operations whose document was checked before."),
    misses: counter("operation_cache_misses", "Operations whose document had to be checked."),
    evictions: counter(
      "operation_cache_evictions",
      "Documents of operations that came again and had to make room for others.",
    ),
    compiled: counter("operations_compiled", "Operations compiled, once for each outcome of @skip and @include."),
    uncompilable: counter(
      "operations_uncompilable",
      "Operations left to graphql-js because they hold what is not compiled, or too much.",
    ),
    deferred: counter(
      "operations_deferred",
      "Operations left to graphql-js for once because too many others had just been compiled.",
    ),
  };
}

/** What a part of a cache holds. */
export interface CacheSize {
  readonly size: number;
  /** An estimate. */
  readonly bytes: number;
}

/** Registers gauges of the parts, by name. */
export function registerCacheSizes(metrics: Metrics, parts: Readonly<Record<string, CacheSize>>): void {
  const sample = (read: (part: CacheSize) => number) => () =>
    Object.entries(parts).map(([part, cache]) => ({ labels: { part }, value: read(cache) }));
  metrics.gauge(
    "operation_cache_entries",
    "Documents of operations that are kept: newcomers, which came once or are invalid, and regulars, which came again.",
    ["part"],
    sample(({ size }) => size),
  );
  metrics.gauge(
    "operation_cache_bytes",
    "What they take with what is compiled of them: an estimate.",
    ["part"],
    sample(({ bytes }) => bytes),
  );
}
