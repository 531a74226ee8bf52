import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { percentile } from "./statistics.ts";

/** How long the event loop was held, and by the garbage collector how much of it. */
export interface LoopFigures {
  /** Of Node's own histogram, beyond its interval. */
  readonly delayMaxMs: number;
  readonly delayP99Ms: number;
  /** How late a timer came. */
  readonly tickMaxMs: number;
  readonly tickP99Ms: number;
  /** Most CPU of this thread between two ticks: what a stop would have been if nobody else had wanted the processor. */
  readonly cpuMaxMs: number;
  readonly gcMaxMs: number;
  readonly gcTotalMs: number;
  readonly gcPauses: number;
}

const resolutionMs = 1;
const defaultTickMs = 5;
const nsPerMs = 1e6;

/** Watches the event loop of this thread from now on, with a timer of `tickMs`; the function that it returns ends that and gives the figures. */
export function watchLoop(tickMs = defaultTickMs): () => LoopFigures {
  const pausesMs: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) pausesMs.push(duration);
  });
  observer.observe({ entryTypes: ["gc"] });
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  const latenessMs: number[] = [];
  let previousMs = performance.now();
  let previousCpuMs = readCpuMs();
  let cpuMaxMs = 0;
  const ticker = setInterval(() => {
    const nowMs = performance.now();
    const cpuMs = readCpuMs();
    cpuMaxMs = Math.max(cpuMaxMs, cpuMs - previousCpuMs);
    previousCpuMs = cpuMs;
    latenessMs.push(Math.max(0, nowMs - previousMs - tickMs));
    previousMs = nowMs;
  }, tickMs);
  return () => {
    clearInterval(ticker);
    histogram.disable();
    for (const { duration } of observer.takeRecords()) pausesMs.push(duration);
    observer.disconnect();
    return {
      delayMaxMs: Math.max(0, histogram.max / nsPerMs - resolutionMs),
      delayP99Ms: Math.max(0, histogram.percentile(99) / nsPerMs - resolutionMs),
      tickMaxMs: percentile(latenessMs, 100),
      tickP99Ms: percentile(latenessMs, 99),
      cpuMaxMs,
      gcMaxMs: percentile(pausesMs, 100),
      gcTotalMs: pausesMs.reduce((sum, pauseMs) => sum + pauseMs, 0),
      gcPauses: pausesMs.length,
    };
  };
}

function readCpuMs(): number {
  // The kernel brings a thread's time up to date at its tick, each 4 ms, unless somebody asks for that of the process.
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e3;
}
