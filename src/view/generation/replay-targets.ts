import type { PartitionBounds } from "../../log/log.ts";

/**
 * What a generation has to reach to be complete (V4): of each partition the last stable offset when it was opened. A
 * target above an end that falls is lowered. A partition added once it is complete changes nothing.
 */
export class ReplayTargets {
  readonly #targets = new Map<number, number>();
  readonly #starts = new Map<number, number>();

  add({ partition, startOffset, lastStableOffset }: PartitionBounds): void {
    this.#starts.set(partition, startOffset);
    this.#targets.set(partition, lastStableOffset);
  }

  /** The partition's end as it is now. */
  lower({ partition, lastStableOffset }: PartitionBounds): void {
    const target = this.#targets.get(partition);
    if (target !== undefined && lastStableOffset < target) this.#targets.set(partition, lastStableOffset);
  }

  targetOf(partition: number): number {
    return this.#targets.get(partition) ?? 0;
  }

  isReachedBy(positions: ReadonlyMap<number, number>): boolean {
    return [...this.#targets].every(([partition, target]) => (positions.get(partition) ?? -1) >= target);
  }

  /** Offsets that are still to be read. */
  remainingOffsets(positions: ReadonlyMap<number, number>): number {
    return this.#sum((partition, target) => Math.max(0, target - (positions.get(partition) ?? 0)));
  }

  /** 0 to 1; 1 if there is nothing to read. */
  progress(positions: ReadonlyMap<number, number>): number {
    const all = this.#sum((partition, target) => Math.max(0, target - (this.#starts.get(partition) ?? 0)));
    return all === 0 ? 1 : (all - this.remainingOffsets(positions)) / all;
  }

  #sum(offsetsOf: (partition: number, target: number) => number): number {
    let sum = 0;
    for (const [partition, target] of this.#targets) sum += offsetsOf(partition, target);
    return sum;
  }
}
