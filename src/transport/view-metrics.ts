import type { Metrics, Sample } from "../base/metrics.ts";
import type { ViewCatalog, ViewStatus } from "../view/readable-view.ts";

type OfView = readonly [name: string, help: string, read: (status: ViewStatus) => number];

const ofViews: readonly OfView[] = [
  ["view_entities", "Live entities.", (status) => status.entities],
  [
    "view_records_applied",
    "Log records applied in this build of the view, `view_generation`.",
    (status) => status.recordsApplied,
  ],
  ["view_tombstones", "Tombstones applied.", (status) => status.tombstones],
  ["view_skipped_null_keys", "Records left out because they have no key.", (status) => status.skippedNullKeys],
  ["view_quarantined_records", "Records that could not be decoded.", (status) => status.quarantinedRecords],
  ["view_memory_bytes", "What the view takes, or as much of it as is built.", (status) => status.memoryBytes],
  [
    "view_memory_estimate_bytes",
    "What the newest build of the view takes at most once it is complete: while it is built, an estimate.",
    (status) => status.memoryEstimateBytes,
  ],
  [
    "view_rebuild_memory_bytes",
    "What a new build beside the one that is served takes.",
    (status) => status.rebuildMemoryBytes,
  ],
  ["view_generation", "Build of the view from offset zero, counted.", (status) => status.generation],
  ["view_subscribers", "Subscribers of the view's changes.", (status) => status.subscribers],
  [
    "view_keys_in_several_partitions",
    "Keys that occur in more than one partition.",
    (status) => status.keysInSeveralPartitions,
  ],
  ["view_is_complete", "1 if a complete generation is served.", (status) => (status.isComplete ? 1 : 0)],
];

/** Registers gauges of all views, read from their status when somebody asks. */
export function registerViewMetrics(metrics: Metrics, views: ViewCatalog): void {
  const statuses = (): ViewStatus[] => [...views.values()].map((view) => view.status());
  for (const [name, help, read] of ofViews) {
    metrics.gauge(name, help, ["view"], () =>
      statuses().map((status) => ({ labels: { view: status.name }, value: read(status) })),
    );
  }
  metrics.gauge(
    "view_memory_account_bytes",
    "Where the view's memory goes: by column, index and so on.",
    ["view", "account"],
    () =>
      statuses().flatMap(({ name, memoryByAccount }) =>
        [...memoryByAccount].map(([account, value]): Sample => ({ labels: { view: name, account }, value })),
      ),
  );
  metrics.gauge("view_phase", "1 for the phase that the view is in.", ["view", "phase"], () =>
    statuses().map(({ name, phase }): Sample => ({ labels: { view: name, phase }, value: 1 })),
  );
  metrics.gauge(
    "view_lag_records",
    "Offsets between position and last stable offset, an upper bound of records.",
    ["view", "partition"],
    () =>
      statuses().flatMap(({ name, partitions }) =>
        partitions.map(
          ({ partition, lagRecords }): Sample => ({
            labels: { view: name, partition: String(partition) },
            value: lagRecords,
          }),
        ),
      ),
  );
}
