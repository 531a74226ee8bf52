import { workerIngestDefaults } from "../../decode/workers/worker-ingest-defaults.ts";
import { defaultGraceMs, defaultTransportOptions } from "../../transport/transport-options.ts";
import { defaultViewOptions } from "../../view/view-options.ts";
import { kafkaOptions } from "./kafka-options.ts";
import { limitOptions } from "./limit-options.ts";
import { count, type OptionSpec, type OptionValue, port, timer } from "./option-spec.ts";

const transport = defaultTransportOptions;

const gatewayOptions = [
  {
    name: "schema",
    kind: "text",
    defaultValue: "schema",
    description: "Directory with the view definitions, *.graphql.",
  },
  { name: "log", kind: "text", description: "The log: kafka://host:port,host:port or ndjson:DIRECTORY." },
  { name: "host", kind: "text", defaultValue: transport.host, description: "Address of the public listener." },
  {
    name: "port",
    ...port,
    defaultValue: transport.port,
    description: "Port of the public listener; 0 takes a free one.",
  },
  {
    name: "admin.host",
    kind: "text",
    defaultValue: transport.adminHost,
    description: "Address of the admin listener, which knows topics and raw records: not for clients.",
  },
  {
    name: "admin.port",
    ...port,
    defaultValue: transport.adminPort,
    description: "Port of the admin listener; 0 takes a free one.",
  },
  {
    name: "admin.allowedHosts",
    kind: "list",
    defaultValue: transport.adminAllowedHosts,
    description: "Host names by which the admin listener may be called, beside loopback names.",
  },
  {
    name: "logLevel",
    kind: "choice",
    choices: ["debug", "info", "warn", "error", "silent"],
    defaultValue: "info",
    description: "Log lines of at least this level are written, as JSON, to standard error.",
  },
  {
    name: "introspection",
    kind: "boolean",
    defaultValue: transport.introspection,
    description: "Clients may ask for the schema.",
  },
  {
    name: "compiledOperations",
    kind: "boolean",
    defaultValue: transport.compiledOperations,
    description:
      "Operations are compiled and plain requests answered directly; off: all run on graphql-js, behind Apollo Server and graphql-ws.",
  },
  {
    name: "cors.origins",
    kind: "list",
    defaultValue: transport.corsOrigins,
    description: "Origins that browsers may call from; * for any. Empty: the same origin only.",
  },
  {
    name: "gracePeriodMs",
    ...timer,
    defaultValue: defaultGraceMs,
    description: "On SIGTERM, how long requests may take to end.",
  },
  {
    name: "readiness.maxStaleMs",
    kind: "integer",
    min: 0,
    defaultValue: transport.maxStaleMs,
    description: "A view that is STALE for longer makes /readyz 503; 0: never.",
  },
  {
    name: "deadPeerMs",
    ...timer,
    defaultValue: transport.deadPeerMs,
    description:
      "A client that takes no byte of its answer for so long is cut; a WebSocket, if it answers no ping either.",
  },
  {
    name: "connectionInitMs",
    ...timer,
    defaultValue: transport.connectionInitMs,
    description: "A WebSocket that has not said connection_init by then is closed.",
  },
  {
    name: "headersTimeoutMs",
    ...timer,
    defaultValue: transport.headersTimeoutMs,
    description: "A connection whose request header is not whole by then is answered with 408 and closed.",
  },
  {
    name: "requestTimeoutMs",
    ...timer,
    defaultValue: transport.requestTimeoutMs,
    description: "A connection whose request is not whole by then is answered with 408 and closed.",
  },
  {
    name: "ingest.workers",
    kind: "integer",
    min: 0,
    max: 64,
    defaultValue: workerIngestDefaults.workers,
    description: "Threads that read and decode, sharing out the partitions of each topic; 0: the main thread does it.",
  },
  {
    name: "ingest.generatedScanners",
    kind: "boolean",
    defaultValue: workerIngestDefaults.generatedScanners,
    description:
      "Records are read by code that is generated from the schema; off: they are parsed, with the same result, several times slower. Where Node must not generate code (--disallow-code-generation-from-strings) they are parsed anyway.",
  },
  {
    name: "memory.limitBytes",
    ...count,
    description:
      "What all views may take together; a view that would pass it fails, the process goes on. Default: what the process may have (its control group, else the machine) less 256 MiB, or less a quarter where that is more.",
  },
  {
    name: "views.tombstoneRetentionMs",
    ...count,
    defaultValue: defaultViewOptions.tombstoneRetentionMs,
    description: "How long a deleted key is remembered, to order records of one key in several partitions.",
  },
  {
    name: "views.quarantineRecords",
    ...count,
    defaultValue: defaultViewOptions.quarantineMaxRecords,
    description: "Bad records kept for each view; all are counted.",
  },
  {
    name: "views.maxReplacedMs",
    ...timer,
    defaultValue: defaultViewOptions.maxReplacedMs,
    description:
      "How long what a view held before a rebuild is kept for subscribers that have not been given all of the difference; those that ask for previous values and are slower end with SUBSCRIBER_TOO_SLOW.",
  },
] as const satisfies readonly OptionSpec[];

/**
 * Every option there is: parser, help text, `docs/configuration.md` and error messages derive from this table.
 * A flag beats the environment, which beats the file.
 */
export const optionTable = [
  ...gatewayOptions,
  ...limitOptions,
  ...kafkaOptions,
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
  readonly [E in Entry as E["name"]]: E extends { defaultValue: OptionValue } ? ValueOf<E> : ValueOf<E> | undefined;
};
