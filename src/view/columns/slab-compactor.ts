import { InvariantError } from "../../base/errors.ts";
import type { RowRecords } from "./row-records.ts";
import type { RowTable } from "./row-table.ts";
import type { Slab } from "./slab.ts";

/** Compaction begins when so much of the slab is dead. */
const minDeadShare = 1 / 8;
/** Segments less dead than this are not worth moving the rest. */
const minSegmentDeadShare = 1 / 4;
/** Segments that are evacuated in one go: bounds what the slab may take more meanwhile. */
const maxSegments = 32;

export interface CompactionLimits {
  /** Less that is dead is not worth the effort. */
  readonly minDeadWords: number;
  /** Rows looked at, and words moved, in one step at most. */
  readonly stepRows: number;
  readonly stepWords: number;
}

/** What holds when nothing else is said; 16,384 words are 64 KiB. */
export const compactionLimits: CompactionLimits = { minDeadWords: 16_384, stepRows: 8_192, stepWords: 32_768 };

/**
 * Evacuates segments of the slab that hold much that is dead, a little at each step: goes through all rows and moves the
 * blocks of those that lie there. Rows may change between two steps in any way: nothing new is ever put into a segment
 * that is being evacuated.
 */
export class SlabCompactor {
  readonly #rows: RowTable;
  readonly #records: RowRecords;
  readonly #slab: Slab;
  readonly #limits: CompactionLimits;
  #nextSlot = 1;

  constructor(rows: RowTable, slab: Slab, limits: CompactionLimits = compactionLimits) {
    this.#limits = limits;
    this.#rows = rows;
    this.#records = rows.records;
    this.#slab = slab;
  }

  /** There is something to do. */
  get isDue(): boolean {
    const { deadWords, usedWords, evacuated } = this.#slab;
    if (evacuated > 0) return true;
    if (deadWords < this.#limits.minDeadWords || deadWords < minDeadShare * usedWords) return false;
    return this.#slab.listSparse(minSegmentDeadShare).length > 0;
  }

  /** Does a little of what is due. */
  step(): void {
    if (this.#slab.evacuated === 0) {
      this.#slab.evacuate(this.#slab.listSparse(minSegmentDeadShare).slice(0, maxSegments));
      this.#nextSlot = 1;
    }
    const { stepRows, stepWords } = this.#limits;
    const end = Math.min(this.#rows.end, this.#nextSlot + stepRows);
    for (let words = 0; this.#nextSlot < end && words < stepWords; this.#nextSlot += 1) {
      words += this.#moveRow(this.#nextSlot);
    }
    if (this.#nextSlot === this.#rows.end && this.#slab.evacuated > 0) {
      throw new InvariantError("segments of the slab hold blocks after all rows have left them");
    }
  }

  /** Moves the row's block if it must be; gives the words moved. */
  #moveRow(slot: number): number {
    if (this.#records.flagsOf(slot) === 0) return 0;
    const address = this.#records.blockOf(slot);
    if (!this.#slab.mustMove(address)) return 0;
    const words = this.#slab.lengthOf(address);
    this.#records.setBlock(slot, this.#slab.move(address));
    return words;
  }
}
