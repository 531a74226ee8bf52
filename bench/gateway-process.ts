import { setInterval } from "node:timers/promises";
import { startGateway } from "../src/gateway.ts";
import type { ReadableView, ViewStatus } from "../src/view/readable-view.ts";
import { type LoopFigures, watchLoop } from "./loop-watch.ts";
import { type MemoryUse, measureMemory, readPeakRssBytes } from "./memory-use.ts";
import { makeOrderView } from "./order-records.ts";
import type { IndexCount } from "./replay-options.ts";

/** What the process is asked for: one argument, as JSON. */
export interface GatewayRequest {
  readonly bootstrap: string;
  readonly topic: string;
  readonly indexes: IndexCount;
  readonly records: number;
  readonly keys: number;
  /** Ends when LIVE, so that a profile shows nothing else. */
  readonly isProfile: boolean;
}

/** What it says, in this order. It waits for any message after `live` before it measures its memory. */
export type GatewayMessage =
  | { readonly type: "listening"; readonly readyzUrl: string }
  | { readonly type: "live"; readonly replay: ReplayFigures }
  | { readonly type: "memory"; readonly base: MemoryUse; readonly live: MemoryUse };

/** The replay, from the gateway's start to LIVE. */
export interface ReplayFigures {
  readonly liveMs: number;
  /** Until the first record was applied: threads are there, the broker is found. */
  readonly firstMs: number;
  /** Until the last record was applied; then indexes are built. */
  readonly appliedMs: number;
  /** User and system time, all threads; `startCpuMs` is what the process had used before. */
  readonly cpuMs: number;
  readonly startCpuMs: number;
  /** Of `cpuMs` what the main thread used. */
  readonly mainCpuMs: number;
  readonly peakRssBytes: number;
  readonly loop: LoopFigures;
}

const lookMs = 5;

process.once("disconnect", () => process.exit(1)); // whoever asked is gone
// The cast is true because run-gateway.ts writes the argument.
await replay(JSON.parse(process.argv[2] ?? "") as GatewayRequest);
process.removeAllListeners("disconnect");
process.disconnect?.();

async function replay({ bootstrap, topic, indexes, records, keys, isProfile }: GatewayRequest): Promise<void> {
  const definitions = makeOrderView(topic, indexes);
  const base = await measureMemory();
  const startCpuMs = cpuMs();
  const startMainCpuMs = mainCpuMs();
  const startedAtMs = Date.now();
  const gateway = await startGateway({
    definitions,
    log: { kind: "kafka", brokers: [bootstrap] },
    transport: { host: "127.0.0.1", port: 0, adminPort: 0 },
  });
  const stopWatch = watchLoop(); // from now on it answers
  send({ type: "listening", readyzUrl: `${gateway.publicUrl}/readyz` });
  const [view] = gateway.views.values();
  if (view === undefined) throw new Error("Expected a view, found none.");
  const { firstAtMs, appliedAtMs, status } = await untilLive(view, records);
  const figures = {
    cpuMs: cpuMs() - startCpuMs,
    startCpuMs,
    mainCpuMs: mainCpuMs() - startMainCpuMs,
    loop: stopWatch(),
    peakRssBytes: readPeakRssBytes(),
  };
  requireAll(status, { records, keys });
  const continued = new Promise((resolve) => process.once("message", resolve));
  send({
    type: "live",
    replay: {
      liveMs: (status.liveSinceMs ?? Number.NaN) - startedAtMs,
      firstMs: firstAtMs - startedAtMs,
      appliedMs: appliedAtMs - startedAtMs,
      ...figures,
    },
  });
  await continued;
  if (!isProfile) send({ type: "memory", base, live: await measureMemory() });
  await gateway.stop();
}

async function untilLive(
  view: ReadableView,
  records: number,
): Promise<{ readonly firstAtMs: number; readonly appliedAtMs: number; readonly status: ViewStatus }> {
  let firstAtMs: number | undefined;
  let appliedAtMs: number | undefined;
  for await (const _ of setInterval(lookMs)) {
    const status = view.status();
    if (status.recordsApplied > 0) firstAtMs ??= Date.now();
    if (status.recordsApplied >= records) appliedAtMs ??= Date.now();
    if (status.phase === "FAILED" || status.phase === "STALE") {
      throw new Error(`Expected the view to become LIVE, found ${status.phase}: ${status.reason}`);
    }
    const nowMs = Date.now();
    if (status.phase === "LIVE") return { firstAtMs: firstAtMs ?? nowMs, appliedAtMs: appliedAtMs ?? nowMs, status };
  }
  throw new Error("Expected an interval without end, found its end.");
}

/** A replay that lost something measures nothing. */
function requireAll(
  { recordsApplied, entities, quarantinedRecords }: ViewStatus,
  expected: { readonly records: number; readonly keys: number },
): void {
  if (recordsApplied === expected.records && entities === expected.keys && quarantinedRecords === 0) return;
  throw new Error(
    `Expected ${expected.records} records of ${expected.keys} entities, found ${recordsApplied} records, ${entities} entities, ${quarantinedRecords} in quarantine.`,
  );
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function mainCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function send(message: GatewayMessage): void {
  process.send?.(message);
}
