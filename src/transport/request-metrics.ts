import type { Metrics } from "../base/metrics.ts";

/** Who answered a GraphQL request; `refused`: nobody, as it is none that could be read. */
export type AnswerPath = "direct" | "apollo" | "refused";

/** What is told of a GraphQL request over HTTP, once it is answered. */
export interface AnsweredRequest {
  readonly path: AnswerPath;
  /** `query`, `mutation`, `subscription`; `none` if it named no operation that may run. */
  readonly operation: string;
  readonly status: number;
  /** From its body being read; undefined if it was not. */
  readonly durationMs: number | undefined;
}

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Registers what is counted of GraphQL requests over HTTP; call the result once for each answer. */
export function createRequestMetrics(metrics: Metrics): (answered: AnsweredRequest) => void {
  const count = metrics.counter(
    "graphql_requests",
    "GraphQL requests over HTTP, by who answered, kind of operation, and status.",
    ["path", "operation", "status"],
  );
  const observe = metrics.histogram(
    "graphql_request_seconds",
    "From a request's body being read until its answer is handed over.",
    secondsBuckets,
    ["path"],
  );
  return ({ path, operation, status, durationMs }) => {
    count(1, { path, operation, status: String(status) });
    if (durationMs !== undefined) observe(durationMs / 1_000, { path });
  };
}
