import type { Clock } from "../../base/clock.ts";
import { InvariantError } from "../../base/errors.ts";
import { makeColumnLayout } from "../../decode/columns/column-layout.ts";
import type { RowBatch } from "../../decode/row-batch.ts";
import type { PartitionBounds } from "../../log/log.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { BatchIntake } from "../columns/batch-intake.ts";
import { DictionaryCodes } from "../columns/dictionary-codes.ts";
import type { OpenBatch } from "../columns/open-batch.ts";
import { PartitionDigest } from "../columns/partition-digest.ts";
import { rowIsLive, shownMask } from "../columns/row-flags.ts";
import { maxPartition } from "../columns/row-records.ts";
import { RowWriter } from "../columns/row-writer.ts";
import type { CompactionLimits } from "../columns/slab-compactor.ts";
import { makeLocateKey, makeSlotColumns } from "../columns/slot-columns.ts";
import { StoredRows } from "../columns/stored-rows.ts";
import { TextPool } from "../columns/text-pool.ts";
import type { ChangeDetail, KeyChange } from "../key-change.ts";
import { ChunkAllocator } from "../memory/chunk-allocator.ts";
import type { MemoryBudget, MemoryHolder } from "../memory/memory-budget.ts";
import type { MemoryLimitError } from "../memory/memory-limit-error.ts";
import type { ListRows } from "../order/build-orders.ts";
import type { Pacer } from "../pacer.ts";
import type { Row, ViewReader } from "../view-reader.ts";
import { ColumnReader } from "./column-reader.ts";
import { LiveWriter } from "./live-writer.ts";
import { StoreOrders } from "./store-orders.ts";
import { StoreUpkeep } from "./store-upkeep.ts";
import type { StoreCounts, ViewStore } from "./view-store.ts";

export interface ColumnStoreOptions {
  readonly definition: ViewDefinition;
  readonly generation: number;
  readonly incarnation: string;
  readonly clock: Clock;
  readonly tombstoneRetentionMs: number;
  /** Of key hashes: that of the decoders whose batches come. */
  readonly hashSeed: number;
  readonly budget: MemoryBudget;
  /** While it is replayed it may be asked to give up, so that another view finds memory: it is closed when this returns. Default: it is never asked. */
  readonly onGiveUp?: ((error: MemoryLimitError) => void) | undefined;
  /** Texts that each column's pool takes. Default: as many as there are codes. */
  readonly maxPooledTexts?: number | undefined;
  /** Default: `compactionLimits`. */
  readonly compaction?: CompactionLimits | undefined;
}

/** The store of columns: no object for each key. The contract is `ViewStore`'s. */
export class ColumnStore implements ViewStore, MemoryHolder {
  readonly #options: ColumnStoreOptions;
  readonly #allocator: ChunkAllocator;
  readonly #stored: StoredRows;
  readonly #intake: BatchIntake;
  readonly #writer: RowWriter;
  readonly #liveWriter: LiveWriter;
  readonly #orders: StoreOrders;
  readonly #reader: ColumnReader;
  readonly #upkeep: StoreUpkeep;
  readonly #positions = new Map<number, number>();
  readonly #epochs = new Map<number, number>();
  #hasOrders = false;
  /** What it holds at most while orders are built; 0 else. */
  #reservedBytes = 0;
  #skippedNullKeys = 0;

  constructor(options: ColumnStoreOptions) {
    const { definition, hashSeed, budget, maxPooledTexts: limit } = options;
    this.#options = options;
    const layout = makeColumnLayout(definition);
    const allocator = new ChunkAllocator(budget.buffers);
    this.#allocator = allocator;
    const stored = new StoredRows(definition, layout, { allocator, hashSeed });
    this.#stored = stored;
    const pools = layout.textColumns.map(({ path }) => {
      const account = `dictionary ${definition.fields[path[0] ?? 0]?.name}`;
      return new TextPool({ allocator, account, hashSeed, limit });
    });
    const sources = { layout, rows: stored.rows, slab: stored.slab, pools };
    const locateKey = makeLocateKey(sources);
    const columns = makeSlotColumns(sources);
    const codes = new DictionaryCodes(layout, pools);
    const { generation, incarnation } = options;
    const positions = this.#positions;
    this.#intake = new BatchIntake({ view: definition.name, generation, incarnation, layout, codes, positions });
    this.#writer = new RowWriter(layout, stored);
    this.#orders = new StoreOrders({ definition, columns, locateKey, allocator, hashSeed });
    this.#reader = new ColumnReader({ definition, stored, columns, locateKey, orders: this.#orders, hashSeed });
    const { orders, reader, writer } = { orders: this.#orders, reader: this.#reader, writer: this.#writer };
    this.#liveWriter = new LiveWriter({ sources, stored, writer, orders, reader });
    this.#upkeep = new StoreUpkeep({ stored, orders, reader, compaction: options.compaction });
    budget.add(this);
  }

  get reader(): ViewReader {
    return this.#reader;
  }

  get name(): string {
    return this.#options.definition.name;
  }

  get heldBytes(): number {
    return Math.max(this.#allocator.heldBytes, this.#reservedBytes);
  }

  get giveUp(): MemoryHolder["giveUp"] {
    return this.#hasOrders || this.#reservedBytes > 0 ? undefined : this.#options.onGiveUp;
  }

  get positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  get epochs(): ReadonlyMap<number, number> {
    return this.#epochs;
  }

  get counts(): StoreCounts {
    return {
      ...this.#stored.tally,
      skippedNullKeys: this.#skippedNullKeys,
      memoryBytes: this.#allocator.heldBytes,
    };
  }

  get memoryByAccount(): ReadonlyMap<string, number> {
    const { heldBytes, totalBytes } = this.#allocator;
    return new Map([...this.#allocator.byAccount(), ["free parts", heldBytes - totalBytes]]);
  }

  get unbuiltBytes(): number {
    return this.#hasOrders ? 0 : this.#orders.measureBuild(this.#buildSize());
  }

  addPartition({ partition, startOffset }: PartitionBounds): void {
    if (this.#positions.has(partition))
      throw new InvariantError(`partition ${partition} of ${this.name} was added twice`);
    if (partition > maxPartition)
      throw new InvariantError(`partition ${partition} of ${this.name} is beyond ${maxPartition}`);
    this.#positions.set(partition, startOffset);
    this.#stored.digests.set(partition, new PartitionDigest(partition));
  }

  sliceEnd(batch: RowBatch, rows: number): number {
    return this.#intake.sliceEnd(batch, rows);
  }

  apply(
    batch: RowBatch,
    detail: ChangeDetail,
    { beforeOffset }: { readonly beforeOffset: number } = { beforeOffset: batch.nextOffset },
  ): readonly KeyChange[] {
    const { partition, nextOffset, leaderEpoch, skippedNullKeys } = batch;
    const open = this.#intake.take(batch, beforeOffset);
    if (open === undefined) return [];
    const position = this.#positions.get(partition) ?? 0; // checked
    this.#requireMemory(open);
    const changes = this.#write(open, detail);
    this.#positions.set(partition, Math.min(beforeOffset, nextOffset));
    this.#upkeep.noteRows(partition, position);
    if (beforeOffset < nextOffset) return changes;
    if (leaderEpoch >= 0) this.#epochs.set(partition, leaderEpoch);
    this.#skippedNullKeys += skippedNullKeys;
    return changes;
  }

  expireBelow(partition: number, startOffset: number): void {
    this.#upkeep.expireBelow(partition, startOffset);
  }

  get needsMaintenance(): boolean {
    return this.#upkeep.isDue(this.#forgetsUntilMs);
  }

  maintain(detail: ChangeDetail): readonly KeyChange[] {
    const nowMs = this.#options.clock.monotonicMs();
    return this.#upkeep.step({ nowMs, forgetsUntilMs: this.#forgetsUntilMs, hasOrders: this.#hasOrders, detail });
  }

  async buildIndexes(pacer: Pacer): Promise<void> {
    const growthBytes = this.unbuiltBytes;
    this.#requireGrowth(growthBytes);
    this.#reservedBytes = this.#allocator.heldBytes + growthBytes;
    const { records } = this.#stored.rows;
    const shown = { flags: rowIsLive, mask: shownMask };
    const listRows: ListRows = (from, end, list) => records.listWith(shown, Math.max(1, from), end, list);
    await this.#orders.build(listRows, this.#buildSize(), pacer);
    this.#reservedBytes = 0;
    this.#hasOrders = true;
  }

  digestOf(partition: number): string {
    return (this.#stored.digests.get(partition) ?? new PartitionDigest(partition)).toString();
  }

  takeImage(key: string): Row | undefined {
    const slot = this.#reader.find(key);
    return slot === 0 ? undefined : this.#reader.takeImage(slot);
  }

  close(): void {
    this.#options.budget.remove(this);
    this.#stored.close();
    this.#allocator.close();
  }

  /** Tombstones are kept until all partitions have been replayed: an older record of another one must not bring their keys back. */
  get #forgetsUntilMs(): number {
    const { clock, tombstoneRetentionMs } = this.#options;
    return this.#hasOrders ? clock.monotonicMs() - tombstoneRetentionMs : Number.NEGATIVE_INFINITY;
  }

  #write(open: OpenBatch, detail: ChangeDetail): readonly KeyChange[] {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#hasOrders) return this.#liveWriter.write(open, { nowMs, detail });
    this.#writer.write(open, nowMs);
    return [];
  }

  #requireMemory(open: OpenBatch): void {
    const rows = open.rowCount - open.from;
    if (!this.#stored.slab.hasRoom(this.#writer.measureWords(open)))
      throw new InvariantError(`the texts of ${this.name} take all that a view may have`);
    this.#requireGrowth(this.#writer.measureGrowth(open) + (this.#hasOrders ? this.#orders.measureGrowth(rows) : 0));
  }

  #requireGrowth(growthBytes: number): void {
    this.#options.budget.require(growthBytes, this);
  }

  #buildSize(): { readonly rows: number; readonly slotCapacity: number } {
    return { rows: this.#stored.tally.entities, slotCapacity: this.#stored.rows.end };
  }
}
