import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import {
  type AskedFetch,
  type AskedPartition,
  answerApiVersions,
  answerDescribeConfigs,
  answerFetch,
  answerListOffsets,
  answerMetadata,
  answerOffsetForLeaderEpoch,
  apiVersions,
  type FetchOverride,
  readFetch,
} from "./scripted-answers.ts";
import { type LoginRules, ScriptedLogin } from "./scripted-login.ts";
import { ScriptedTopic } from "./scripted-topic.ts";
import { WireWriter } from "./wire-writer.ts";

/** What a script does to the answer of one Fetch. */
export interface FetchScript {
  /** Changes what is said about a partition. */
  readonly override?: (partition: AskedPartition) => FetchOverride | undefined;
  /** Writes so many bytes of the answer and then closes the connection. */
  readonly cutAfterBytes?: number;
  /** What the answer says of its length, instead of what is true. */
  readonly lengthBytes?: number;
  /** The answer waits for it; one that never settles is a broker that hangs. */
  readonly hold?: Promise<unknown>;
}

/** Brokers on real sockets that serve scripted topics, byte by byte, with faults as a test wants them. */
export class ScriptedCluster implements LoginRules {
  readonly topics = new Map<string, ScriptedTopic>();
  readonly brokers = new Map<number, ScriptedBroker>();
  /** Asked for each Fetch; `count` is the number of Fetches before it, of the same topic. */
  onFetch: ((fetch: AskedFetch, count: number) => FetchScript | undefined) | undefined;
  /** Error code for a partition in ListOffsets; undefined: as the partition is. */
  listOffsetsError: ((partition: number) => number | undefined) | undefined;
  /** Users and passwords of SASL PLAIN; undefined: no login. */
  users: ReadonlyMap<string, string> | undefined;
  sessionMs = 0;
  /** Called before a login is answered. */
  onLogin: ((socket: Socket) => void) | undefined;
  /** Logins ever tried, renewals included. */
  logins = 0;
  apiVersions: ReadonlyArray<readonly number[]> = apiVersions;
  /** Each Fetch that was answered or is held, in order. */
  readonly fetches: AskedFetch[] = [];
  #appended = Promise.withResolvers<void>();

  static async start(brokers = 1): Promise<ScriptedCluster> {
    const cluster = new ScriptedCluster();
    for (let nodeId = 1; nodeId <= brokers; nodeId += 1) {
      const broker = new ScriptedBroker(cluster, nodeId);
      cluster.brokers.set(nodeId, broker);
      await broker.listen();
    }
    return cluster;
  }

  get addresses(): readonly string[] {
    return [...this.brokers.values()].map(({ host, port }) => `${host}:${port}`);
  }

  broker(nodeId = 1): ScriptedBroker {
    const found = this.brokers.get(nodeId);
    if (found === undefined) throw new Error(`no broker ${nodeId}`);
    return found;
  }

  /** A topic of this name, new even if there was one. */
  createTopic(name: string, partitions = 1): ScriptedTopic {
    const topic = new ScriptedTopic(partitions);
    this.topics.set(name, topic);
    return topic;
  }

  /** Long polls look at their partitions again. Call it after a change that they shall see at once. */
  changed(): void {
    const appended = this.#appended;
    this.#appended = Promise.withResolvers();
    appended.resolve();
  }

  /** Resolves at the next `changed`. */
  get nextChange(): Promise<void> {
    return this.#appended.promise;
  }

  async close(): Promise<void> {
    for (const broker of this.brokers.values()) await broker.kill();
  }
}

/** One broker of a `ScriptedCluster`. Requests of one connection are answered one after the other, as Kafka does. */
export class ScriptedBroker {
  readonly nodeId: number;
  readonly host = "127.0.0.1";
  port = 0;
  /** Frozen: takes connections and bytes, says nothing. */
  isFrozen = false;
  /** Connections ever taken. */
  connections = 0;
  readonly sockets = new Set<Socket>();
  readonly #cluster: ScriptedCluster;
  #server: Server | undefined;

  constructor(cluster: ScriptedCluster, nodeId: number) {
    this.#cluster = cluster;
    this.nodeId = nodeId;
  }

  /** Begins to listen; after `kill`, at the same port. */
  async listen(): Promise<void> {
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.listen(this.port, this.host);
    await once(this.#server, "listening");
    // The cast is true of a server that listens on TCP.
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Resets every connection and listens no more. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.resetConnections();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  resetConnections(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    let buffered: Buffer = Buffer.alloc(0);
    let answered = Promise.resolve();
    const login = new ScriptedLogin(this.#cluster);
    socket.on("error", () => undefined); // resets are what scripts are about
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk]);
      while (buffered.length >= 4 && buffered.length >= 4 + buffered.readInt32BE(0)) {
        const frame = buffered.subarray(4, 4 + buffered.readInt32BE(0));
        buffered = buffered.subarray(4 + frame.length);
        answered = answered.then(async () => {
          if (this.isFrozen || socket.destroyed) return;
          const key = frame.readInt16BE(0);
          if (login.admits || [17, 18, 36].includes(key)) await this.#answer(socket, frame, { login, closed });
          else socket.destroy();
        });
      }
    });
  }

  async #answer(
    socket: Socket,
    frame: Buffer,
    { login, closed }: { login: ScriptedLogin; closed: Promise<unknown> },
  ): Promise<void> {
    const key = frame.readInt16BE(0);
    const body = frame.subarray(10 + Math.max(0, frame.readInt16BE(8)));
    const cluster = this.#cluster;
    const send = (answer: Buffer, { cutAfterBytes, lengthBytes = answer.length + 4 }: FetchScript = {}) => {
      const bytes = new WireWriter().int32(lengthBytes).raw(frame.subarray(4, 8)).raw(answer).end();
      if (socket.destroyed || this.isFrozen) return;
      if (cutAfterBytes === undefined) socket.write(bytes);
      else socket.end(bytes.subarray(0, cutAfterBytes));
    };
    switch (key) {
      case 1:
        await this.#answerFetch(readFetch(body), closed, send);
        return;
      case 2:
        send(answerListOffsets(body, cluster, this.nodeId));
        return;
      case 3:
        send(answerMetadata(body, cluster));
        return;
      case 17:
        send(login.answerHandshake());
        return;
      case 18:
        send(answerApiVersions(cluster.apiVersions));
        return;
      case 23:
        send(answerOffsetForLeaderEpoch(body, cluster, this.nodeId));
        return;
      case 32:
        send(answerDescribeConfigs(body, cluster));
        return;
      case 36:
        cluster.logins += 1;
        cluster.onLogin?.(socket);
        send(login.answerAuthenticate(body));
        return;
      default:
        socket.destroy();
        return;
    }
  }

  async #answerFetch(
    asked: AskedFetch,
    closed: Promise<unknown>,
    send: (answer: Buffer, script?: FetchScript) => void,
  ): Promise<void> {
    const cluster = this.#cluster;
    const topic = asked.partitions[0]?.topic;
    const count = cluster.fetches.filter(({ partitions }) => partitions[0]?.topic === topic).length;
    cluster.fetches.push(asked);
    const script = cluster.onFetch?.(asked, count);
    await script?.hold;
    const until = performance.now() + asked.maxWaitMs;
    let isOver = false;
    void closed.then(() => {
      isOver = true;
    });
    for (;;) {
      const change = cluster.nextChange;
      const answer = answerFetch(asked, cluster, this.nodeId, script?.override ?? (() => undefined));
      const waitMs = until - performance.now();
      if (!answer.isEmpty || waitMs <= 0 || isOver) {
        send(answer.body, script);
        return;
      }
      let timer: NodeJS.Timeout | undefined;
      const timeUp = new Promise((resolve) => {
        timer = setTimeout(resolve, waitMs);
      });
      await Promise.race([change, timeUp, closed]);
      clearTimeout(timer);
    }
  }
}
