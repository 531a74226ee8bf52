export type Labels = Readonly<Record<string, string>>;

/** One sample of a gauge that is read when somebody asks. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/**
 * Counters and gauges, injected (Prometheus in production). Names are the glossary's, with unit, without prefix:
 * `view_lag_records`; the exporter adds `tailwater_`.
 */
export interface Metrics {
  /** Registers (once) and returns a counter. All calls of one name must give the same `help` and label names. */
  counter(name: string, help: string, labelNames?: readonly string[]): (by?: number, labels?: Labels) => void;
  /** Registers a gauge whose samples are taken when the metrics are read. */
  gauge(name: string, help: string, labelNames: readonly string[], collect: () => readonly Sample[]): void;
  /** Registers (once) and returns a histogram; `buckets` are upper bounds in the unit that ends the name. */
  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames?: readonly string[],
  ): (value: number, labels?: Labels) => void;
}

/** The part of `Metrics` that works from any thread: what is counted can be told, a gauge would have to be asked. */
export type Counters = Pick<Metrics, "counter">;

/** Counts nothing. */
export const noMetrics: Metrics = {
  counter: () => () => undefined,
  gauge: () => undefined,
  histogram: () => () => undefined,
};
