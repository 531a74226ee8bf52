import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import type { Clock } from "../base/clock.ts";
import { assertNever } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { Counters } from "../base/metrics.ts";
import { createEmbeddedLog } from "./embedded/embedded-log.ts";
import { createKafkaLog } from "./kafka/kafka-log.ts";
import type { SaslOptions } from "./kafka/kafka-log-options.ts";
import type { Log } from "./log.ts";
import type { LogSpec, SaslSpec, TlsSpec } from "./log-spec.ts";

/** What a log needs of the thread in which it is opened. */
export interface OpenLogParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Counters;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  readonly random: () => number;
}

/** Opens the log that is described. Connects to nothing yet. Throws as `createKafkaLog` does, if nothing can come of it. */
export function openLog(spec: LogSpec, parts: OpenLogParts): Log {
  switch (spec.kind) {
    case "embedded": {
      const { kind: _, ...options } = spec;
      return createEmbeddedLog({ ...options, clock: parts.clock, logger: parts.logger });
    }
    case "kafka": {
      const { kind: _, ssl, sasl, ...options } = spec;
      return createKafkaLog({ ...options, ssl: makeTlsOptions(ssl), sasl: makeSaslOptions(sasl), ...parts });
    }
    default:
      return assertNever(spec);
  }
}

/** Absent members stay absent: Node takes undefined for a value in some places. */
function makeTlsOptions(ssl: boolean | TlsSpec | undefined): boolean | ConnectionOptions | undefined {
  if (typeof ssl !== "object") return ssl;
  return Object.fromEntries(Object.entries(ssl).filter(([, text]) => text !== undefined));
}

function makeSaslOptions(sasl: SaslSpec | undefined): SaslOptions | undefined {
  if (sasl?.mechanism !== "OAUTHBEARER") return sasl;
  const { mechanism, tokenFile } = sasl;
  return { mechanism, provideToken: async () => (await readFile(tokenFile, "utf8")).trim() };
}
