import { readFile } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import { InvariantError } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import { createEmbeddedLog } from "../../log/embedded/embedded-log.ts";
import { createKafkaLog } from "../../log/kafka/kafka-log.ts";
import type { KafkaLogOptions, SaslOptions } from "../../log/kafka/kafka-log-options.ts";
import type { Log } from "../../log/log.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { parseLogUrl } from "./log-url.ts";
import type { Config } from "./option-table.ts";

export interface OpenLogParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/**
 * The log that `log` names. Connects to nothing yet. Rejects with `ConfigError` that names every file that cannot be
 * read; the options themselves were checked before (`checkConfig`).
 */
export async function openLog(config: Config, parts: OpenLogParts): Promise<Log> {
  const address = parseLogUrl(config.log ?? "");
  if (address === undefined) throw new InvariantError("the address of the log was not checked");
  if (address.kind === "embedded") {
    return createEmbeddedLog({ directory: address.directory, clock: parts.clock, logger: parts.logger });
  }
  return createKafkaLog({ brokers: address.brokers, ...(await makeKafkaOptions(config)), ...parts });
}

/** How to speak to brokers, from the configuration. Rejects with `ConfigError` that names every file that cannot be read. */
export async function makeKafkaOptions(config: Config): Promise<Omit<KafkaLogOptions, "brokers">> {
  const problems: ConfigProblem[] = [];
  const text = async (option: FileOption): Promise<string | undefined> => {
    const file = config[option];
    if (file === undefined) return undefined;
    try {
      return await readFile(file, "utf8");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push({ where: option, message: `expected a readable file ${file}: ${why}` });
      return undefined;
    }
  };
  const ca = await text("kafka.tls.caFile");
  const cert = await text("kafka.tls.certFile");
  const key = await text("kafka.tls.keyFile");
  if (config["kafka.sasl.mechanism"] === "OAUTHBEARER") await text("kafka.sasl.tokenFile");
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    clientId: config["kafka.clientId"],
    requestTimeoutMs: config["kafka.requestTimeoutMs"],
    connectionTimeoutMs: config["kafka.connectionTimeoutMs"],
    refreshIntervalMs: config["kafka.refreshIntervalMs"],
    minRetentionMs: config["kafka.minRetentionMs"],
    ssl: config["kafka.tls.enabled"] ? { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } : false,
    sasl: makeSaslOptions(config),
  };
}

type FileOption = "kafka.tls.caFile" | "kafka.tls.certFile" | "kafka.tls.keyFile" | "kafka.sasl.tokenFile";

function makeSaslOptions(config: Config): SaslOptions | undefined {
  const mechanism = config["kafka.sasl.mechanism"];
  if (mechanism === undefined) return undefined;
  if (mechanism === "OAUTHBEARER") {
    const file = getChecked(config, "kafka.sasl.tokenFile");
    return { mechanism, provideToken: async () => (await readFile(file, "utf8")).trim() };
  }
  return {
    mechanism,
    username: getChecked(config, "kafka.sasl.username"),
    password: getChecked(config, "kafka.sasl.password"),
  };
}

function getChecked(
  config: Config,
  option: "kafka.sasl.username" | "kafka.sasl.password" | "kafka.sasl.tokenFile",
): string {
  const value = config[option];
  if (value === undefined) throw new InvariantError(`${option} was not checked`);
  return value;
}
