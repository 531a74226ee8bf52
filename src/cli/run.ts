import { TailwaterError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest-name.ts";
import { runDemo } from "./commands/demo.ts";
import { printPositions } from "./commands/position.ts";
import { printApiSchema } from "./commands/print-schema.ts";
import { serve } from "./commands/serve.ts";
import { ConfigError } from "./config/config-error.ts";
import { readConfig } from "./config/read-config.ts";
import { makeHelpText } from "./help-text.ts";
import type { ExitCode, Terminal } from "./terminal.ts";

const commands = ["serve", "demo", "print-schema", "position"];

/** Runs one command line to its end; gives the exit code. Never rejects: what fails is printed. */
export async function run(terminal: Terminal): Promise<ExitCode> {
  if (terminal.args.includes("--help") || terminal.args.length === 0) {
    terminal.print(makeHelpText());
    return terminal.args.length === 0 ? 2 : 0;
  }
  try {
    return await dispatch(terminal);
  } catch (error) {
    if (!(error instanceof TailwaterError)) {
      terminal.screen.print(`tailwater: ${describeFailure(error)}\n`);
      return 1;
    }
    terminal.screen.print(`${error.message}\n`);
    return error.code === "CONFIG_INVALID" || error.code === "SCHEMA_INVALID" ? 2 : 1;
  }
}

async function dispatch(terminal: Terminal): Promise<ExitCode> {
  const { config, operands } = readConfig(terminal);
  const [command = "", ...rest] = operands;
  if (command === "position") return printPositions(rest, terminal);
  if (rest.length > 0)
    throw new ConfigError([
      { where: `tailwater ${command}`, message: `expected options, found ${JSON.stringify(rest[0])}` },
    ]);
  switch (command) {
    case "serve":
      return await serve(config, terminal);
    case "demo":
      return await runDemo(config, terminal);
    case "print-schema":
      return await printApiSchema(config, terminal);
    default:
      throw new ConfigError([
        {
          where: `tailwater ${command}`.trim(),
          message: `unknown command.${didYouMean(command, commands)} See tailwater --help.`,
        },
      ]);
  }
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("syscall" in error) || error.syscall !== "listen") return error.stack ?? error.message;
  return `expected an address to listen on, found: ${error.message}; stop what listens there, or give another --port, --admin-port or --host`;
}
