import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { Kafka, type KafkaConfig, logLevel } from "kafkajs";
import { TailwaterError } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import type { AnswerBuffers } from "./answer-buffers.ts";
import { type ApiVersionRanges, requireApiVersions } from "./api-versions.ts";
import {
  type BrokerAddress,
  type BrokerConnection,
  formatBrokerAddress,
  type KafkaApi,
  type OpenConnection,
} from "./broker-connection.ts";
import { FrameReader } from "./frame-reader.ts";
import { LogProtocolError } from "./kafka-log-errors.ts";
import type { SaslOptions } from "./kafka-log-options.ts";
import { explainKafkajsFailure } from "./kafkajs-failure.ts";
import { requireKafkajsMember } from "./kafkajs-members.ts";
import { repairRequestQueue } from "./kafkajs-request-queue.ts";
import { toKafkajsSasl } from "./kafkajs-sasl.ts";
import { loginRenewalMarginMs } from "./login-renewal.ts";

/*
 * All that Tailwater knows of kafkajs 2.2.4: TCP, TLS, SASL (with re-authentication), version exchange and framing.
 * Its consumer is not used: it restarts at offset zero after a leader change, can spin for ever on a compacted log and
 * can deliver aborted records. Nor is its broker pool: it retries by itself and knows neither epochs nor topic ids.
 *
 * kafkajs' `Connection` has three faults when it is used again after a failure: its receive buffer keeps the first half
 * of a broken response, late events of its old socket close the new one, and concurrent sends each open a socket. So
 * none is ever used again: a `KafkajsConnection` owns one `Connection`, which connects once and is destroyed at the
 * first failure, with its socket. Timeouts are ours too (`broker-link.ts`): kafkajs goes on using a connection whose
 * requests time out. What remains is one repair, of the request queue's timer (`kafkajs-request-queue.ts`), and one
 * setting: kafkajs logs in again ten seconds before a session ends, which for a session of ten seconds or less is at
 * every request, and Kafka refuses all but the first login renewed in a second (`login-renewal.ts`).
 */

interface KafkajsRequest {
  readonly request: { apiKey: number; apiVersion: number; apiName: string; encode: () => Promise<KafkajsEncoded> };
  readonly response: { decode: (body: Buffer) => Promise<Buffer>; parse: (body: Buffer) => Promise<Buffer> };
}
interface KafkajsSocketConnection {
  readonly socket?: Socket | undefined;
  /** Of the last login, in milliseconds; "0" if it holds for ever. */
  readonly sessionLifetime: { toString(): string };
  /** Whole milliseconds before the end of a session from which on a request first logs in again. */
  reauthenticationThreshold: number;
  /** There while a login goes on: kafkajs takes what arrives then. */
  readonly authHandlers: unknown;
  readonly requestQueue: { fulfillRequest(answer: { size: number; correlationId: number; payload: Buffer }): void };
  processData(piece: Buffer): void;
  send(request: KafkajsRequest): Promise<Buffer>;
}
interface KafkajsConnectionPool {
  readonly pool: readonly KafkajsSocketConnection[];
}
interface KafkajsBroker {
  readonly versions: ApiVersionRanges | null;
  connect(): Promise<void>;
}
interface KafkajsCluster {
  readonly rootLogger: unknown;
  readonly connectionPoolBuilder: { build(address: { host: string; port: number }): Promise<KafkajsConnectionPool> };
  readonly brokerPool: {
    createBroker(options: { connectionPool: KafkajsConnectionPool; logger: unknown }): KafkajsBroker;
  };
}
/** What kafkajs asks of an encoded body: `buf` shows that it is one, `buffer` is written. */
interface KafkajsEncoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

export interface KafkajsOptions {
  readonly clientId: string;
  readonly ssl: boolean | ConnectionOptions;
  readonly sasl: SaslOptions | undefined;
  readonly connectionTimeoutMs: number;
  /** kafkajs' own lines go here at debug level: what it logs it also throws, and that is reported by whoever asked. */
  readonly logger: Logger;
}

/**
 * Checks that the installed kafkajs has every member used here, repairs it, and returns a maker of connections.
 * Throws `LogUnsupportedError` naming the member that is missing.
 */
export function createKafkajsConnections(options: KafkajsOptions): OpenConnection {
  const cluster = createCluster(options);
  repairRequestQueue();
  return (address, buffers) => new KafkajsConnection(address, buffers, cluster, options.sasl);
}

class KafkajsConnection implements BrokerConnection {
  readonly #address: BrokerAddress;
  readonly #buffers: AnswerBuffers;
  readonly #cluster: KafkajsCluster;
  readonly #sasl: SaslOptions | undefined;
  #connection: KafkajsSocketConnection | undefined;
  #isConnected = false;
  #ended: Error | undefined;

  constructor(address: BrokerAddress, buffers: AnswerBuffers, cluster: KafkajsCluster, sasl: SaslOptions | undefined) {
    this.#address = address;
    this.#buffers = buffers;
    this.#cluster = cluster;
    this.#sasl = sasl;
  }

  async connect(): Promise<void> {
    const connectionPool = await this.#cluster.connectionPoolBuilder.build({ ...this.#address });
    if (this.#ended !== undefined) throw this.#ended;
    // A pool has two connections and would open the second for Fetch. Only its first is ever used.
    this.#connection = connectionPool.pool[0];
    requireKafkajsMember(this.#connection?.send, "ConnectionPool.pool[0].send");
    requireKafkajsMember(this.#connection?.sessionLifetime, "ConnectionPool.pool[0].sessionLifetime");
    requireKafkajsMember(
      this.#connection?.reauthenticationThreshold,
      "ConnectionPool.pool[0].reauthenticationThreshold",
    );
    if (this.#connection !== undefined) this.#readFrames(this.#connection);
    const broker = this.#cluster.brokerPool.createBroker({ connectionPool, logger: this.#cluster.rootLogger });
    try {
      await broker.connect();
    } catch (error) {
      throw this.#explain(error);
    }
    if (this.#ended !== undefined) {
      // It was destroyed before it had a socket.
      this.#connection?.socket?.destroy();
      throw this.#ended;
    }
    requireApiVersions(broker.versions ?? {}, this.#address);
    this.#isConnected = true;
  }

  async request(api: KafkaApi, body: Buffer): Promise<Buffer> {
    if (this.#ended !== undefined) throw this.#ended;
    const connection = this.#connection;
    if (connection === undefined) throw this.#explain(new Error("not connected"));
    // Read by `send`, before anything is awaited. Each login may be given another session.
    connection.reauthenticationThreshold = loginRenewalMarginMs(Number(connection.sessionLifetime.toString()));
    try {
      return await connection.send({
        request: {
          apiKey: api.key,
          apiVersion: api.version,
          apiName: api.name,
          encode: async () => ({ buf: body, buffer: body }),
        },
        response: { decode: async (answer) => answer, parse: async (answer) => answer },
      });
    } catch (error) {
      throw this.#explain(error);
    }
  }

  receivedBytes(): number {
    return this.#connection?.socket?.bytesRead ?? 0;
  }

  destroy(reason: Error): void {
    this.#ended ??= reason;
    // With an error, so that kafkajs hears of it and rejects what is pending; without one it would wait for ever.
    this.#connection?.socket?.destroy(reason);
  }

  /**
   * kafkajs collects the pieces of an answer and then copies all of them to new bytes. Here they are copied as they come
   * in, to bytes that are used again. While it logs in, kafkajs reads by itself: nothing else is under way then.
   */
  #readFrames(connection: KafkajsSocketConnection): void {
    requireKafkajsMember(connection.requestQueue?.fulfillRequest, "ConnectionPool.pool[0].requestQueue.fulfillRequest");
    requireKafkajsMember(connection.processData, "ConnectionPool.pool[0].processData");
    const processLogin = connection.processData.bind(connection);
    const frames = new FrameReader(this.#buffers, {
      onFrame: ({ correlationId, body }) =>
        connection.requestQueue.fulfillRequest({ correlationId, payload: body, size: body.length }),
      onBroken: (length) => {
        const where = formatBrokerAddress(this.#address);
        this.destroy(new LogProtocolError({ expected: "an answer", found: `a length of ${length} bytes`, where }));
      },
    });
    connection.processData = (piece) => {
      const { authHandlers } = connection;
      if (authHandlers !== null && authHandlers !== undefined) processLogin(piece);
      else frames.push(piece);
    };
  }

  #explain(error: unknown): TailwaterError {
    if (this.#ended instanceof TailwaterError) return this.#ended;
    if (error instanceof TailwaterError) return error;
    const socket = this.#connection?.socket;
    return explainKafkajsFailure(error, {
      address: this.#address,
      sasl: this.#sasl,
      isConnected: this.#isConnected,
      isSocketOver: socket !== undefined && (socket.destroyed || socket.readableEnded),
    });
  }
}

function createCluster(options: KafkajsOptions): KafkajsCluster {
  const config: KafkaConfig = {
    brokers: [],
    clientId: options.clientId,
    ssl: options.ssl,
    connectionTimeout: options.connectionTimeoutMs,
    enforceRequestTimeout: false,
    retry: { retries: 0 },
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => {
      const { broker, message } = entry.log;
      options.logger.debug({ broker, detail: message }, "kafkajs");
    },
  };
  const kafka = new Kafka(options.sasl === undefined ? config : { ...config, sasl: toKafkajsSasl(options.sasl) });
  const symbol = Object.getOwnPropertySymbols(kafka).find((own) => own.description === "private:Kafka:createCluster");
  requireKafkajsMember(symbol, "Kafka[private:Kafka:createCluster]");
  // The casts are made true by the checks that follow them.
  const create = Reflect.get(kafka, symbol ?? "") as (options: { allowAutoTopicCreation: boolean }) => KafkajsCluster;
  requireKafkajsMember(create, "Kafka[private:Kafka:createCluster]");
  const cluster = create({ allowAutoTopicCreation: false });
  requireKafkajsMember(cluster.rootLogger, "Cluster.rootLogger");
  requireKafkajsMember(cluster.connectionPoolBuilder?.build, "Cluster.connectionPoolBuilder.build");
  requireKafkajsMember(cluster.brokerPool?.createBroker, "Cluster.brokerPool.createBroker");
  return cluster;
}
