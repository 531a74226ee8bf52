import type { TransportOptions } from "../../transport/transport-options.ts";
import { defaultTransportOptions } from "../../transport/transport-options.ts";
import type { Config } from "./option-table.ts";

/** What the listeners shall do, from the configuration. */
export function makeTransportOptions(config: Config): TransportOptions {
  return {
    ...defaultTransportOptions,
    host: config.host,
    port: config.port,
    adminHost: config["admin.host"],
    adminPort: config["admin.port"],
    adminAllowedHosts: config["admin.allowedHosts"],
    introspection: config.introspection,
    corsOrigins: config["cors.origins"],
    maxStaleMs: config["readiness.maxStaleMs"],
    connectionInitMs: config.connectionInitMs,
    deadPeerMs: config.deadPeerMs,
    limits: {
      maxBodyBytes: config["limits.maxBodyBytes"],
      maxHeaderBytes: config["limits.maxHeaderBytes"],
      maxMessageBytes: config["limits.maxMessageBytes"],
      maxConnections: config["limits.maxConnections"],
      maxSubscriptionsPerSocket: config["limits.maxSubscriptionsPerSocket"],
      maxDepth: config["limits.maxDepth"],
      maxFields: config["limits.maxFields"],
      maxTokens: config["limits.maxTokens"],
      maxIds: config["limits.maxIds"],
      defaultPageSize: config["limits.defaultPageSize"],
      maxPageSize: config["limits.maxPageSize"],
      maxOutputEntities: config["limits.maxOutputEntities"],
      maxOutputBytes: config["limits.maxOutputBytes"],
    },
  };
}
