import { cpus, release, totalmem, type } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { kafkaVersion } from "../test/kafka/kit/kafka-jars.ts";
import { runCommand } from "../test/kafka/kit/run-command.ts";

/** What a figure depends on beside the program. */
export interface MachineFacts {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly java: string;
  readonly kafka: string;
}

export async function readMachineFacts(): Promise<MachineFacts> {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
    java: (await runCommand("java", ["--version"])).split("\n")[0] ?? "unknown",
    kafka: kafkaVersion,
  };
}

const lookMs = 1000;

/** How many cores were busy during the second that this takes: when nothing is measured, the load of others. */
export async function measureBusyCores(): Promise<number> {
  const before = coreTimes();
  await sleep(lookMs);
  const after = coreTimes();
  return ((after.busyMs - before.busyMs) * cpus().length) / (after.allMs - before.allMs);
}

function coreTimes(): { readonly busyMs: number; readonly allMs: number } {
  const times = cpus().map((core) => core.times);
  const allMs = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busyMs: allMs - times.reduce((sum, { idle }) => sum + idle, 0), allMs };
}
