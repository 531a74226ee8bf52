import { parseLogUrl } from "./log-url.ts";
import type { Config, OptionName } from "./option-table.ts";

/** What is wrong with one option in the light of the others. */
export interface OptionProblem {
  readonly option: OptionName;
  readonly message: string;
}

/** Values that are right one by one; undefined: not given, or wrong in itself and reported as such. */
export type GivenConfig = { readonly [Name in OptionName]?: Config[Name] | undefined };

/** What no option shows alone: what belongs together, and what `command` needs. Pure; all problems at once. */
export function checkConfig(config: GivenConfig, command: string | undefined): readonly OptionProblem[] {
  return [
    ...(command === "serve" ? checkLog(config) : []),
    ...checkSasl(config),
    ...checkTls(config),
    ...checkOrder(config, "limits.defaultPageSize", "limits.maxPageSize"),
    ...checkOrder(config, "headersTimeoutMs", "requestTimeoutMs"),
    ...checkPorts(config),
  ];
}

function checkLog({ log }: GivenConfig): OptionProblem[] {
  if (log !== undefined && parseLogUrl(log) !== undefined) return [];
  const found = log === undefined ? "nothing" : JSON.stringify(log);
  return [{ option: "log", message: `expected kafka://host:port,host:port or ndjson:DIRECTORY, found ${found}` }];
}

const saslOptions = ["kafka.sasl.username", "kafka.sasl.password", "kafka.sasl.tokenFile"] as const;

function checkSasl(config: GivenConfig): OptionProblem[] {
  const mechanism = config["kafka.sasl.mechanism"];
  if (mechanism === undefined) {
    return saslOptions
      .filter((option) => config[option] !== undefined)
      .map((option) => ({ option, message: "expected kafka.sasl.mechanism beside it, found none" }));
  }
  const needed =
    mechanism === "OAUTHBEARER"
      ? (["kafka.sasl.tokenFile"] as const)
      : (["kafka.sasl.username", "kafka.sasl.password"] as const);
  return needed
    .filter((option) => config[option] === undefined)
    .map((option) => ({
      option,
      message: `expected a value, since kafka.sasl.mechanism is ${mechanism}, found none`,
    }));
}

const tlsFiles = ["kafka.tls.caFile", "kafka.tls.certFile", "kafka.tls.keyFile"] as const;

function checkTls(config: GivenConfig): OptionProblem[] {
  const given = tlsFiles.filter((option) => config[option] !== undefined);
  if (config["kafka.tls.enabled"] === false) {
    return given.map((option) => ({ option, message: "expected kafka.tls.enabled to be true beside it, found false" }));
  }
  const [certificate, key] = [given.includes("kafka.tls.certFile"), given.includes("kafka.tls.keyFile")];
  if (certificate === key) return [];
  const [option, other] = certificate
    ? (["kafka.tls.keyFile", "kafka.tls.certFile"] as const)
    : (["kafka.tls.certFile", "kafka.tls.keyFile"] as const);
  return [{ option, message: `expected a file, since there is a ${other}, found none` }];
}

/** The first may not be greater than the second. */
function checkOrder(
  config: GivenConfig,
  option: "limits.defaultPageSize" | "headersTimeoutMs",
  other: "limits.maxPageSize" | "requestTimeoutMs",
): OptionProblem[] {
  const [value, most] = [config[option], config[other]];
  if (value === undefined || most === undefined || value <= most) return [];
  return [{ option, message: `expected at most ${other}, which is ${most}, found ${value}` }];
}

function checkPorts({ port, "admin.port": adminPort }: GivenConfig): OptionProblem[] {
  if (port !== adminPort || port === undefined || port === 0) return [];
  return [
    { option: "admin.port", message: `expected another port than the public listener's, found ${port} for both` },
  ];
}
