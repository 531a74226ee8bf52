import type { ConsumerPerformanceRun } from "./consumer-performance.ts";
import type { MachineFacts } from "./machine-facts.ts";
import type { ReplayOptions } from "./replay-options.ts";
import type { ReplayTopic } from "./replay-topic.ts";
import type { GatewayRun } from "./run-gateway.ts";
import { median } from "./statistics.ts";
import { formatTable } from "./text-table.ts";

/** Both sides, one after the other. */
export interface ReplayRound {
  readonly consumerPerformance: Beside<ConsumerPerformanceRun>;
  readonly gateway: Beside<GatewayRun>;
}

/** A run, and how many cores others kept busy right before or after it, whichever is more. */
export type Beside<Run> = Run & { readonly othersCores: number };

/** Everything that one benchmark found: what the JSON file holds. */
export interface ReplayReport {
  readonly at: string;
  readonly machine: MachineFacts;
  readonly options: ReplayOptions;
  readonly topic: ReplayTopic;
  readonly rounds: readonly ReplayRound[];
  readonly figures: readonly ReplayFigure[];
}

/** One line of the table. A side that has no such figure is absent. */
export interface ReplayFigure {
  readonly name: string;
  readonly unit: string;
  readonly consumerPerformance?: FigureValues | undefined;
  readonly gateway?: FigureValues | undefined;
  /** Gateway to ConsumerPerformance, within each round. */
  readonly ratio?: FigureValues | undefined;
}

/** Of the rounds, in their order, and the middle one. */
export interface FigureValues {
  readonly rounds: readonly number[];
  readonly median: number;
}

/** All figures of the rounds; README.md says what each means. Pure. */
export function makeFigures(
  { records, keyBytes, valueBytes }: ReplayTopic,
  rounds: readonly ReplayRound[],
): ReplayFigure[] {
  const ofTool = (get: (run: Beside<ConsumerPerformanceRun>) => number) =>
    valuesOf(rounds.map(({ consumerPerformance }) => get(consumerPerformance)));
  const ofGateway = (get: (run: Beside<GatewayRun>) => number) => valuesOf(rounds.map(({ gateway }) => get(gateway)));
  const both = (
    name: string,
    unit: string,
    tool: (run: Beside<ConsumerPerformanceRun>) => number,
    gateway: (run: Beside<GatewayRun>) => number,
  ): ReplayFigure => ({
    name,
    unit,
    consumerPerformance: ofTool(tool),
    gateway: ofGateway(gateway),
    ratio: valuesOf(rounds.map((round) => gateway(round.gateway) / tool(round.consumerPerformance))),
  });
  const own = (name: string, unit: string, get: (run: GatewayRun) => number): ReplayFigure => ({
    name,
    unit,
    gateway: ofGateway(get),
  });
  const megabytesPerRecord = (keyBytes + valueBytes) / records / 1e6;
  const cpuUs = (cpuMs: number) => (cpuMs * 1000) / records;
  const rate = (run: { readonly recordsPerSecond: number }) => run.recordsPerSecond;
  return [
    both("rate, without start", "records/s", rate, ({ fetchedPerSecond }) => fetchedPerSecond),
    both("rate, with start", "records/s", rate, rate),
    both(
      "rate, without start",
      "MB/s",
      (run) => rate(run) * megabytesPerRecord,
      ({ fetchedPerSecond }) => fetchedPerSecond * megabytesPerRecord,
    ),
    both(
      "CPU",
      "µs/record",
      ({ cpuMs, startCpuMs }) => cpuUs(cpuMs - startCpuMs),
      ({ replay }) => cpuUs(replay.cpuMs),
    ),
    both(
      "CPU with start",
      "µs/record",
      ({ cpuMs }) => cpuUs(cpuMs),
      ({ replay }) => cpuUs(replay.cpuMs + replay.startCpuMs),
    ),
    own("CPU of the main thread", "µs/record", ({ replay }) => cpuUs(replay.mainCpuMs)),
    both(
      "peak RSS",
      "MB",
      ({ peakRssBytes }) => peakRssBytes / 1e6,
      ({ replay }) => replay.peakRssBytes / 1e6,
    ),
    own("first record applied", "ms", ({ replay }) => replay.firstMs),
    own("all records applied", "ms", ({ replay }) => replay.appliedMs),
    own("LIVE", "ms", ({ replay }) => replay.liveMs),
    own("memory", "bytes/entity", ({ bytesPerEntity }) => bytesPerEntity),
    own("RSS", "bytes/entity", ({ rssBytesPerEntity }) => rssBytesPerEntity),
    own("loop delay p99", "ms", ({ replay }) => replay.loop.delayP99Ms),
    own("loop delay max", "ms", ({ replay }) => replay.loop.delayMaxMs),
    own("tick late p99", "ms", ({ replay }) => replay.loop.tickP99Ms),
    own("tick late max", "ms", ({ replay }) => replay.loop.tickMaxMs),
    own("GC pause max", "ms", ({ replay }) => replay.loop.gcMaxMs),
    own("GC pauses of the replay", "%", ({ replay }) => (100 * replay.loop.gcTotalMs) / replay.liveMs),
    own("/readyz p99", "ms", ({ readiness }) => readiness.p99Ms),
    own("/readyz max", "ms", ({ readiness }) => readiness.maxMs),
    {
      name: "others' load",
      unit: "cores",
      consumerPerformance: ofTool(({ othersCores }) => othersCores),
      gateway: ofGateway(({ othersCores }) => othersCores),
    },
  ];
}

/** The report for people. Pure. */
export function formatReport({ machine, options, topic, figures }: ReplayReport): string {
  const values = (side: FigureValues | undefined) => (side === undefined ? "" : formatNumber(side.median));
  return [
    `${describeTopic(topic, options)}\n`,
    `${describeMachine(machine)}\n\n`,
    formatTable([
      [`median of ${options.rounds}`, "", "ConsumerPerformance", "Tailwater", "ratio", "Tailwater's rounds"],
      ...figures.map(({ name, unit, consumerPerformance, gateway, ratio }) => [
        name,
        unit,
        values(consumerPerformance),
        values(gateway),
        ratio === undefined ? "" : ratio.median.toFixed(3),
        gateway?.rounds.map(formatNumber).join(" ") ?? "",
      ]),
    ]),
  ].join("");
}

function valuesOf(rounds: readonly number[]): FigureValues {
  return { rounds, median: median(rounds) };
}

function describeTopic({ records, keys, keyBytes, valueBytes }: ReplayTopic, options: ReplayOptions): string {
  const { partitions, codec, indexes } = options;
  const bytes = ((keyBytes + valueBytes) / records).toFixed(0);
  return `${formatNumber(records)} records of ${bytes} bytes, ${formatNumber(keys)} keys, ${partitions} partitions, codec ${codec}, indexed fields ${indexes}`;
}

function describeMachine({ processor, cores, memoryBytes, system, node, java, kafka }: MachineFacts): string {
  const memory = `${(memoryBytes / 1e9).toFixed(0)} GB`;
  return `${cores} cores (${processor}), ${memory}, ${system}; Node ${node}, Kafka ${kafka} on ${java}`;
}

function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
