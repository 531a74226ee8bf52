import { kafkaLogDefaults } from "../../log/kafka/kafka-log-options.ts";
import { type OptionSpec, timer } from "./option-spec.ts";

/** How to reach brokers. */
export const kafkaOptions = [
  {
    name: "kafka.clientId",
    kind: "text",
    defaultValue: kafkaLogDefaults.clientId,
    description: "Name by which brokers know this client.",
  },
  {
    name: "kafka.requestTimeoutMs",
    ...timer,
    defaultValue: kafkaLogDefaults.requestTimeoutMs,
    description: "A request without an answer is given up after this.",
  },
  {
    name: "kafka.connectionTimeoutMs",
    ...timer,
    defaultValue: kafkaLogDefaults.connectionTimeoutMs,
    description: "A connection that is not made by then is given up.",
  },
  {
    name: "kafka.refreshIntervalMs",
    ...timer,
    defaultValue: kafkaLogDefaults.refreshIntervalMs,
    description: "How often topics are asked for new partitions and a new identity.",
  },
  {
    name: "kafka.minRetentionMs",
    kind: "integer",
    min: 0,
    defaultValue: kafkaLogDefaults.minRetentionMs,
    description: "A topic's delete.retention.ms below this counts as this, with a warning.",
  },
  {
    name: "kafka.tls.enabled",
    kind: "boolean",
    defaultValue: kafkaLogDefaults.ssl,
    description: "Connect to brokers by TLS.",
  },
  {
    name: "kafka.tls.caFile",
    kind: "text",
    description: "File with the certificates to trust, PEM; default: the system's.",
  },
  { name: "kafka.tls.certFile", kind: "text", description: "File with the client's certificate, PEM." },
  { name: "kafka.tls.keyFile", kind: "text", description: "File with the client's key, PEM." },
  {
    name: "kafka.sasl.mechanism",
    kind: "choice",
    choices: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"],
    description: "How to log in to brokers; default: not at all.",
  },
  { name: "kafka.sasl.username", kind: "text", description: "User name for PLAIN and SCRAM." },
  { name: "kafka.sasl.password", kind: "text", isSecret: true, description: "Password for PLAIN and SCRAM." },
  {
    name: "kafka.sasl.tokenFile",
    kind: "text",
    description: "File with the OAUTHBEARER token, read anew at each login.",
  },
] as const satisfies readonly OptionSpec[];
