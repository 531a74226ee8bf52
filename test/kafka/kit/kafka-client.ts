import type { KafkaDriver } from "./driver.ts";

export interface TopicBounds {
  readonly partition: number;
  readonly startOffset: number;
  readonly lastStableOffset: number;
  readonly highWatermark: number;
  readonly leaderEpoch: number;
}

/** What one partition's log says, from its start to some offset. */
export interface PartitionFold {
  /** Next offset to read. */
  readonly position: number;
  readonly records: number;
  /** CRC-32 over offset, timestamp, key, value and headers of every record in order: equal only if nothing is lost, repeated or reordered. */
  readonly checksum: number;
  /** Key (bytes as Latin-1) → `offset:crc32(value)` of its last record, unless that is a tombstone. */
  readonly live: Readonly<Record<string, string>>;
}

/** Partition → fold. */
export type TopicFold = Readonly<Record<string, PartitionFold>>;

export interface ProducedRecord {
  /** Absent: Kafka's own partitioner chooses. */
  readonly partition?: number | undefined;
  readonly key: string | Uint8Array | null;
  readonly value: string | Uint8Array | null;
  readonly headers?: ReadonlyArray<readonly [name: string, value: string | Uint8Array | null]> | undefined;
  readonly timestamp?: number | undefined;
}

export interface GenerateOptions {
  readonly count: number;
  readonly keys: number;
  readonly valueBytes: number;
  /** Number of the first record; default 0. */
  readonly first?: number | undefined;
  /** Default 1. */
  readonly partitions?: number | undefined;
  /** Each so-and-so-manieth record is a tombstone; default none. */
  readonly tombstoneEvery?: number | undefined;
}

type Configs = Readonly<Record<string, string>>;

/** Kafka's own Java clients, for one cluster. Each call returns once its effect is visible in the cluster. */
export class KafkaClient {
  readonly #driver: KafkaDriver;
  readonly #bootstrap: string;

  constructor(driver: KafkaDriver, bootstrap: string) {
    this.#driver = driver;
    this.#bootstrap = bootstrap;
  }

  /** `replicas`: the nodes that hold every partition, the first of them leads. */
  async createTopic(
    topic: string,
    partitions: number,
    options: { readonly configs?: Configs; readonly replicas?: readonly number[]; readonly afterDeletion?: true } = {},
  ): Promise<void> {
    await this.#run("createTopic", { topic, partitions, ...options });
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.#run("deleteTopic", { topic });
  }

  async createPartitions(topic: string, partitions: number): Promise<void> {
    await this.#run("createPartitions", { topic, partitions });
  }

  /** Moves the log's start. The topic needs `delete` in its cleanup.policy. */
  async deleteRecords(topic: string, partition: number, beforeOffset: number): Promise<void> {
    await this.#run("deleteRecords", { topic, partition, beforeOffset });
  }

  async alterConfigs(topic: string, configs: Configs): Promise<void> {
    await this.#run("alterConfigs", { topic, configs });
  }

  /** Moves a partition to another node, which leads it from then on. */
  async reassign(topic: string, partition: number, node: number): Promise<void> {
    await this.#run("reassign", { topic, partition, node });
  }

  async bounds(topic: string): Promise<readonly TopicBounds[]> {
    return (await this.#run("bounds", { topic })) as TopicBounds[]; // TopicCommands.java writes these
  }

  /** The truth: what Kafka's own consumer reads from the log's start to its present end. */
  async fold(topic: string, isolation: "read_committed" | "read_uncommitted" = "read_committed"): Promise<TopicFold> {
    return (await this.#run("fold", { topic, isolation })) as TopicFold; // ReadCommands.java writes it
  }

  /** What Kafka's DumpLogSegments prints of these files. */
  async dumpLog(files: readonly string[]): Promise<string> {
    return String(await this.#run("dumpLog", { files: files.join(",") }));
  }

  /** Opens a producer with Java's defaults (idempotent, acks=all), changed by `configs`; with a `transactional.id` it is ready for transactions. */
  async openProducer(configs: Configs = {}): Promise<KafkaProducer> {
    const producer = crypto.randomUUID();
    await this.#run("openProducer", { producer, configs });
    return new KafkaProducer(this.#driver, producer);
  }

  async openTransactionalProducer(configs: Configs = {}): Promise<KafkaProducer> {
    return await this.openProducer({ "transactional.id": crypto.randomUUID(), ...configs });
  }

  #run(command: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#driver.run(command, { bootstrap: this.#bootstrap, ...args });
  }
}

/** One producer, open until closed. */
export class KafkaProducer {
  readonly #driver: KafkaDriver;
  readonly #name: string;

  constructor(driver: KafkaDriver, name: string) {
    this.#driver = driver;
    this.#name = name;
  }

  /** Sends in order and waits until the broker has all; returns where each went. */
  async send(
    topic: string,
    records: readonly ProducedRecord[],
  ): Promise<ReadonlyArray<readonly [partition: number, offset: number]>> {
    const encoded = records.map(({ key, value, headers, ...rest }) => ({
      ...rest,
      key: base64(key),
      value: base64(value),
      headers: (headers ?? []).map(([name, bytes]) => [name, base64(bytes)]),
    }));
    return (await this.#run("send", { topic, records: encoded })) as [number, number][]; // ProducerCommands.java
  }

  /** Sends many records that need not cross the pipe; `ProducerCommands.java` says which. */
  async generate(topic: string, options: GenerateOptions): Promise<void> {
    await this.#run("generate", { topic, ...options });
  }

  /** Sends all records of a file; `ProducerCommands.java` says how they stand in it. For loads that would clog the pipe. */
  async load(topic: string, file: string): Promise<void> {
    await this.#run("load", { topic, file });
  }

  async begin(): Promise<void> {
    await this.#run("begin", {});
  }

  async commit(): Promise<void> {
    await this.#run("commit", {});
  }

  async abort(): Promise<void> {
    await this.#run("abort", {});
  }

  async close(): Promise<void> {
    await this.#run("closeProducer", {});
  }

  #run(command: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#driver.run(command, { producer: this.#name, ...args });
  }
}

function base64(bytes: string | Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString("base64");
}
