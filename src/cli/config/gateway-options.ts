import type { TransportOptions } from "../../transport/transport-options.ts";
import type { ViewOptions } from "../../view/view-options.ts";
import type { Config } from "./option-table.ts";

/** What views keep, from the configuration. */
export function makeViewOptions(config: Config): Partial<ViewOptions> {
  return {
    tombstoneRetentionMs: config["views.tombstoneRetentionMs"],
    quarantineMaxRecords: config["views.quarantineRecords"],
    maxPendingKeys: config["limits.maxPendingKeys"],
    maxReplacedMs: config["views.maxReplacedMs"],
  };
}

/** What the listeners shall do, from the configuration. */
export function makeTransportOptions(config: Config): TransportOptions {
  return {
    host: config.host,
    port: config.port,
    adminHost: config["admin.host"],
    adminPort: config["admin.port"],
    adminAllowedHosts: config["admin.allowedHosts"],
    introspection: config.introspection,
    compiledOperations: config.compiledOperations,
    corsOrigins: config["cors.origins"],
    maxStaleMs: config["readiness.maxStaleMs"],
    connectionInitMs: config.connectionInitMs,
    deadPeerMs: config.deadPeerMs,
    headersTimeoutMs: config.headersTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
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
      maxOutputFields: config["limits.maxOutputFields"],
      maxOutputEntities: config["limits.maxOutputEntities"],
      maxOutputBytes: config["limits.maxOutputBytes"],
    },
  };
}
