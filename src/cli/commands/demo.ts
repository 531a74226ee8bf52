import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Gateway } from "../../gateway.ts";
import { appendRecords } from "../../log/embedded/append-records.ts";
import { loadSchema } from "../../mapping/load-schema.ts";
import type { Config } from "../config/option-table.ts";
import { OrderChangesDocument, RecentOrdersDocument } from "../demo/generated/operations.ts";
import { makeOneLine } from "../demo/operation-text.ts";
import { createSeededRandom } from "../demo/seeded-random.ts";
import { createShop, type ShopRecords } from "../demo/shop.ts";
import { createPinoLogger } from "../pino-logger.ts";
import type { ExitCode, Terminal } from "../terminal.ts";
import { runGateway } from "./serve.ts";

const seed = 20_170_612;
const stepEveryMs = 500;
/** The demo's own view definitions: beside `src` in a checkout, beside `dist` in the package. */
const schemaDirectory = join(import.meta.dirname, "..", "..", "..", "schema");

/** `tailwater demo`: a shop that keeps changing, on an embedded log in a temporary directory that is removed at the end. */
export async function runDemo(config: Config, terminal: Terminal): Promise<ExitCode> {
  const { clock, stopSignal } = terminal;
  const logger = createPinoLogger(config.logLevel === "info" ? "warn" : config.logLevel, terminal.screen);
  const directory = await mkdtemp(join(tmpdir(), "tailwater-demo-"));
  try {
    const shop = createShop(createSeededRandom(seed));
    await append(directory, shop.open(clock.nowMs()));
    const definitions = await loadSchema(schemaDirectory);
    let changing: Promise<void> | undefined;
    const exitCode = await runGateway({
      config,
      terminal,
      definitions,
      log: { kind: "embedded", directory },
      logger,
      onStarted: (gateway) => {
        terminal.print(makeWelcome(gateway));
        changing = keepChanging({ step: (nowMs) => append(directory, shop.step(nowMs)), clock, signal: stopSignal });
        changing.catch((error: unknown) => logger.error({ err: error }, "the demo's shop has stopped"));
      },
    });
    await changing;
    return exitCode;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function keepChanging({
  step,
  clock,
  signal,
}: {
  step: (nowMs: number) => Promise<void>;
  clock: Clock;
  signal: AbortSignal;
}): Promise<void> {
  while (!signal.aborted) {
    await step(clock.nowMs());
    await clock.sleep(stepEveryMs, signal).catch((reason: unknown) => {
      if (!signal.aborted) throw reason;
    });
  }
}

async function append(directory: string, records: ShopRecords): Promise<void> {
  for (const [topic, ofTopic] of Object.entries(records)) await appendRecords({ directory, topic }, ofTopic);
}

function makeWelcome({ publicUrl, adminUrl }: Gateway): string {
  return `Tailwater demo: a shop that changes twice a second. Ctrl-C ends it.

  API    ${publicUrl}/graphql   (queries by POST, subscriptions by WebSocket, graphql-transport-ws)
  admin  ${adminUrl}/graphql   (views, lag, quarantine; ${adminUrl}/metrics)

Try a query:

  curl -s ${publicUrl}/graphql -H 'content-type: application/json' -d '${JSON.stringify({ query: makeOneLine(RecentOrdersDocument) })}'

Try a subscription, in any graphql-ws client:

  ${makeOneLine(OrderChangesDocument)}

`;
}
