import { InvariantError } from "../../base/errors.ts";
import { MemoryPartition } from "./memory-partition.ts";

/** One life of one topic. */
export class MemoryTopic {
  readonly name: string;
  readonly incarnation: string;
  readonly deleteRetentionMs: number | null;
  hasDeleteCleanup: boolean | undefined;
  readonly #partitions: MemoryPartition[] = [];

  constructor({
    name,
    incarnation,
    partitions,
    deleteRetentionMs,
    hasDeleteCleanup,
  }: {
    readonly name: string;
    readonly incarnation: string;
    readonly partitions: number;
    readonly deleteRetentionMs: number | null;
    readonly hasDeleteCleanup: boolean | undefined;
  }) {
    this.name = name;
    this.incarnation = incarnation;
    this.deleteRetentionMs = deleteRetentionMs;
    this.hasDeleteCleanup = hasDeleteCleanup;
    this.growTo(partitions);
  }

  get partitions(): readonly MemoryPartition[] {
    return this.#partitions;
  }

  growTo(partitions: number): void {
    while (this.#partitions.length < partitions) this.#partitions.push(new MemoryPartition(this.#partitions.length));
  }

  /** Throws `InvariantError` if there is none: the caller's mistake. */
  partition(partition: number): MemoryPartition {
    const found = this.#partitions[partition];
    if (found !== undefined) return found;
    throw new InvariantError(
      `topic ${this.name} has ${this.#partitions.length} partitions, found ${partition}; addPartitions makes more`,
    );
  }
}
