import type { FileHandle } from "node:fs/promises";
import { isInShare, type LogEvent, type PartitionBounds, type PartitionShare } from "../log.ts";
import type { FileIndex } from "./file-index.ts";
import { LineRecords } from "./line-records.ts";
import { chunkBytes, LineSource } from "./line-source.ts";
import { OffsetLedger } from "./offset-ledger.ts";
import { RecordSlice } from "./record-slice.ts";
import { type FileState, readBytes, readFileState } from "./topic-file.ts";
import { isTrueOf } from "./topic-lives.ts";

/** Most bytes before the position that are compared when the file has changed. */
const tailBytes = 1024;

/** What has become of the file. */
export type FileNews =
  | { readonly kind: "same" }
  | { readonly kind: "changed" }
  | { readonly kind: "missing" }
  | { readonly kind: "other-life"; readonly detail: string };

/** A topic's file while it is read: where the reader stands in it and what it has said of its partitions. */
export class OpenTopic {
  readonly incarnation: string;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #source: LineSource;
  readonly #records: LineRecords;
  /** Partition → next offset to hand out; what lies below is passed over. */
  readonly #positions: Map<number, number>;
  readonly #share: PartitionShare | undefined;
  readonly #bounds = new Map<number, PartitionBounds>();
  #state: FileState;
  /** The record that `#records` stands on did not go into the last slice. */
  #isHeld = false;

  constructor({
    incarnation,
    path,
    file,
    state,
    index,
    points,
    share,
    maxLineBytes,
  }: {
    readonly incarnation: string;
    readonly path: string;
    readonly file: FileHandle;
    readonly state: FileState;
    readonly index: FileIndex;
    /** Partition → offset to go on from. */
    readonly points: ReadonlyMap<number, number>;
    readonly share: PartitionShare | undefined;
    readonly maxLineBytes: number;
  }) {
    this.incarnation = incarnation;
    this.#path = path;
    this.#file = file;
    this.#state = state;
    this.#share = share;
    this.#source = new LineSource(file, { position: index.place.position, maxLineBytes, keepsLines: true });
    this.#records = new LineRecords(this.#source, new OffsetLedger(index.place.nextOffsets));
    for (const [partition, { startOffset, nextOffset }] of [...index.extents].sort(([a], [b]) => a - b)) {
      this.#bounds.set(partition, boundsOf(partition, startOffset, nextOffset));
    }
    this.#positions = new Map([...this.#bounds].map(([partition, { startOffset }]) => [partition, startOffset]));
    for (const [partition, offset] of points) if (this.#bounds.has(partition)) this.#positions.set(partition, offset);
  }

  get bounds(): readonly PartitionBounds[] {
    return [...this.#bounds.values()];
  }

  /** The next slice of what has been read, with news of bounds before the batches they concern; empty if nothing is left of it. Synchronous. */
  takeSlice(): { readonly events: readonly LogEvent[]; readonly isExhausted: boolean } {
    const slice = new RecordSlice();
    const sliceEnd = this.#source.position + chunkBytes;
    let isExhausted = false;
    while (this.#source.position < sliceEnd) {
      isExhausted = !this.#isHeld && !this.#records.next();
      this.#isHeld = false;
      if (isExhausted) break;
      const { partition, offset } = this.#records;
      if (!isInShare(this.#share, partition) || offset < (this.#positions.get(partition) ?? 0)) continue;
      this.#isHeld = !slice.hasRoom(this.#records.sizeBytesAtMost);
      if (this.#isHeld) break;
      slice.add(partition, this.#records.record());
    }
    const events = slice.batches(this.#positions).flatMap((batch): readonly LogEvent[] => {
      const news = this.#newsOf(batch.partition, batch.fromOffset, batch.nextOffset);
      return news === undefined ? [{ type: "batch", batch }] : [news, { type: "batch", batch }];
    });
    return { events, isExhausted };
  }

  /** Reads on, as far as the file was known to go. False if there was nothing more. */
  fill(): Promise<boolean> {
    return this.#source.fill(this.#state.size);
  }

  /** Looks at the file again. After `changed` there may be more to read. Throws `LogFileError`. */
  async look(): Promise<FileNews> {
    const state = await readFileState(this.#path);
    if (state === undefined) return { kind: "missing" };
    if (state.identity !== this.#state.identity) return otherLife(`${this.#path} is another file now`);
    if (state.size < this.#source.readTo) {
      return otherLife(`${this.#path} shrank to ${state.size} bytes, after ${this.#source.readTo} had been read`);
    }
    if (state.version === this.#state.version) return { kind: "same" };
    const known = Buffer.from(this.#source.lastBytes(tailBytes));
    const now = await readBytes(this.#file, this.#source.readTo - known.length, known.length);
    if (!known.equals(now) || !(await isTrueOf(this.incarnation, this.#file, state))) {
      return otherLife(`${this.#path} was written anew in place`);
    }
    this.#state = state;
    return { kind: "changed" };
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #newsOf(partition: number, fromOffset: number, nextOffset: number): LogEvent | undefined {
    const known = this.#bounds.get(partition);
    if (known !== undefined && nextOffset <= known.highWatermark) return undefined;
    const bounds = boundsOf(partition, known?.startOffset ?? fromOffset, nextOffset);
    this.#bounds.set(partition, bounds);
    return { type: known === undefined ? "partition-added" : "bounds", bounds };
  }
}

function boundsOf(partition: number, startOffset: number, nextOffset: number): PartitionBounds {
  return { partition, startOffset, lastStableOffset: nextOffset, highWatermark: nextOffset };
}

function otherLife(detail: string): FileNews {
  return { kind: "other-life", detail };
}
