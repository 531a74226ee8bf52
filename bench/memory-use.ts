import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

/** What this process holds once all garbage is gone. */
export interface MemoryUse {
  /** Heap of the main thread and memory outside of it, shared buffers included unless a worker made them. */
  readonly heldBytes: number;
  /** Of the whole process, threads included, and what the allocators keep for later. */
  readonly rssBytes: number;
}

/** Collects garbage, then looks. Needs `node --expose-gc`. */
export async function measureMemory(): Promise<MemoryUse> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("Expected node --expose-gc, found no gc().");
  for (let pass = 0; pass < 3; pass += 1) {
    gc();
    await setImmediate(); // lets finalizers run
  }
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  // `external` counts private ArrayBuffers too, `arrayBuffers` counts private and shared ones.
  return { heldBytes: heapUsed + Math.max(external, arrayBuffers), rssBytes: rss };
}

/** The most memory that this process has ever had resident (VmHWM). */
export function readPeakRssBytes(): number {
  return readStatusBytes(/^VmHWM:\s+(\d+) kB$/m) ?? process.resourceUsage().maxRSS * 1024;
}

function readStatusBytes(line: RegExp): number | undefined {
  if (process.platform !== "linux") return undefined;
  const kilobytes = line.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
