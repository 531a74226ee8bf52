import { parseArgs } from "node:util";

/** What is measured, and how often. */
export interface ReplayOptions {
  readonly records: number;
  /** Each is written records / keys times, in a shuffled order. */
  readonly keys: number;
  readonly partitions: number;
  readonly codec: Codec;
  /** Indexed fields: 1 a number, 2 a text too. */
  readonly indexes: IndexCount;
  readonly rounds: number;
  readonly seed: number;
  /** `-Xmx` of the broker's JVM. */
  readonly brokerMemory: string;
  /** How long a run waits, at most, for others to leave the machine alone. */
  readonly quietWaitSeconds: number;
  /** Runs the gateway once under the CPU profiler instead of measuring. */
  readonly isProfile: boolean;
}

export type Codec = (typeof codecs)[number];
export type IndexCount = (typeof indexCounts)[number];

/** Every option with its default, as `parseArgs` wants it. */
const optionTable = {
  records: { type: "string", default: "2000000" },
  keys: { type: "string", default: "1000000" },
  partitions: { type: "string", default: "8" },
  codec: { type: "string", default: "none" },
  indexes: { type: "string", default: "1" },
  rounds: { type: "string", default: "3" },
  seed: { type: "string", default: "1" },
  "broker-memory": { type: "string", default: "512m" },
  "quiet-wait": { type: "string", default: "0" },
  profile: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const codecs = ["none", "zstd"] as const;
const indexCounts = [1, 2] as const;

/** What `--help` prints. */
export const helpText = `npm run bench -- [options]

  --records N          records in the topic (2000000)
  --keys N             keys among them, each written records / keys times (1000000)
  --partitions N       (8)
  --codec none|zstd    compression of the topic (none)
  --indexes 1|2        indexed fields: a number; a number and a text (1)
  --rounds N           runs of each side, taken in turns (3)
  --seed N             of what is in the records and of their order (1)
  --broker-memory SIZE -Xmx of the broker (512m)
  --quiet-wait SECONDS how long each run waits, at most, for others to leave the machine alone (0)
  --profile            run the gateway once under the CPU profiler and print where its time goes
`;

/** The options of a command line; undefined if help is asked for. Throws with a sentence if they are wrong. */
export function parseReplayOptions(args: readonly string[]): ReplayOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: optionTable });
  if (values.help) return undefined;
  const records = readCount("records", values.records);
  const keys = readCount("keys", values.keys);
  if (records % keys !== 0)
    throw new Error(`Expected --records to be a multiple of --keys, found ${records}, ${keys}.`);
  return {
    records,
    keys,
    partitions: readCount("partitions", values.partitions),
    codec: readChoice("codec", values.codec, codecs),
    indexes: readChoice("indexes", Number(values.indexes), indexCounts),
    rounds: readCount("rounds", values.rounds),
    seed: readCount("seed", values.seed),
    brokerMemory: values["broker-memory"],
    quietWaitSeconds: readCount("quiet-wait", values["quiet-wait"], 0),
    isProfile: values.profile,
  };
}

function readCount(name: string, text: string, least = 1): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new Error(`Expected --${name} to be a whole number from ${least} on, found "${text}".`);
}

function readChoice<T extends string | number>(name: string, value: string | number, choices: readonly T[]): T {
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  throw new Error(`Expected --${name} to be ${choices.join(" or ")}, found "${value}".`);
}
