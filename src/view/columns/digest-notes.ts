import type { PartitionDigest } from "./partition-digest.ts";

/** Offsets of one partition by which its digest changes, noted one by one and counted together: that takes a third of the time. */
export class DigestNotes {
  readonly #come: Float64Array;
  readonly #gone: Float64Array;
  #comeCount = 0;
  #goneCount = 0;

  /** For so many of each kind. */
  constructor(capacity: number) {
    this.#come = new Float64Array(capacity);
    this.#gone = new Float64Array(capacity);
  }

  /** A live row that is shown has come with the record of this offset. */
  noteCome(offset: number): void {
    this.#come[this.#comeCount] = offset;
    this.#comeCount += 1;
  }

  /** A live row that was shown has lost the record of this offset. */
  noteGone(offset: number): void {
    this.#gone[this.#goneCount] = offset;
    this.#goneCount += 1;
  }

  /** Counts what was noted, and forgets it. */
  count(digest: PartitionDigest | undefined): void {
    digest?.addAll(this.#come, this.#comeCount);
    digest?.subtractAll(this.#gone, this.#goneCount);
    this.#comeCount = 0;
    this.#goneCount = 0;
  }
}
