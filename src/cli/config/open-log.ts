import { readFile } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { createEmbeddedLog } from "../../log/embedded/embedded-log.ts";
import { createKafkaLog } from "../../log/kafka/kafka-log.ts";
import type { KafkaLogOptions, SaslOptions } from "../../log/kafka/kafka-log-options.ts";
import type { Log } from "../../log/log.ts";
import { ConfigError } from "./config-error.ts";
import type { Config } from "./option-table.ts";

export interface OpenLogParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/** The log that `log` names. Connects to nothing yet. Rejects with `ConfigError` for anything else than the two forms, or unreadable files. */
export async function openLog(config: Config, parts: OpenLogParts): Promise<Log> {
  const url = config.log;
  const [, scheme, rest = ""] = /^(kafka:\/\/|ndjson:)(.*)$/s.exec(url ?? "") ?? [];
  if (scheme === "ndjson:" && rest !== "")
    return createEmbeddedLog({ directory: rest, clock: parts.clock, logger: parts.logger });
  const brokers = rest.split(",").map((broker) => broker.trim());
  if (scheme !== "kafka://" || !brokers.every((broker) => /^(\[[0-9a-f:.]+\]|[^\s:/@]+):\d{1,5}$/i.test(broker))) {
    throw new ConfigError([
      {
        where: "--log",
        message: `expected kafka://host:port,host:port or ndjson:DIRECTORY, found ${JSON.stringify(url ?? "nothing")}`,
      },
    ]);
  }
  return createKafkaLog({ brokers, ...(await makeKafkaOptions(config)), ...parts });
}

async function makeKafkaOptions(config: Config): Promise<Omit<KafkaLogOptions, "brokers">> {
  const pem = async (name: "kafka.tls.caFile" | "kafka.tls.certFile" | "kafka.tls.keyFile") => {
    const file = config[name];
    return file === undefined ? undefined : await readText(name, file);
  };
  const [ca, cert, key] = [
    await pem("kafka.tls.caFile"),
    await pem("kafka.tls.certFile"),
    await pem("kafka.tls.keyFile"),
  ];
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

function makeSaslOptions(config: Config): SaslOptions | undefined {
  const mechanism = config["kafka.sasl.mechanism"];
  if (mechanism === undefined) return undefined;
  if (mechanism === "OAUTHBEARER") {
    const file = config["kafka.sasl.tokenFile"];
    if (file === undefined) throw missing("kafka.sasl.tokenFile", mechanism);
    return { mechanism, provideToken: async () => (await readText("kafka.sasl.tokenFile", file)).trim() };
  }
  const username = config["kafka.sasl.username"];
  const password = config["kafka.sasl.password"];
  if (username === undefined) throw missing("kafka.sasl.username", mechanism);
  if (password === undefined) throw missing("kafka.sasl.password", mechanism);
  return { mechanism, username, password };
}

function missing(where: string, mechanism: string): ConfigError {
  return new ConfigError([
    { where, message: `expected a value, since kafka.sasl.mechanism is ${mechanism}; found none` },
  ]);
}

async function readText(where: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new ConfigError(
      [
        {
          where,
          message: `expected a readable file ${file}: ${error instanceof Error ? error.message : String(error)}`,
        },
      ],
      error,
    );
  }
}
