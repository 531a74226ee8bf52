import type { ReadableView, ViewCatalog } from "../view/readable-view.ts";

/** Whether the gateway may get requests (T1), and why not. */
export interface Readiness {
  readonly isReady: boolean;
  /** A line for each view: its name and a word; nothing internal. */
  readonly publicText: string;
  /** The same with reasons, for operators. */
  readonly adminText: string;
}

/**
 * Ready once every view has a complete generation, and while STALE, up to `maxStaleMs` (0: without end). A FAILED view
 * and a gateway that stops are not ready.
 */
export function getReadiness(
  views: ViewCatalog,
  {
    maxStaleMs,
    nowMs,
    isStopping,
  }: { readonly maxStaleMs: number; readonly nowMs: number; readonly isStopping: boolean },
): Readiness {
  const lines = [...views.values()].map((view) => describeView(view, maxStaleMs, nowMs));
  const isReady = !isStopping && lines.every((line) => line.isReady);
  const head = isStopping ? "stopping" : isReady ? "ready" : "not ready";
  return {
    isReady,
    publicText: `${[head, ...lines.map(({ name, word }) => `${name}: ${word}`)].join("\n")}\n`,
    adminText: `${[head, ...lines.map(({ name, word, reason }) => `${name}: ${word}${reason === undefined ? "" : ` (${reason})`}`)].join("\n")}\n`,
  };
}

function describeView(view: ReadableView, maxStaleMs: number, nowMs: number) {
  const { name, phase, reason, isComplete, staleSinceMs } = view.status();
  const staleMs = staleSinceMs === undefined ? 0 : nowMs - staleSinceMs;
  const isReady = isComplete && phase !== "FAILED" && (maxStaleMs === 0 || staleMs <= maxStaleMs);
  return { name, word: phase.toLowerCase(), reason, isReady };
}
