import { defaultTransportOptions } from "../../transport/transport-options.ts";
import { defaultViewOptions } from "../../view/view-options.ts";
import { count, type OptionSpec } from "./option-spec.ts";

const { limits } = defaultTransportOptions;

/** What one client may ask for and hold. */
export const limitOptions = [
  {
    name: "limits.maxBodyBytes",
    ...count,
    defaultValue: limits.maxBodyBytes,
    description: "Largest body of a request.",
  },
  {
    name: "limits.maxHeaderBytes",
    ...count,
    defaultValue: limits.maxHeaderBytes,
    description: "Largest header of a request.",
  },
  {
    name: "limits.maxMessageBytes",
    ...count,
    defaultValue: limits.maxMessageBytes,
    description: "Largest WebSocket message of a client.",
  },
  {
    name: "limits.maxConnections",
    ...count,
    defaultValue: limits.maxConnections,
    description: "Connections of clients, HTTP and WebSocket together.",
  },
  {
    name: "limits.maxSubscriptionsPerSocket",
    ...count,
    defaultValue: limits.maxSubscriptionsPerSocket,
    description: "Operations at a time on one WebSocket.",
  },
  {
    name: "limits.maxDepth",
    ...count,
    defaultValue: limits.maxDepth,
    description: "Levels of fields in one operation.",
  },
  {
    name: "limits.maxFields",
    ...count,
    defaultValue: limits.maxFields,
    description: "Fields of one operation, each fragment counted wherever it is spread.",
  },
  {
    name: "limits.maxTokens",
    ...count,
    defaultValue: limits.maxTokens,
    description: "Lexical tokens of one document.",
  },
  { name: "limits.maxIds", ...count, defaultValue: limits.maxIds, description: "Ids in one list of ids." },
  {
    name: "limits.defaultPageSize",
    ...count,
    defaultValue: limits.defaultPageSize,
    description: "Length of a page when neither first nor last is given.",
  },
  {
    name: "limits.maxPageSize",
    ...count,
    defaultValue: limits.maxPageSize,
    description: "Greatest first or last.",
  },
  {
    name: "limits.maxOutputEntities",
    ...count,
    defaultValue: limits.maxOutputEntities,
    description: "Entities in one response.",
  },
  {
    name: "limits.maxOutputFields",
    ...count,
    defaultValue: limits.maxOutputFields,
    description: "Fields in one response, counted for each object that has them.",
  },
  {
    name: "limits.maxOutputBytes",
    ...count,
    defaultValue: limits.maxOutputBytes,
    description: "Bytes of one response, about.",
  },
  {
    name: "limits.maxPendingKeys",
    ...count,
    defaultValue: defaultViewOptions.maxPendingKeys,
    description: "Keys that one subscriber may have pending; more end its operation with SUBSCRIBER_TOO_SLOW.",
  },
] as const satisfies readonly OptionSpec[];
