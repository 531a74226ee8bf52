import type { Metrics, Sample } from "../../base/metrics.ts";
import type { MemoryBudget } from "./memory-budget.ts";

/** Registers gauges of what all views take together, read when somebody asks. */
export function registerMemoryMetrics(metrics: Metrics, budget: MemoryBudget): void {
  const gauge = (name: string, help: string, read: () => number | undefined): void => {
    metrics.gauge(name, help, [], () => {
      const value = read();
      return value === undefined ? [] : [{ labels: {}, value } satisfies Sample];
    });
  };
  gauge("memory_limit_bytes", "What all views may take together; absent without a limit.", () =>
    Number.isFinite(budget.limitBytes) ? budget.limitBytes : undefined,
  );
  gauge("memory_used_bytes", "What all views take, rebuilds beside them too.", () => budget.heldBytes);
  gauge("memory_kept_bytes", "What views have given back and is kept for the next.", () => budget.buffers.keptBytes);
}
