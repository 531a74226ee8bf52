import { type ApiLimits, defaultApiLimits } from "../api/limits.ts";

/** What the listeners allow. Every rejection says which limit and how to change it. */
export interface TransportLimits extends ApiLimits {
  /** Body of a request. */
  readonly maxBodyBytes: number;
  /** Header of a request; Node answers 431. */
  readonly maxHeaderBytes: number;
  /** One WebSocket message of a client; 1009. */
  readonly maxMessageBytes: number;
  /** Connections of clients, HTTP and WebSocket together. */
  readonly maxConnections: number;
  /** Operations at a time on one WebSocket. */
  readonly maxSubscriptionsPerSocket: number;
}

export interface TransportOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly adminHost: string;
  readonly adminPort: number;
  /** Names by which the admin listener may be called, beside loopback names and `adminHost`. */
  readonly adminAllowedHosts: readonly string[];
  readonly introspection: boolean;
  /** Operations run compiled where that can be done, and plain requests are answered directly; if not, all run on graphql-js, behind Apollo Server and graphql-ws. */
  readonly compiledOperations?: boolean | undefined;
  /** Origins that browsers may call from; `*` for any. */
  readonly corsOrigins: readonly string[];
  /** A view STALE for longer makes `/readyz` 503; 0: never. */
  readonly maxStaleMs: number;
  /** A WebSocket without `connection_init` by then is closed (4408). */
  readonly connectionInitMs: number;
  /** A client that took no byte of what is sent to it for so long is cut; a WebSocket, if it answered no ping either. */
  readonly deadPeerMs: number;
  /** A client that has not sent its whole header, or its whole request, by then is cut (408). */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly limits: TransportLimits;
}

/** On stopping, how long requests may take to end when nothing is configured. */
export const defaultGraceMs = 25_000;

/** What holds when nothing is configured. */
export const defaultTransportOptions: TransportOptions = {
  host: "0.0.0.0",
  port: 4000,
  adminHost: "127.0.0.1",
  adminPort: 4001,
  adminAllowedHosts: [],
  introspection: true,
  compiledOperations: true,
  corsOrigins: [],
  maxStaleMs: 0,
  connectionInitMs: 10_000,
  deadPeerMs: 60_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  limits: {
    ...defaultApiLimits,
    maxBodyBytes: 1_000_000,
    maxHeaderBytes: 16_384,
    maxMessageBytes: 1_000_000,
    maxConnections: 10_000,
    maxSubscriptionsPerSocket: 100,
  },
};
