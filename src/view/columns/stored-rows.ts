import { hashBytes } from "../../base/hash-bytes.ts";
import type { ColumnLayout } from "../../decode/columns/column-layout.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { KeyTable } from "./key-table.ts";
import type { PartitionDigest } from "./partition-digest.ts";
import { locateText } from "./read-block.ts";
import { Rivals } from "./rivals.ts";
import { rowIsLive } from "./row-flags.ts";
import { RowTable } from "./row-table.ts";
import { Slab } from "./slab.ts";
import { segmentShift, wordMask } from "./slab-segment.ts";
import { createTextSpan } from "./text-span.ts";
import { TombstoneList } from "./tombstone-list.ts";

/** What a store counts of its rows. */
export interface RowTally {
  /** Rows that are shown and live. */
  entities: number;
  /** Tombstones applied. */
  tombstones: number;
  keysInSeveralPartitions: number;
  collidingKeys: number;
}

/**
 * The rows of one store, with all that is kept of them but orders: columns, blocks, key table, deleted rows that wait, and
 * what is counted. A row that is shown is counted in the digest of its partition if it is live, and waits if it is a
 * tombstone: `hide` takes that back before the row, or which row of a key wins, is changed; `show` does it again.
 */
export class StoredRows {
  readonly rows: RowTable;
  readonly slab: Slab;
  readonly keys: KeyTable;
  readonly rivals: Rivals;
  readonly tombstones: TombstoneList;
  readonly tally: RowTally = { entities: 0, tombstones: 0, keysInSeveralPartitions: 0, collidingKeys: 0 };
  /** By partition. */
  readonly digests = new Map<number, PartitionDigest>();
  readonly #hashSeed: number;
  readonly #span = createTextSpan();

  constructor(
    definition: ViewDefinition,
    layout: ColumnLayout,
    { allocator, hashSeed }: { readonly allocator: ChunkAllocator; readonly hashSeed: number },
  ) {
    this.rows = new RowTable(definition, layout, allocator);
    this.slab = new Slab(allocator);
    this.keys = new KeyTable(this.rows.records, this.slab, allocator);
    this.rivals = new Rivals(this.rows.records, this.keys);
    this.tombstones = new TombstoneList(this.rows.records, this.slab);
    this.#hashSeed = hashSeed;
  }

  /** The row is shown from now on. */
  show(slot: number, nowMs: number): void {
    if ((this.rows.records.flagsOf(slot) & rowIsLive) === 0) {
      this.tombstones.add(slot, nowMs);
      return;
    }
    this.tally.entities += 1;
    this.digests.get(this.rows.records.partitionOf(slot))?.add(this.rows.records.offsetOf(slot));
  }

  /** The row, which was shown, is no longer. */
  hide(slot: number): void {
    if ((this.rows.records.flagsOf(slot) & rowIsLive) === 0) {
      this.tombstones.remove(slot);
      return;
    }
    this.tally.entities -= 1;
    this.digests.get(this.rows.records.partitionOf(slot))?.subtract(this.rows.records.offsetOf(slot));
  }

  /** All rows of the key that a row has. */
  rowsOfKey(slot: number): number[] {
    const address = this.rows.records.blockOf(slot);
    const segment = address >>> segmentShift;
    // A row's block is in a segment.
    const blocks = { words: this.slab.segments[segment] as Uint32Array, bytes: this.slab.bytes[segment] as Uint8Array };
    return this.rivals.rowsOf(this.#hashOf(slot), blocks, address & wordMask);
  }

  /** Gives a row up, with its block and its place in the key table; it is hidden. */
  erase(slot: number): void {
    this.keys.remove(this.#hashOf(slot), slot);
    this.slab.free(this.rows.records.blockOf(slot));
    this.rows.free(slot);
  }

  /** Forgets all chunks, so that whoever still reads a row fails instead of reading what others have put there. */
  close(): void {
    this.rows.close();
    this.slab.close();
  }

  #hashOf(slot: number): number {
    const address = this.rows.records.blockOf(slot);
    const bytes = this.slab.bytes[address >>> segmentShift] as Uint8Array; // a row's block is in a segment
    locateText(bytes, 4 * (address & wordMask) + 4, this.#span);
    return hashBytes(bytes, this.#span.start, this.#span.end, this.#hashSeed);
  }
}
