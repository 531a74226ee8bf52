import { parseArgs } from "node:util";

/** How long, and of what, a soak is. */
export interface SoakOptions {
  readonly keys: number;
  readonly rounds: number;
  /** Of each round. */
  readonly records: number;
  readonly seed: number;
}

const defaults: SoakOptions = { keys: 50_000, rounds: 20, records: 200_000, seed: 1 };

/** The options of a command line, as `--keys 1000`. Throws for one that is not known, or no whole number of at least 1. */
export function parseSoakOptions(args: readonly string[]): SoakOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { keys: text, rounds: text, records: text, seed: text } });
  const numberOf = (name: keyof SoakOptions): number => {
    const value = Number(values[name] ?? defaults[name]);
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name}: expected a whole number of at least 1`);
    return value;
  };
  return {
    keys: numberOf("keys"),
    rounds: numberOf("rounds"),
    records: numberOf("records"),
    seed: numberOf("seed"),
  };
}
