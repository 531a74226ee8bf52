import { TailwaterError } from "../../base/errors.ts";
import {
  type BrokerAddress,
  formatBrokerAddress,
  isSameAddress,
  type KafkaApi,
  kafkaApis,
  type OpenConnection,
  parseBrokerAddress,
} from "./broker-connection.ts";
import { BrokerLink } from "./broker-link.ts";
import type { BrokerFinder } from "./fetch-loop.ts";
import { LogUnavailableError, LogUnsupportedError } from "./kafka-log-errors.ts";
import type { KafkaLogSettings } from "./kafka-log-options.ts";
import { decodeMetadataResponse, encodeMetadataRequest, type MetadataResponse } from "./wire/metadata.ts";

/**
 * The brokers of one cluster: where each listens, learnt from metadata, and one link to each for short questions,
 * shared by all readers. Never retries: a failed question is the asker's to repeat.
 */
export class KafkaCluster implements BrokerFinder {
  readonly #open: OpenConnection;
  readonly #settings: KafkaLogSettings;
  readonly #seeds: readonly BrokerAddress[];
  readonly #links = new Map<string, BrokerLink>();
  #brokers: ReadonlyMap<number, BrokerAddress> = new Map();
  #turn = 0;
  #closed: Error | undefined;

  /** Throws `LogUnsupportedError` if an address among `settings.brokers` cannot be read, or there is none. */
  constructor(open: OpenConnection, settings: KafkaLogSettings) {
    this.#open = open;
    this.#settings = settings;
    this.#seeds = settings.brokers.map(parseSeed);
    if (this.#seeds.length === 0) throw noSeed("none");
  }

  /** Asks any broker for one topic. Rejects with what was in the way at the last of them, a refused login first. */
  async readMetadata(topic: string): Promise<MetadataResponse> {
    const body = encodeMetadataRequest({ topics: [topic] });
    const metadata = decodeMetadataResponse(await this.askAny(kafkaApis.metadata, body));
    this.#learn(metadata);
    return metadata;
  }

  /** Asks one broker after the other, the known ones before the seeds, until one answers. */
  async askAny(api: KafkaApi, body: Buffer): Promise<Buffer> {
    let failure: TailwaterError | undefined;
    for (const address of this.#candidates()) {
      try {
        return await this.#link(address).request(api, body);
      } catch (error) {
        if (!(error instanceof TailwaterError)) throw error;
        // A login that is refused, or a broker too old, says more than a broker that is away.
        if (failure === undefined || failure.code === "LOG_UNAVAILABLE") failure = error;
      }
    }
    throw failure ?? new LogUnavailableError({ reason: "unreachable", found: "no broker to ask" });
  }

  /** Asks one broker, by its id. */
  async ask(nodeId: number, api: KafkaApi, body: Buffer): Promise<Buffer> {
    return await this.#link(this.findAddress(nodeId)).request(api, body);
  }

  findAddress(nodeId: number): BrokerAddress {
    const address = this.#brokers.get(nodeId);
    if (address !== undefined) return address;
    throw new LogUnavailableError({ reason: "moved", found: `no broker ${nodeId} in the cluster's metadata` });
  }

  openLink(address: BrokerAddress): BrokerLink {
    const { clock, requestTimeoutMs, connectionTimeoutMs } = this.#settings;
    const timeouts = { requestTimeoutMs, connectionTimeoutMs };
    const link = new BrokerLink({ address, open: this.#open, clock, timeouts });
    if (this.#closed !== undefined) link.destroy(this.#closed);
    return link;
  }

  /** Closes the shared links; what is pending on them rejects. Links from `openLink` are their owners'. Idempotent. */
  close(): void {
    this.#closed ??= new LogUnavailableError({ reason: "closed", found: "that this log was closed" });
    for (const link of this.#links.values()) link.destroy(this.#closed);
    this.#links.clear();
  }

  /** Each time another known broker first, so that one that hangs is not asked first every time. */
  #candidates(): readonly BrokerAddress[] {
    const known = [...this.#brokers.values()];
    const first = this.#turn % Math.max(1, known.length);
    this.#turn += 1;
    const seeds = this.#seeds.filter((seed) => !known.some((address) => isSameAddress(seed, address)));
    return [...known.slice(first), ...known.slice(0, first), ...seeds];
  }

  #link(address: BrokerAddress): BrokerLink {
    const name = formatBrokerAddress(address);
    let link = this.#links.get(name);
    if (link === undefined) {
      link = this.openLink(address);
      if (this.#closed === undefined) this.#links.set(name, link);
    }
    return link;
  }

  #learn({ brokers }: MetadataResponse): void {
    if (brokers.length === 0) return;
    this.#brokers = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    const kept = new Set([...this.#brokers.values(), ...this.#seeds].map(formatBrokerAddress));
    for (const [name, link] of this.#links) {
      if (kept.has(name)) continue;
      this.#links.delete(name);
      link.destroy(new LogUnavailableError({ reason: "closed", found: `that ${name} has left the cluster` }));
    }
  }
}

function parseSeed(text: string): BrokerAddress {
  const address = parseBrokerAddress(text);
  if (address === undefined) throw noSeed(`"${text}"`);
  return address;
}

function noSeed(found: string): LogUnsupportedError {
  return new LogUnsupportedError({
    expected: "brokers as host:port",
    found,
    remedy: "Give at least one, for example kafka://broker-1:9092,broker-2:9092.",
  });
}
