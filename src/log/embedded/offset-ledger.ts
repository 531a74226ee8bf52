/**
 * Gives each record of a file its offset: partition → next offset. A partition is there once it has a record;
 * partition 0 always, from the first time it is asked for.
 */
export class OffsetLedger {
  readonly #nextOffsets: Map<number, number>;

  constructor(nextOffsets: Iterable<readonly [number, number]> = []) {
    this.#nextOffsets = new Map(nextOffsets);
  }

  get nextOffsets(): ReadonlyMap<number, number> {
    return this.#nextOffsets;
  }

  /** The next offset of a partition; 0 for one that has no record. */
  nextOffset(partition: number): number {
    return this.#nextOffsets.get(partition) ?? 0;
  }

  /** Takes the offset that the line names, or the next one if it names none (-1). Undefined, and nothing taken, if the named one does not grow. */
  take(partition: number, named: number): number | undefined {
    const next = this.nextOffset(partition);
    if (named >= 0 && named < next) return undefined;
    const offset = named >= 0 ? named : next;
    this.#nextOffsets.set(partition, offset + 1);
    return offset;
  }
}
