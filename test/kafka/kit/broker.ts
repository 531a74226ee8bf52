import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answersMetadata } from "./broker-probe.ts";
import { type BrokerPorts, brokerProperties } from "./broker-properties.ts";
import { freePorts } from "./free-ports.ts";
import { freezeProcess } from "./freeze-process.ts";
import { kafkaClassPath } from "./kafka-jars.ts";
import { createTlsMaterial, type TlsMaterial } from "./tls-material.ts";

export interface BrokerOptions {
  /** Default 1. */
  readonly nodeId?: number | undefined;
  /** Of a cluster of its own: 16 bytes as base64url. Default: random. */
  readonly clusterId?: string | undefined;
  /** Joins the cluster of this broker, which is its controller. Default: a cluster of its own. */
  readonly controller?: KafkaBroker | undefined;
  /** Has a listener SASL_SSL for these users and passwords, by PLAIN and both SCRAM. */
  readonly users?: Readonly<Record<string, string>> | undefined;
  /** The JVM's `-Xmx`; default 512m. */
  readonly maxHeap?: string | undefined;
  /** More lines of `server.properties`. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

const jvmOptions = [
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xshare:auto",
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
];
const startTimeoutMs = 90_000;
const endTimeoutMs = 60_000;
const keptLogLines = 200;

/**
 * A real Apache Kafka node (KRaft, broker and controller in one unless it joins another) with its data in the system's
 * folder for temporary files. The process ends with this one, whatever happens; `dispose` also removes the data.
 */
export class KafkaBroker {
  readonly nodeId: number;
  readonly ports: BrokerPorts;
  readonly folder: string;
  readonly clusterId: string;
  /** Of the listener SASL_SSL, if there is one. */
  readonly tls: TlsMaterial | undefined;
  readonly #classPath: string;
  readonly #maxHeap: string;
  readonly #formatArguments: readonly string[];
  readonly #controller: KafkaBroker | undefined;
  readonly #removeAtExit: () => void;
  #process: ChildProcess | undefined;
  #thaw: (() => Promise<void>) | undefined;
  #log: string[] = [];

  private constructor(facts: {
    nodeId: number;
    ports: BrokerPorts;
    folder: string;
    clusterId: string;
    tls: TlsMaterial | undefined;
    classPath: string;
    maxHeap: string;
    users: Readonly<Record<string, string>>;
    controller: KafkaBroker | undefined;
  }) {
    this.nodeId = facts.nodeId;
    this.ports = facts.ports;
    this.folder = facts.folder;
    this.clusterId = facts.clusterId;
    this.tls = facts.tls;
    this.#classPath = facts.classPath;
    this.#maxHeap = facts.maxHeap;
    this.#controller = facts.controller;
    this.#formatArguments = Object.entries(facts.users).flatMap(([user, password]) =>
      ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
        "--add-scram",
        `${mechanism}=[name=${user},password=${password}]`,
      ]),
    );
    this.#removeAtExit = () => {
      this.#process?.kill("SIGKILL");
      rmSync(this.folder, { recursive: true, force: true });
    };
    process.once("exit", this.#removeAtExit);
  }

  /** Starts a node and waits until it can be used. About 4 s. */
  static async start(options: BrokerOptions = {}): Promise<KafkaBroker> {
    const { nodeId = 1, controller, users = {}, maxHeap = "512m", properties = {} } = options;
    const classPath = await kafkaClassPath();
    const folder = await mkdtemp(join(tmpdir(), "tailwater-kafka-"));
    const [plain = 0, controllerPort = 0, proxied = 0, advertisedProxy = 0, saslSsl = 0] = await freePorts(5);
    const ports = { plain, controller: controllerPort, proxied, advertisedProxy, saslSsl };
    const tls = Object.keys(users).length === 0 ? undefined : await createTlsMaterial(folder);
    const clusterId =
      controller?.clusterId ??
      options.clusterId ??
      Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
    const broker = new KafkaBroker({ nodeId, ports, folder, clusterId, tls, classPath, maxHeap, users, controller });
    await writeFile(
      broker.#propertiesFile,
      brokerProperties({
        nodeId,
        ports,
        dataFolder: broker.dataFolder,
        controller: { nodeId: controller?.nodeId ?? nodeId, port: controller?.ports.controller ?? controllerPort },
        saslSsl: tls === undefined ? undefined : { ...tls, users },
        overrides: properties,
      }),
    );
    try {
      await broker.restart();
    } catch (error) {
      await broker.dispose();
      throw error;
    }
    return broker;
  }

  /** `host:port` without TLS or login. */
  get bootstrap(): string {
    return `127.0.0.1:${this.ports.plain}`;
  }

  /** `host:port` of the listener SASL_SSL. */
  get saslSslBootstrap(): string {
    return `127.0.0.1:${this.ports.saslSsl}`;
  }

  get dataFolder(): string {
    return join(this.folder, "data");
  }

  /** Starts the process again (after `stop` or `kill`) with the same ports and data, and waits until it can be used. */
  async restart(): Promise<void> {
    if (this.#process !== undefined) throw new Error("Expected a broker that is stopped, found it running.");
    this.#log = [];
    const child = spawn(
      "java",
      [
        ...jvmOptions,
        `-Xmx${this.#maxHeap}`,
        `-Djava.io.tmpdir=${this.folder}`,
        "-cp",
        this.#classPath,
        "BrokerMain",
        this.#propertiesFile,
        this.clusterId,
        ...this.#formatArguments,
      ],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#log = [...this.#log, ...text.trimEnd().split("\n")].slice(-keptLogLines);
      });
    }
    child.once("exit", () => {
      if (this.#process === child) this.#process = undefined;
    });
    const brokers = this.#controller === undefined ? 1 : 2;
    const deadline = performance.now() + startTimeoutMs;
    while (!(await answersMetadata(this.ports.plain, brokers))) {
      if (this.#process === undefined) throw new Error(`Expected a broker to start, it ended:\n${this.log}`);
      if (performance.now() > deadline) {
        throw new Error(`Expected a broker to answer within ${startTimeoutMs} ms, it did not:\n${this.log}`);
      }
      await sleep(50);
    }
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Ends it at once, like a crash. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Stops it from running; its connections stay open, and nothing answers. Until `thaw`, or this process ends. */
  async freeze(): Promise<void> {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error("Expected a broker that runs, found it stopped.");
    this.#thaw ??= await freezeProcess(pid);
  }

  async thaw(): Promise<void> {
    await this.#thaw?.();
    this.#thaw = undefined;
  }

  /** Ends the process and removes the data. Idempotent. */
  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
    process.removeListener("exit", this.#removeAtExit);
  }

  /** The last lines that it logged. */
  get log(): string {
    return this.#log.join("\n");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    await this.thaw();
    const exit = once(child, "exit");
    child.kill(signal);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, endTimeoutMs);
    await exit;
    clearTimeout(timer);
    if (isLate) throw new Error(`Expected a broker to end at ${signal} within ${endTimeoutMs} ms:\n${this.log}`);
  }

  get #propertiesFile(): string {
    return join(this.folder, "server.properties");
  }
}
