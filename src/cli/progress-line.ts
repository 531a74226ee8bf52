import type { ViewStatus } from "../view/readable-view.ts";

const greatestBar = 40;
const smallestBar = 10;
/** A bar is drawn where at least so many columns are left for words. */
const wordColumns = 48;

/**
 * One view's progress as a line of at most `columns` characters: name, bar, per cent, records, rate and time left, or
 * why there is none. Pure.
 */
export function makeProgressLine(
  status: ViewStatus,
  { nameColumns, columns, isStopping }: { nameColumns: number; columns: number; isStopping: boolean },
): string {
  const { name, replayProgress, isComplete } = status;
  const progress = isComplete ? 1 : replayProgress;
  const room = columns - nameColumns - wordColumns;
  const bar = room < smallestBar ? "" : ` ${makeBar(progress, Math.min(room, greatestBar))}`;
  const percentage = `${Math.floor(progress * 100)}%`.padStart(5);
  return `${name.padEnd(nameColumns)}${bar}${percentage}  ${describeProgress(status, isStopping)}`.slice(0, columns);
}

function makeBar(progress: number, size: number): string {
  const done = Math.floor(progress * size);
  return "█".repeat(done) + "░".repeat(size - done);
}

function describeProgress(status: ViewStatus, isStopping: boolean): string {
  const { phase, reason, isComplete, recordsApplied, recordsPerSecond, replayProgress, etaSeconds } = status;
  const records = `${format(recordsApplied)} records`;
  if (phase === "FAILED") return `failed: ${reason ?? "see the log"}`;
  if (isComplete) return `${records}, complete${describeDuration(status)}`;
  if (isStopping) return `${records}, stopped`;
  if (phase === "STARTING") return reason ?? "starting";
  if (replayProgress >= 1) return `${records}, building indexes`;
  const left = etaSeconds === undefined ? "" : `, ${Math.ceil(etaSeconds)} s left`;
  return `${records}, ${format(Math.round(recordsPerSecond))}/s${left}`;
}

function describeDuration({ replayStartedAtMs, liveSinceMs }: ViewStatus): string {
  if (replayStartedAtMs === undefined || liveSinceMs === undefined) return "";
  const ms = liveSinceMs - replayStartedAtMs;
  return ms < 1_000 ? ` in ${ms} ms` : ` in ${(ms / 1_000).toFixed(1)} s`;
}

function format(count: number): string {
  return count.toLocaleString("en");
}
