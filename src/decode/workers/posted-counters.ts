import type { Counters } from "../../base/metrics.ts";
import type { FromWorker } from "./ingest-protocol.ts";

type CountMessage = Extract<FromWorker, { readonly type: "count" }>;

/** Counters that another thread counts. For what is counted a few times a second, not for each record. */
export function createPostedCounters(post: (count: CountMessage) => void): Counters {
  return {
    counter:
      (name, help, labelNames = []) =>
      (by = 1, labels = {}) =>
        post({ type: "count", name, help, labelNames, by, labels }),
  };
}
