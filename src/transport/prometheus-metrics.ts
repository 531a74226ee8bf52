import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics } from "../base/metrics.ts";

const prefix = "tailwater_";

/** Metrics in a registry of their own, in Prometheus' text format. */
export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** All samples as they are now. */
  readText(): Promise<string>;
}

/** Counters, gauges and histograms by prom-client, with the process's own. */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  // The default samples the event loop a hundred times a second, which is most of what an idle gateway does.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const counters = new Map<string, ReturnType<Metrics["counter"]>>();
  const histograms = new Map<string, Histogram>();
  return {
    contentType: registry.contentType,
    readText: () => registry.metrics(),
    counter: (name, help, labelNames = []) => {
      const known = counters.get(name);
      if (known !== undefined) return known;
      const facts = { name: `${prefix}${name}`, help, registers: [registry] };
      const count =
        labelNames.length === 0 ? countPlainly(facts) : countByLabels({ ...facts, labelNames: [...labelNames] });
      counters.set(name, count);
      return count;
    },
    gauge: (name, help, labelNames, collect) => {
      new Gauge({
        name: `${prefix}${name}`,
        help,
        labelNames: [...labelNames],
        registers: [registry],
        collect() {
          this.reset();
          for (const { labels, value } of collect()) this.set(labels, value);
        },
      });
    },
    histogram: (name, help, buckets, labelNames = []) => {
      const histogram =
        histograms.get(name) ??
        new Histogram({
          name: `${prefix}${name}`,
          help,
          buckets: [...buckets],
          labelNames: [...labelNames],
          registers: [registry],
        });
      histograms.set(name, histogram);
      return (value, labels = {}) => histogram.observe(labels, value);
    },
  };
}

interface CounterFacts {
  readonly name: string;
  readonly help: string;
  readonly registers: Registry[];
}

function countByLabels(facts: CounterFacts & { readonly labelNames: string[] }): ReturnType<Metrics["counter"]> {
  const counter = new Counter(facts);
  return (by = 1, labels = {}) => counter.inc(labels, by);
}

/** Without labels a number does until somebody reads the counter, whose own way to count takes ten times as long. */
function countPlainly(facts: CounterFacts): ReturnType<Metrics["counter"]> {
  let counted = 0;
  new Counter({
    ...facts,
    collect() {
      this.inc(counted);
      counted = 0;
    },
  });
  return (by = 1) => {
    counted += by;
  };
}
