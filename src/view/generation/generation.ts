import type { Clock } from "../../base/clock.ts";
import type { PartitionBounds } from "../../log/log.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { MemoryBudget } from "../memory/memory-budget.ts";
import type { MemoryLimitError } from "../memory/memory-limit-error.ts";
import { ColumnStore } from "../store/column-store.ts";
import type { ViewStore } from "../store/view-store.ts";
import { RateMeter } from "./rate-meter.ts";
import { ReplayTargets } from "./replay-targets.ts";

export interface GenerationOptions {
  readonly number: number;
  readonly incarnation: string;
  readonly partitions: readonly PartitionBounds[];
  readonly definitions: readonly ViewDefinition[];
  readonly clock: Clock;
  readonly tombstoneRetentionMs: number;
  /** Of key hashes: that of the decoders. */
  readonly hashSeed: number;
  readonly budget: MemoryBudget;
  /** The topic drops records at its log's start: rows of such records expire. */
  readonly hasDeleteCleanup: boolean;
  /** A view is to give back what its store holds, for others' sake: the store is closed when this returns. */
  readonly onGiveUp: (view: string, error: MemoryLimitError) => void;
}

/** One build of all views of a topic from the log's start: a store for each, and what they have to reach. */
export class Generation {
  readonly number: number;
  readonly incarnation: string;
  readonly startedAtMs: number;
  readonly targets = new ReplayTargets();
  readonly records: RateMeter;
  readonly offsets: RateMeter;
  readonly bounds = new Map<number, PartitionBounds>();
  readonly lastProgressAtMs = new Map<number, number>();
  /** By name of the view. A view that failed in this generation is no longer in it. */
  readonly stores: Map<string, ViewStore>;
  /** How far the topic has been read, also where all views have failed. */
  readonly #positions = new Map<number, number>();
  readonly #clock: Clock;
  #hasDeleteCleanup: boolean;
  isComplete = false;

  constructor(options: GenerationOptions) {
    const { number, incarnation, partitions, definitions, clock, tombstoneRetentionMs, hashSeed, budget } = options;
    this.number = number;
    this.incarnation = incarnation;
    this.#clock = clock;
    this.#hasDeleteCleanup = options.hasDeleteCleanup;
    this.startedAtMs = clock.nowMs();
    this.records = new RateMeter(clock);
    this.offsets = new RateMeter(clock);
    const facts = { generation: number, incarnation, clock, tombstoneRetentionMs, hashSeed, budget };
    const openStore = (definition: ViewDefinition): ViewStore => {
      const onGiveUp = (error: MemoryLimitError): void => options.onGiveUp(definition.name, error);
      return new ColumnStore({ definition, ...facts, onGiveUp });
    };
    this.stores = new Map(definitions.map((definition) => [definition.name, openStore(definition)]));
    for (const bounds of partitions) this.addPartition(bounds);
  }

  addPartition(bounds: PartitionBounds): void {
    this.bounds.set(bounds.partition, bounds);
    this.#positions.set(bounds.partition, bounds.startOffset);
    if (!this.isComplete) this.targets.add(bounds);
    for (const store of this.stores.values()) store.addPartition(bounds);
  }

  noteBounds(bounds: PartitionBounds): void {
    this.bounds.set(bounds.partition, bounds);
    this.targets.lower(bounds);
    if (this.#hasDeleteCleanup) this.#expireBelow(bounds);
  }

  /** What the log has dropped at its start while it was not known to do so expires too. */
  noteCleanup(hasDeleteCleanup: boolean): void {
    this.#hasDeleteCleanup = hasDeleteCleanup;
    if (hasDeleteCleanup) for (const bounds of this.bounds.values()) this.#expireBelow(bounds);
  }

  #expireBelow({ partition, startOffset }: PartitionBounds): void {
    for (const store of this.stores.values()) store.expireBelow(partition, startOffset);
  }

  /** Some store has maintenance to do. */
  get needsMaintenance(): boolean {
    for (const store of this.stores.values()) if (store.needsMaintenance) return true;
    return false;
  }

  /** Gives the memory of all stores back: none of them is served. */
  close(): void {
    for (const store of this.stores.values()) store.close();
    this.stores.clear();
  }

  noteProgress(partition: number, nextOffset: number, recordCount: number): void {
    const position = this.#positions.get(partition) ?? nextOffset;
    this.offsets.add(Math.max(0, nextOffset - position));
    this.records.add(recordCount);
    this.#positions.set(partition, Math.max(position, nextOffset));
    this.lastProgressAtMs.set(partition, this.#clock.nowMs());
  }

  get hasReachedTargets(): boolean {
    return this.targets.isReachedBy(this.#positions);
  }

  /** 0 to 1, by offsets. */
  get progress(): number {
    return this.isComplete ? 1 : this.targets.progress(this.#positions);
  }

  get etaSeconds(): number | undefined {
    const rate = this.offsets.perSecond();
    if (this.isComplete || rate === 0) return undefined;
    return this.targets.remainingOffsets(this.#positions) / rate;
  }
}
