import { createSeededRandom } from "../../src/cli/demo/seeded-random.ts";
import type { Decoder } from "../../src/decode/decoder.ts";
import { createJsonDecoder } from "../../src/decode/json-decoder.ts";
import type { LogRecord } from "../../src/log/log.ts";
import { MemoryBudget } from "../../src/view/memory/memory-budget.ts";
import { createPacer, type Pacer } from "../../src/view/pacer.ts";
import { ColumnStore } from "../../src/view/store/column-store.ts";
import { compareGenerations } from "../../src/view/store/store-difference.ts";
import { ManualClock } from "./manual-clock.ts";
import { defineView } from "./view-definitions.ts";

const hashSeed = 0x50a7;
const homePartitions = 2;
/** Keys stray here too, as if somebody wrote with another partitioner; its records are dropped at its log's start. */
const strayPartition = homePartitions;
const batchRecords = 200;
const tombstoneRetentionMs = 60_000;
const statuses = ["NEW", "PAID", "SHIPPED", "DONE"];

const definition = defineView({
  name: "Item",
  topic: "items",
  enums: { Status: statuses },
  embedded: { Place: { city: "String!", zip: "Int!" } },
  fields: {
    status: { type: "Status!", isIndexed: true },
    amount: { type: "Int!", isIndexed: true },
    owner: { type: "String!", isIndexed: true },
    note: "String",
    tags: "[String!]!",
    place: "Place",
  },
});

/** What one partition's log says next. */
interface OpenLog {
  nextOffset: number;
  pending: LogRecord[];
}

/**
 * A real store of a fixed set of keys, in which everything happens that happens to stores: values that grow and shrink, keys
 * that go and come back, keys in several partitions, tombstones that are forgotten, records that the log drops, compaction,
 * rebuilds; all indexes live, images taken. The same for the same seed. `settle` brings it back to what it was at first.
 */
export class ChurnedStore {
  readonly budget = new MemoryBudget();
  readonly #clock = new ManualClock();
  readonly #random: () => number;
  readonly #keys: number;
  readonly #logs: readonly OpenLog[] = Array.from({ length: homePartitions + 1 }, () => ({
    nextOffset: 0,
    pending: [],
  }));
  /** By key: the newest value in its home partition, or null; what a compacted log would hold. */
  readonly #values: (string | null)[];
  #generation = 0;
  #store: ColumnStore;
  #decoder: Decoder;
  #records = 0;
  #peakBytes = 0;

  private constructor({ keys, seed }: { readonly keys: number; readonly seed: number }) {
    this.#keys = keys;
    this.#random = createSeededRandom(seed);
    this.#values = Array.from({ length: keys }, () => null);
    ({ store: this.#store, decoder: this.#decoder } = this.#openGeneration());
  }

  /** Filled with each key's first value, indexes built. */
  static async open(options: { readonly keys: number; readonly seed: number }): Promise<ChurnedStore> {
    const churned = new ChurnedStore(options);
    churned.#putFirstValues();
    await churned.#store.buildIndexes(churned.#makePacer());
    churned.settle();
    return churned;
  }

  /** Bytes that the store holds, by its allocator. */
  get heldBytes(): number {
    return this.budget.heldBytes;
  }

  /** The most that was ever held. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  get records(): number {
    return this.#records;
  }

  get entities(): number {
    return this.#store.counts.entities;
  }

  get memoryByAccount(): ReadonlyMap<string, number> {
    return this.#store.memoryByAccount;
  }

  /** Applies so many records, with time going by and some maintenance in between. */
  churn(records: number): void {
    for (let batch = 0; batch < records / batchRecords; batch += 1) {
      for (let at = 0; at < batchRecords; at += 1) this.#change();
      this.#flush();
      this.#clock.advance(Math.floor((this.#random() * tombstoneRetentionMs) / 20));
      this.#maintain(8);
    }
  }

  /** Reads everything into a new store beside the old one, as after a lost log; throws if they differ in what they show. */
  async rebuild(): Promise<void> {
    this.#dropStrays();
    const before = this.#store;
    ({ store: this.#store, decoder: this.#decoder } = this.#openGeneration());
    for (const log of this.#logs) log.nextOffset = 0;
    for (const [key, value] of this.#values.entries()) if (value !== null) this.#put(key, value);
    this.#flush();
    const pacer = this.#makePacer();
    await this.#store.buildIndexes(pacer);
    const difference = await compareGenerations(before.reader, this.#store.reader, pacer);
    this.#notePeak();
    before.close();
    if (difference.size > 0)
      throw new Error(`Expected the same after a rebuild, found ${difference.size} keys changed`);
  }

  /** Every key has its first value again, nothing is left of strays and tombstones, nothing is due. */
  settle(): void {
    this.#putFirstValues();
    this.#dropStrays();
    this.#clock.advance(tombstoneRetentionMs);
    this.#maintain(Number.POSITIVE_INFINITY);
    if (this.entities !== this.#keys) throw new Error(`Expected ${this.#keys} entities, found ${this.entities}`);
  }

  #openGeneration(): { readonly store: ColumnStore; readonly decoder: Decoder } {
    this.#generation += 1;
    const generation = this.#generation;
    const { budget } = this;
    const facts = { definition, generation, incarnation: "life-1", hashSeed, budget, tombstoneRetentionMs };
    const store = new ColumnStore({ ...facts, clock: this.#clock });
    for (const partition of this.#logs.keys()) {
      store.addPartition({ partition, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
    }
    return { store, decoder: createJsonDecoder(definition, { hashSeed, dictionary: `dictionary ${generation}` }) };
  }

  #putFirstValues(): void {
    for (let key = 0; key < this.#keys; key += 1) this.#put(key, makeFirstValue(key));
    this.#flush();
  }

  #change(): void {
    const key = this.#below(this.#keys);
    const kind = this.#random();
    if (kind < 0.2) this.#put(key, null);
    else if (kind < 0.25) this.#append(strayPartition, key, this.#random() < 0.3 ? null : this.#makeValue(key));
    else this.#put(key, this.#makeValue(key));
  }

  #put(key: number, value: string | null): void {
    this.#values[key] = value;
    this.#append(key % homePartitions, key, value);
  }

  #append(partition: number, key: number, value: string | null): void {
    const log = this.#logs[partition];
    if (log === undefined) throw new Error(`no partition ${partition}`);
    log.pending.push({
      offset: log.nextOffset + log.pending.length,
      timestamp: this.#clock.nowMs(),
      key: Buffer.from(`item-${key}`),
      value: value === null ? null : Buffer.from(value),
      headers: [],
    });
    if (log.pending.length === batchRecords) this.#flush();
  }

  #flush(): void {
    for (const [partition, log] of this.#logs.entries()) {
      const { pending: records, nextOffset: fromOffset } = log;
      if (records.length === 0) continue;
      const nextOffset = fromOffset + records.length;
      const sizeBytes = records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
      const batch = { partition, fromOffset, nextOffset, leaderEpoch: 0, records, sizeBytes };
      const context = { topic: definition.topic, generation: this.#generation, incarnation: "life-1" };
      const rows = this.#decoder.decode(batch, context);
      if (rows.badRecords.length > 0) throw new Error(`Expected good records, found ${rows.badRecords[0]?.error}`);
      this.#store.apply(rows, "IMAGES");
      this.#records += records.length;
      log.pending = [];
      log.nextOffset = nextOffset;
      this.#notePeak();
    }
  }

  /** The log of the stray partition begins at its end from now on. */
  #dropStrays(): void {
    this.#store.expireBelow(strayPartition, this.#logs[strayPartition]?.nextOffset ?? 0);
    this.#maintain(Number.POSITIVE_INFINITY);
  }

  #maintain(steps: number): void {
    for (let step = 0; step < steps && this.#store.needsMaintenance; step += 1) {
      this.#store.maintain("IMAGES");
      this.#notePeak();
    }
  }

  #notePeak(): void {
    this.#peakBytes = Math.max(this.#peakBytes, this.heldBytes);
  }

  #makePacer(): Pacer {
    return createPacer(this.#clock, 5, new AbortController().signal);
  }

  #makeValue(key: number): string {
    const isLong = this.#random() < 0.01;
    return JSON.stringify({
      status: statuses[this.#below(statuses.length)],
      amount: this.#below(1_000_000),
      owner: `owner ${this.#below(2_000)}`,
      note: this.#random() < 0.1 ? null : this.#makeText(isLong ? 20_000 : 400),
      tags: Array.from({ length: this.#below(4) }, () => this.#makeText(30)),
      place: key % 3 === 0 ? null : { city: `city ${this.#below(300)}`, zip: this.#below(99_999) },
    });
  }

  #makeText(maxLength: number): string {
    const length = this.#below(maxLength);
    return this.#random()
      .toString(36)
      .slice(2, 10)
      .repeat(Math.ceil(length / 8))
      .slice(0, length);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** What a key has at first: texts of all lengths up to 200, some of which others have too. */
function makeFirstValue(key: number): string {
  return JSON.stringify({
    status: statuses[key % statuses.length],
    amount: key % 1_000,
    owner: `owner ${key % 500}`,
    note: `${key} `.repeat(50).slice(0, key % 200),
    tags: key % 2 === 0 ? [] : ["first", "second"],
    place: key % 3 === 0 ? null : { city: `city ${key % 100}`, zip: key % 99_999 },
  });
}
