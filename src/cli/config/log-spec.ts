import { readFile } from "node:fs/promises";
import { InvariantError } from "../../base/errors.ts";
import type { KafkaLogSpec, LogSpec, SaslSpec } from "../../log/log-spec.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { parseLogUrl } from "./log-url.ts";
import type { Config } from "./option-table.ts";

/**
 * The log that `log` names. Rejects with `ConfigError` that names every file that cannot be read; the options themselves
 * were checked before (`checkConfig`).
 */
export async function makeLogSpec(config: Config): Promise<LogSpec> {
  const address = parseLogUrl(config.log ?? "");
  if (address === undefined) throw new InvariantError("the address of the log was not checked");
  if (address.kind === "embedded") return address;
  return { kind: "kafka", brokers: address.brokers, ...(await makeKafkaSpec(config)) };
}

/** How to speak to brokers, from the configuration. Rejects with `ConfigError` that names every file that cannot be read. */
export async function makeKafkaSpec(config: Config): Promise<Omit<KafkaLogSpec, "kind" | "brokers">> {
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
    ssl: config["kafka.tls.enabled"] ? { ca, cert, key } : false,
    sasl: makeSaslSpec(config),
  };
}

type FileOption = "kafka.tls.caFile" | "kafka.tls.certFile" | "kafka.tls.keyFile" | "kafka.sasl.tokenFile";

function makeSaslSpec(config: Config): SaslSpec | undefined {
  const mechanism = config["kafka.sasl.mechanism"];
  if (mechanism === undefined) return undefined;
  if (mechanism === "OAUTHBEARER") return { mechanism, tokenFile: getChecked(config, "kafka.sasl.tokenFile") };
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
