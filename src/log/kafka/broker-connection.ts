import type { AnswerBuffers } from "./answer-buffers.ts";

/** Where a broker listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** One kind of request in the one version that Tailwater speaks. */
export interface KafkaApi {
  readonly name: string;
  readonly key: number;
  readonly version: number;
}

/**
 * One socket to one broker, used for one life: connect once, then requests, answered in order; after any failure it is
 * destroyed and another one made. Errors are `TailwaterError`s.
 */
export interface BrokerConnection {
  /** TCP, TLS, API versions, login. Rejects with what is in the way. */
  connect(): Promise<void>;
  /** Sends a body without header and resolves with the answer's body without header. Rejects when the connection ends. */
  request(api: KafkaApi, body: Buffer): Promise<Buffer>;
  /** Bytes received so far: tells a slow answer from none. */
  receivedBytes(): number;
  /** Ends the socket now; whatever is pending rejects with `reason`. Idempotent. */
  destroy(reason: Error): void;
}

/** Makes a connection that is not connected yet. Does no I/O. Its answers stand in bytes from `buffers`. */
export type OpenConnection = (address: BrokerAddress, buffers: AnswerBuffers) => BrokerConnection;

/** Everything that Tailwater asks of a broker. Versions that every Kafka from 3.1 to 4.x speaks. */
export const kafkaApis = {
  fetch: { name: "Fetch", key: 1, version: 11 },
  listOffsets: { name: "ListOffsets", key: 2, version: 5 },
  metadata: { name: "Metadata", key: 3, version: 12 },
  offsetForLeaderEpoch: { name: "OffsetForLeaderEpoch", key: 23, version: 3 },
  describeConfigs: { name: "DescribeConfigs", key: 32, version: 2 },
} satisfies Record<string, KafkaApi>;

/** Reads `host:port` or `[ipv6]:port`; undefined if it is neither. */
export function parseBrokerAddress(text: string): BrokerAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port };
}

/** `host:port`, for messages and as a map key. */
export function formatBrokerAddress({ host, port }: BrokerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** True if both are the same listener, as far as names tell. */
export function isSameAddress(one: BrokerAddress, other: BrokerAddress): boolean {
  return one.host === other.host && one.port === other.port;
}
