import type { Clock } from "../base/clock.ts";
import type { Screen } from "./screen.ts";

/** What a command may touch of the process: everything comes in through here. */
export interface Terminal {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Text of a file, undefined if there is none. */
  readonly readFile: (path: string) => string | undefined;
  /** Memory of the machine. */
  readonly physicalBytes: number;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Standard error. */
  readonly screen: Screen;
  /** Aborts at the first SIGTERM or SIGINT; a second one ends the process at once. */
  readonly stopSignal: AbortSignal;
}

/** 0 fine, 1 failed while running, 2 wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2;
