import type { Terminal } from "../terminal.ts";
import { readCgroupLimit } from "./cgroup-limit.ts";
import type { Config } from "./option-table.ts";

/** What all views may take together, and why. */
export interface MemoryLimit {
  readonly limitBytes: number;
  readonly from: "memory.limitBytes" | "control group" | "physical memory";
  /** What the process may have in all; undefined where that did not decide. */
  readonly processBytes?: number | undefined;
  /** Why the control group could not be looked at. */
  readonly problem?: string | undefined;
}

/**
 * Kept for everything but views. Measured: a gateway that holds nothing takes 180 MB; one that has just replayed a view of 89 MB
 * takes 220 MB beside it, for decoded rows in flight and a heap that has grown meanwhile.
 */
const leastReserveBytes = 256 * 1024 * 1024;
/**
 * In large processes that is not enough: caches of compiled operations, connections, responses and changes that wait grow with
 * the load, and buffers that views have given up are only gone when the collector comes by.
 */
const reserveShare = 1 / 4;
/** A process that is smaller than the reserve cannot do much; that its views may have nothing would help nobody. */
const leastViewShare = 1 / 4;

/** `memory.limitBytes`, or else what suits the control group or the machine. */
export function chooseMemoryLimit(
  config: Pick<Config, "memory.limitBytes">,
  terminal: Pick<Terminal, "readFile" | "physicalBytes">,
): MemoryLimit {
  const limitBytes = config["memory.limitBytes"];
  if (limitBytes !== undefined) return { limitBytes, from: "memory.limitBytes" };
  const { cgroupBytes, problem } = lookAtCgroup(terminal.readFile);
  const processBytes = Math.min(cgroupBytes ?? terminal.physicalBytes, terminal.physicalBytes);
  const from = cgroupBytes === processBytes ? "control group" : "physical memory";
  return { limitBytes: makeMemoryLimit(processBytes), from, processBytes, problem };
}

/** What views may take of a process that may have so much in all. Grows with it; never 0. Pure. */
export function makeMemoryLimit(processBytes: number): number {
  const reserveBytes = Math.max(leastReserveBytes, processBytes * reserveShare);
  return Math.ceil(Math.max(processBytes - reserveBytes, processBytes * leastViewShare));
}

function lookAtCgroup(readFile: Terminal["readFile"]): Pick<MemoryLimit, "problem"> & { cgroupBytes?: number } {
  try {
    const cgroupBytes = readCgroupLimit(readFile);
    return cgroupBytes === undefined ? {} : { cgroupBytes };
  } catch (error) {
    // The gateway can do without; whoever runs it is told.
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
