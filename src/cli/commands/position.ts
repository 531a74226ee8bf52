import { describePosition } from "../../api/position-description.ts";
import { ConfigError } from "../config/config-error.ts";
import type { ExitCode, Terminal } from "../terminal.ts";

/** `tailwater position TOKEN…`: prints what each token holds, a JSON line each. */
export function printPositions(tokens: readonly string[], { print, screen }: Terminal): ExitCode {
  if (tokens.length === 0)
    throw new ConfigError([{ where: "tailwater position", message: "expected at least one token after it" }]);
  let exitCode: ExitCode = 0;
  for (const token of tokens) {
    try {
      print(`${JSON.stringify(describePosition(token))}\n`);
    } catch (error) {
      screen.print(`${error instanceof Error ? error.message : String(error)}\n`);
      exitCode = 1;
    }
  }
  return exitCode;
}
