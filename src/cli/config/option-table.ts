/** One option: its name in the file is a dotted path; flag and environment variable derive from it. */
export interface OptionSpec {
  readonly name: string;
  readonly kind: "text" | "integer" | "boolean" | "list" | "choice";
  readonly choices?: readonly string[] | undefined;
  /** As it would be written on the command line; undefined: none. */
  readonly defaultText?: string | undefined;
  readonly description: string;
  /** Never on the command line, where other users of the machine could read it. */
  readonly isSecret?: boolean | undefined;
  /** Smallest and largest integer. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const port = { kind: "integer", min: 0, max: 65_535 } as const;
const count = { kind: "integer", min: 1 } as const;

/**
 * Every option there is: parser, help text, `docs/configuration.md` and error messages derive from this table.
 * A flag beats the environment, which beats the file.
 */
export const optionTable = [
  {
    name: "schema",
    kind: "text",
    defaultText: "schema",
    description: "Directory with the view definitions, *.graphql.",
  },
  { name: "log", kind: "text", description: "The log: kafka://host:port,host:port or ndjson:DIRECTORY." },
  { name: "host", kind: "text", defaultText: "0.0.0.0", description: "Address of the public listener." },
  { name: "port", ...port, defaultText: "4000", description: "Port of the public listener; 0 takes a free one." },
  {
    name: "admin.host",
    kind: "text",
    defaultText: "127.0.0.1",
    description: "Address of the admin listener, which knows topics and raw records: not for clients.",
  },
  { name: "admin.port", ...port, defaultText: "4001", description: "Port of the admin listener; 0 takes a free one." },
  {
    name: "admin.allowedHosts",
    kind: "list",
    defaultText: "",
    description: "Host names by which the admin listener may be called, beside loopback names.",
  },
  {
    name: "logLevel",
    kind: "choice",
    choices: ["debug", "info", "warn", "error", "silent"],
    defaultText: "info",
    description: "Log lines of at least this level are written, as JSON, to standard error.",
  },
  { name: "introspection", kind: "boolean", defaultText: "true", description: "Clients may ask for the schema." },
  {
    name: "cors.origins",
    kind: "list",
    defaultText: "",
    description: "Origins that browsers may call from; * for any. Empty: the same origin only.",
  },
  {
    name: "gracePeriodMs",
    ...count,
    defaultText: "25000",
    description: "On SIGTERM, how long requests may take to end.",
  },
  {
    name: "readiness.maxStaleMs",
    kind: "integer",
    min: 0,
    defaultText: "0",
    description: "A view that is STALE for longer makes /readyz 503; 0: never.",
  },
  { name: "limits.maxBodyBytes", ...count, defaultText: "1000000", description: "Largest body of a request." },
  { name: "limits.maxHeaderBytes", ...count, defaultText: "16384", description: "Largest header of a request." },
  {
    name: "limits.maxMessageBytes",
    ...count,
    defaultText: "1000000",
    description: "Largest WebSocket message of a client.",
  },
  {
    name: "limits.maxConnections",
    ...count,
    defaultText: "10000",
    description: "Connections of clients, HTTP and WebSocket together.",
  },
  {
    name: "limits.maxSubscriptionsPerSocket",
    ...count,
    defaultText: "100",
    description: "Operations at a time on one WebSocket.",
  },
  { name: "limits.maxDepth", ...count, defaultText: "12", description: "Levels of fields in one operation." },
  {
    name: "limits.maxFields",
    ...count,
    defaultText: "1000",
    description: "Fields of one operation, each fragment counted wherever it is spread.",
  },
  { name: "limits.maxTokens", ...count, defaultText: "10000", description: "Lexical tokens of one document." },
  { name: "limits.maxIds", ...count, defaultText: "1000", description: "Ids in one list of ids." },
  {
    name: "limits.defaultPageSize",
    ...count,
    defaultText: "50",
    description: "Length of a page when neither first nor last is given.",
  },
  { name: "limits.maxPageSize", ...count, defaultText: "1000", description: "Greatest first or last." },
  { name: "limits.maxOutputEntities", ...count, defaultText: "50000", description: "Entities in one response." },
  { name: "limits.maxOutputBytes", ...count, defaultText: "16777216", description: "Bytes of one response, about." },
  {
    name: "limits.maxPendingKeys",
    ...count,
    defaultText: "10000",
    description: "Keys that one subscriber may have pending; more end its operation with SUBSCRIBER_TOO_SLOW.",
  },
  {
    name: "deadPeerMs",
    ...count,
    defaultText: "60000",
    description: "A WebSocket that has neither answered a ping nor taken a byte for so long is closed.",
  },
  {
    name: "connectionInitMs",
    ...count,
    defaultText: "10000",
    description: "A WebSocket that has not said connection_init by then is closed.",
  },
  {
    name: "views.tombstoneRetentionMs",
    ...count,
    defaultText: "86400000",
    description: "How long a deleted key is remembered, to order records of one key in several partitions.",
  },
  {
    name: "views.quarantineRecords",
    ...count,
    defaultText: "1000",
    description: "Bad records kept for each view; all are counted.",
  },
  {
    name: "kafka.clientId",
    kind: "text",
    defaultText: "tailwater",
    description: "Name by which brokers know this client.",
  },
  {
    name: "kafka.requestTimeoutMs",
    ...count,
    defaultText: "30000",
    description: "A request without an answer is given up after this.",
  },
  {
    name: "kafka.connectionTimeoutMs",
    ...count,
    defaultText: "10000",
    description: "A connection that is not made by then is given up.",
  },
  {
    name: "kafka.refreshIntervalMs",
    ...count,
    defaultText: "10000",
    description: "How often topics are asked for new partitions and a new identity.",
  },
  {
    name: "kafka.minRetentionMs",
    kind: "integer",
    min: 0,
    defaultText: "60000",
    description: "A topic's delete.retention.ms below this counts as this, with a warning.",
  },
  { name: "kafka.tls.enabled", kind: "boolean", defaultText: "false", description: "Connect to brokers by TLS." },
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

type Table = typeof optionTable;
type Entry = Table[number];
export type OptionName = Entry["name"];

type ValueOf<E extends OptionSpec> = E["kind"] extends "integer"
  ? number
  : E["kind"] extends "boolean"
    ? boolean
    : E["kind"] extends "list"
      ? readonly string[]
      : E["choices"] extends readonly (infer C)[]
        ? C
        : string;

/** Values by option name; an option without a default may be undefined. */
export type Config = {
  readonly [E in Entry as E["name"]]: E extends { defaultText: string } ? ValueOf<E> : ValueOf<E> | undefined;
};

/** `limits.maxBodyBytes` → `--limits-max-body-bytes`. */
export function flagOf(name: string): string {
  return `--${kebab(name).replaceAll(".", "-")}`;
}

/** `limits.maxBodyBytes` → `TAILWATER_LIMITS_MAX_BODY_BYTES`. */
export function variableOf(name: string): string {
  return `TAILWATER_${kebab(name).replaceAll(/[.-]/g, "_").toUpperCase()}`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
