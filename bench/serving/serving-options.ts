import { parseArgs } from "node:util";

/** What is measured, and how often. */
export interface ServingOptions {
  readonly rounds: number;
  /** Of each measurement of HTTP. */
  readonly durationMs: number;
  readonly connections: number;
  readonly subscribers: number;
  /** To all subscribers, in each round. */
  readonly changes: number;
}

/** Every option with its default, as `parseArgs` wants it. */
const optionTable = {
  rounds: { type: "string", default: "5" },
  duration: { type: "string", default: "3000" },
  connections: { type: "string", default: "64" },
  subscribers: { type: "string", default: "1000" },
  changes: { type: "string", default: "200" },
  help: { type: "boolean", default: false },
} as const;

/** What `--help` prints. */
export const helpText = `npm run bench:serving -- [options]

  --rounds N         runs of each server, taken in turns (5)
  --duration MS      of each run of load over HTTP (3000)
  --connections N    keep-alive connections over HTTP (64)
  --subscribers N    WebSockets (1000)
  --changes N        changes that all subscribers get, in each run (200)
`;

/** The options of a command line; undefined if help is asked for. Throws with a sentence if they are wrong. */
export function parseServingOptions(args: readonly string[]): ServingOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: optionTable });
  if (values.help) return undefined;
  return {
    rounds: readCount("rounds", values.rounds),
    durationMs: readCount("duration", values.duration),
    connections: readCount("connections", values.connections),
    subscribers: readCount("subscribers", values.subscribers),
    changes: readCount("changes", values.changes),
  };
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`Expected --${name} to be a count, found ${text}.`);
  return count;
}
