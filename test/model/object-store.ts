import type { Clock } from "../../src/base/clock.ts";
import { InvariantError } from "../../src/base/errors.ts";
import type { RowBatch } from "../../src/decode/row-batch.ts";
import type { PartitionBounds } from "../../src/log/log.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import type { Change } from "../../src/view/change-set.ts";
import { PartitionDigest } from "../../src/view/columns/partition-digest.ts";
import type { Pacer } from "../../src/view/pacer.ts";
import type { StoreCounts } from "../../src/view/store/view-store.ts";
import type { ViewReader } from "../../src/view/view-reader.ts";
import { DictionaryTexts, readRowBatch } from "../support/row-batches.ts";
import type { RowOperation } from "../support/row-operations.ts";
import { type Entity, liveOf, makeCandidate } from "./entity.ts";
import { KeyTable } from "./key-table.ts";
import { makeChange } from "./make-change.ts";
import { ObjectReader, toRow } from "./object-reader.ts";
import { StoreIndexes } from "./store-indexes.ts";
import { TombstoneQueue } from "./tombstone-queue.ts";

export interface ObjectStoreOptions {
  readonly definition: ViewDefinition;
  readonly generation: number;
  readonly incarnation: string;
  readonly clock: Clock;
  readonly tombstoneRetentionMs: number;
}

interface Touched {
  readonly before: Entity | undefined;
  records: number;
}

/**
 * The plain store, what the columnar one is checked against: one object for each key, as simple as can be. It takes the same
 * batches, does the same at once that the other does in slices, and gives changes with rows of both sides.
 */
export class ObjectStore {
  readonly reader: ViewReader;
  readonly #options: ObjectStoreOptions;
  readonly #table = new KeyTable();
  readonly #indexes: StoreIndexes;
  readonly #positions = new Map<number, number>();
  readonly #epochs = new Map<number, number>();
  readonly #digests = new Map<number, PartitionDigest>();
  readonly #deleted = new TombstoneQueue();
  readonly #texts = new DictionaryTexts();
  readonly #collidingKeys = new Set<string>();
  #hasIndexes = false;
  #entities = 0;
  #tombstonesApplied = 0;
  #skippedNullKeys = 0;

  constructor(options: ObjectStoreOptions) {
    this.#options = options;
    this.#indexes = new StoreIndexes(options.definition);
    this.reader = new ObjectReader(options.definition, this.#table, this.#indexes);
  }

  get positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  get epochs(): ReadonlyMap<number, number> {
    return this.#epochs;
  }

  get counts(): StoreCounts {
    return {
      entities: this.#entities,
      tombstones: this.#tombstonesApplied,
      skippedNullKeys: this.#skippedNullKeys,
      keysInSeveralPartitions: this.#table.keysInSeveralPartitions,
      collidingKeys: this.#collidingKeys.size,
      memoryBytes: 0,
    };
  }

  addPartition({ partition, startOffset }: PartitionBounds): void {
    if (this.#positions.has(partition))
      throw new InvariantError(`partition ${partition} of ${this.#name} was added twice`);
    this.#positions.set(partition, startOffset);
    this.#digests.set(partition, new PartitionDigest(partition));
  }

  /** Takes a batch that the other store has taken: nothing is checked. */
  apply(batch: RowBatch): readonly Change[] {
    const { partition, nextOffset, leaderEpoch, skippedNullKeys } = batch;
    const rows = readRowBatch(this.#options.definition, batch, this.#texts);
    const position = this.#positions.get(partition) ?? 0;
    if (nextOffset <= position) return [];
    const touched = new Map<string, Touched>();
    for (const row of rows) if (row.offset >= position) this.#applyRow(row, partition, touched);
    this.#positions.set(partition, nextOffset);
    if (leaderEpoch >= 0) this.#epochs.set(partition, leaderEpoch);
    this.#skippedNullKeys += skippedNullKeys;
    return this.#hasIndexes ? this.#collectChanges(touched) : [];
  }

  /** Rows of records below the offset expire. */
  expireBelow(partition: number, startOffset: number): readonly Change[] {
    const before = new Map([...this.#liveEntities()].map((entity) => [entity.key, entity]));
    const touched = new Map<string, Touched>();
    for (const key of this.#table.expireBelow(partition, startOffset)) {
      const [was, is] = [before.get(key), liveOf(this.#table.get(key))];
      touched.set(key, { before: was, records: 1 });
      if (this.#table.get(key) === undefined) this.#forgotten(key);
      if (was === is) continue;
      this.#entities += (is === undefined ? 0 : 1) - (was === undefined ? 0 : 1);
      if (was !== undefined) this.#digests.get(was.partition)?.subtract(was.offset);
      if (is !== undefined) this.#digests.get(is.partition)?.add(is.offset);
      if (was !== undefined && is === undefined && this.#table.get(key) !== undefined)
        this.#deleted.add(key, this.#options.clock.monotonicMs());
    }
    return this.#hasIndexes ? this.#collectChanges(touched) : [];
  }

  /** Forgets all keys that have been deleted for long enough. */
  forgetTombstones(): void {
    if (!this.#hasIndexes) return;
    const untilMs = this.#options.clock.monotonicMs() - this.#options.tombstoneRetentionMs;
    for (let key = this.#deleted.take(untilMs); key !== undefined; key = this.#deleted.take(untilMs)) {
      if (this.#table.forget(key) !== undefined) this.#forgotten(key);
    }
  }

  async buildIndexes(pacer: Pacer): Promise<void> {
    await this.#indexes.build(this.#liveEntities(), pacer);
    this.#hasIndexes = true;
  }

  /** The digest from its definition: of all live entities, anew. */
  recomputeDigest(partition: number): string {
    const digest = new PartitionDigest(partition);
    for (const entity of this.#liveEntities()) if (entity.partition === partition) digest.add(entity.offset);
    return digest.toString();
  }

  digestOf(partition: number): string {
    return this.#digests.get(partition)?.toString() ?? new PartitionDigest(partition).toString();
  }

  get #name(): string {
    return this.#options.definition.name;
  }

  #applyRow(row: RowOperation, partition: number, touched: Map<string, Touched>): void {
    const candidate = makeCandidate(row, partition);
    const { key } = candidate;
    const known = this.#table.get(key);
    const before = liveOf(known);
    const winner = this.#table.put(candidate);
    if (candidate.values === null) this.#tombstonesApplied += 1;
    if (known?.recordKey !== undefined && known.recordKey !== candidate.recordKey) this.#collidingKeys.add(key);
    if (winner.values === null) this.#deleted.add(key, this.#options.clock.monotonicMs());
    else if (known?.values === null) this.#deleted.remove(key);
    if (this.#hasIndexes) {
      const touch = touched.get(key);
      if (touch === undefined) touched.set(key, { before, records: 1 });
      else touch.records += 1;
    }
    if (winner === known) return;
    const after = liveOf(winner);
    this.#entities += (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    if (before !== undefined) this.#digests.get(before.partition)?.subtract(before.offset);
    if (after !== undefined) this.#digests.get(after.partition)?.add(after.offset);
  }

  /** Also moves the indexes: from the image before the batch to the one after it, once for each key. */
  #collectChanges(touched: ReadonlyMap<string, Touched>): Change[] {
    const changes: Change[] = [];
    for (const [key, { before, records }] of touched) {
      const after = liveOf(this.#table.get(key));
      if (after === before) continue;
      this.#indexes.move(before, after);
      const change = makeChange(key, before && toRow(before), after && toRow(after), records);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  #forgotten(key: string): void {
    this.#deleted.remove(key);
    this.#collidingKeys.delete(key);
  }

  *#liveEntities(): IterableIterator<Entity> {
    for (const candidate of this.#table.values()) {
      const entity = liveOf(candidate);
      if (entity !== undefined) yield entity;
    }
  }
}
