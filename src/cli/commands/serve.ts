import type { Logger } from "../../base/logger.ts";
import { type Gateway, startGateway } from "../../gateway.ts";
import type { LogSpec } from "../../log/log-spec.ts";
import { loadSchema } from "../../mapping/load-schema.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { makeTransportOptions, makeViewOptions } from "../config/gateway-options.ts";
import { makeLogSpec } from "../config/log-spec.ts";
import { chooseMemoryLimit } from "../config/memory-limit.ts";
import type { Config } from "../config/option-table.ts";
import { createPinoLogger } from "../pino-logger.ts";
import { showProgress } from "../progress.ts";
import type { ExitCode, Terminal } from "../terminal.ts";

/** `tailwater serve`: replays the log into views and serves them until the process is told to stop. */
export async function serve(config: Config, terminal: Terminal): Promise<ExitCode> {
  const logger = createPinoLogger(config.logLevel, terminal.screen);
  const log = await makeLogSpec(config);
  const definitions = await loadSchema(config.schema);
  return runGateway({
    config,
    terminal,
    definitions,
    log,
    logger,
    onStarted: (gateway) => announce(gateway, terminal),
  });
}

export interface RunGatewayOptions {
  readonly config: Config;
  readonly terminal: Terminal;
  readonly definitions: readonly ViewDefinition[];
  readonly log: LogSpec;
  readonly logger: Logger;
  readonly onStarted: (gateway: Gateway) => void;
}

/** Runs a gateway until `terminal.stopSignal`, then stops it in order. Rejects if it cannot start. */
export async function runGateway({
  config,
  terminal,
  definitions,
  log,
  logger,
  onStarted,
}: RunGatewayOptions): Promise<ExitCode> {
  const { clock, random, stopSignal } = terminal;
  const { problem, ...memory } = chooseMemoryLimit(config, terminal);
  if (problem !== undefined) logger.warn({ problem }, "limits of the control group cannot be read");
  const gateway = await startGateway({
    definitions,
    log,
    ingestWorkers: config["ingest.workers"],
    generatedScanners: config["ingest.generatedScanners"],
    logger,
    clock,
    random,
    transport: makeTransportOptions(config),
    views: makeViewOptions(config),
    memoryLimitBytes: memory.limitBytes,
  });
  logger.info(memory, "memory limit of all views");
  logger.info({ publicUrl: gateway.publicUrl, adminUrl: gateway.adminUrl }, "gateway listens");
  onStarted(gateway);
  void showProgress(gateway.views, { screen: terminal.screen, clock, logger, signal: stopSignal }); // never rejects
  await whenAborted(stopSignal);
  logger.info({ graceMs: config.gracePeriodMs }, "gateway stops");
  await gateway.stop({ graceMs: config.gracePeriodMs });
  logger.info({}, "gateway stopped");
  return 0;
}

function announce({ publicUrl, adminUrl }: Gateway, { print }: Terminal): void {
  print(`API    ${publicUrl}/graphql\nadmin  ${adminUrl}/graphql\n`);
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
