import { readFile } from "node:fs/promises";

/** Where the time of a profiled process went. */
export interface ProfileSummary {
  /** Without the time in which it had nothing to do. */
  readonly busyMs: number;
  /** Descending. */
  readonly functions: ReadonlyArray<{ readonly name: string; readonly place: string; readonly selfMs: number }>;
  /** The same by part of the program, descending. */
  readonly areas: ReadonlyArray<{ readonly area: string; readonly selfMs: number }>;
}

/** The parts of V8's format that are read here. */
interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }>;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

type CallFrame = CpuProfile["nodes"][number]["callFrame"];

/** Sums up a `.cpuprofile` that V8 wrote. */
export async function readCpuProfile(file: string): Promise<ProfileSummary> {
  // The cast is true because `node --cpu-prof` wrote the file.
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, "utf8")) as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, { name: string; place: string; selfMs: number }>();
  const areas = new Map<string, number>();
  let busyMs = 0;
  for (const [at, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === "(idle)") continue;
    // A sample stands for the time until the next one.
    const selfMs = Math.max(0, timeDeltas[at + 1] ?? 0) / 1000;
    const name = frame.functionName === "" ? "(anonymous)" : frame.functionName;
    const place = placeOf(frame);
    const one = functions.get(`${name} ${place}`) ?? { name, place, selfMs: 0 };
    one.selfMs += selfMs;
    functions.set(`${name} ${place}`, one);
    areas.set(areaOf(frame), (areas.get(areaOf(frame)) ?? 0) + selfMs);
    busyMs += selfMs;
  }
  const bySelfTime = (left: { readonly selfMs: number }, right: { readonly selfMs: number }) =>
    right.selfMs - left.selfMs;
  return {
    busyMs,
    functions: [...functions.values()].sort(bySelfTime),
    areas: [...areas].map(([area, selfMs]) => ({ area, selfMs })).sort(bySelfTime),
  };
}

const projectUrl = new URL("..", import.meta.url).href;

/** `src/view/key-table.ts:17`, without where the project lies. */
function placeOf({ url, lineNumber }: CallFrame): string {
  return url === "" ? "" : `${relativePath(url)}:${lineNumber + 1}`;
}

function areaOf({ functionName, url }: CallFrame): string {
  if (url.startsWith("node:")) return "node";
  if (url !== "") return relativePath(url).split("/").slice(0, 2).join("/");
  return functionName.startsWith("(") ? functionName : "built into V8";
}

function relativePath(url: string): string {
  return url.startsWith(projectUrl) ? url.slice(projectUrl.length) : url;
}
