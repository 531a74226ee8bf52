import type { Clock } from "../base/clock.ts";
import { InvariantError } from "../base/errors.ts";
import type { RowBatch, RowOperation } from "../decode/row-batch.ts";
import type { PartitionBounds } from "../log/log.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import type { Change } from "./change-set.ts";
import { type Entity, liveOf, makeCandidate } from "./entity.ts";
import { KeyTable } from "./key-table.ts";
import { makeChange } from "./merge-changes.ts";
import { ObjectReader, toRow } from "./object-reader.ts";
import type { Pacer } from "./pacer.ts";
import { PartitionDigest } from "./partition-digest.ts";
import { StoreIndexes } from "./store-indexes.ts";
import { TombstoneQueue } from "./tombstone-queue.ts";
import type { ViewReader } from "./view-reader.ts";
import type { StoreCounts, ViewStore } from "./view-store.ts";

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

const tombstonesForgottenPerApply = 64;

/** The plain store: one object for each key. The contract is `ViewStore`'s. */
export class ObjectStore implements ViewStore {
  readonly reader: ViewReader;
  readonly #options: ObjectStoreOptions;
  readonly #table = new KeyTable();
  readonly #indexes: StoreIndexes;
  readonly #positions = new Map<number, number>();
  readonly #epochs = new Map<number, number>();
  readonly #digests = new Map<number, PartitionDigest>();
  readonly #deleted = new TombstoneQueue();
  readonly #collidingKeys = new Set<string>();
  #hasIndexes = false;
  #entities = 0;
  #tombstonesApplied = 0;
  #skippedNullKeys = 0;
  #memoryBytes = 0;

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
      memoryBytes: this.#memoryBytes + this.#indexes.memoryBytes,
    };
  }

  addPartition({ partition, startOffset }: PartitionBounds): void {
    if (this.#positions.has(partition))
      throw new InvariantError(`partition ${partition} of ${this.#name} was added twice`);
    this.#positions.set(partition, startOffset);
    this.#digests.set(partition, new PartitionDigest(partition));
  }

  check({ partition, generation, incarnation, fromOffset, nextOffset, view, rows }: RowBatch): void {
    const { definition, generation: ownGeneration, incarnation: ownIncarnation } = this.#options;
    const position = this.#positions.get(partition);
    if (view !== definition.name) throw new InvariantError(`a batch of ${view} came to ${this.#name}`);
    if (position === undefined)
      throw new InvariantError(`a batch of unknown partition ${partition} came to ${this.#name}`);
    if (generation !== ownGeneration || incarnation !== ownIncarnation) {
      throw new InvariantError(
        `a batch of generation ${generation}, topic ${incarnation}, came to generation ${ownGeneration} of ${this.#name}, topic ${ownIncarnation}`,
      );
    }
    if (fromOffset > position || nextOffset < fromOffset) {
      throw new InvariantError(
        `a batch of offsets ${fromOffset} to ${nextOffset} came to ${this.#name}, whose position in partition ${partition} is ${position}`,
      );
    }
    let lastOffset = fromOffset - 1;
    for (const { offset } of rows) {
      if (offset <= lastOffset || offset >= nextOffset) {
        throw new InvariantError(
          `row ${offset} after ${lastOffset} in a batch of offsets ${fromOffset} to ${nextOffset} of partition ${partition} came to ${this.#name}`,
        );
      }
      lastOffset = offset;
    }
  }

  apply(batch: RowBatch): readonly Change[] {
    this.check(batch);
    const { partition, rows, nextOffset, leaderEpoch, skippedNullKeys } = batch;
    const position = this.#positions.get(partition) ?? 0; // checked
    if (nextOffset <= position) return [];
    const touched = new Map<string, Touched>();
    for (const row of rows) if (row.offset >= position) this.#applyRow(row, partition, touched);
    this.#positions.set(partition, nextOffset);
    if (leaderEpoch >= 0) this.#epochs.set(partition, leaderEpoch);
    this.#skippedNullKeys += skippedNullKeys;
    if (!this.#hasIndexes) return [];
    this.#forgetTombstones();
    return this.#collectChanges(touched);
  }

  async buildIndexes(pacer: Pacer): Promise<void> {
    await this.#indexes.build(this.#liveEntities(), pacer);
    this.#hasIndexes = true;
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
    this.#memoryBytes += winner.sizeBytes - (known?.sizeBytes ?? 0);
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

  /** A few at each batch, so that a day's end costs nobody anything. */
  #forgetTombstones(): void {
    const untilMs = this.#options.clock.monotonicMs() - this.#options.tombstoneRetentionMs;
    for (let count = 0; count < tombstonesForgottenPerApply; count += 1) {
      const key = this.#deleted.take(untilMs);
      if (key === undefined) return;
      const forgotten = this.#table.forget(key);
      this.#memoryBytes -= forgotten?.sizeBytes ?? 0;
    }
  }

  *#liveEntities(): IterableIterator<Entity> {
    for (const candidate of this.#table.values()) {
      const entity = liveOf(candidate);
      if (entity !== undefined) yield entity;
    }
  }
}
