import type { FileHandle } from "node:fs/promises";
import { nextMacrotask } from "../../base/event-loop.ts";
import { isInShare, type PartitionShare } from "../log.ts";
import { LineRecords } from "./line-records.ts";
import { chunkBytes, LineSource } from "./line-source.ts";
import { OffsetLedger } from "./offset-ledger.ts";

/** Where one partition begins and ends in the part of the file that was looked at. */
export interface PartitionExtent {
  startOffset: number;
  nextOffset: number;
}

/** A place in the file at which reading can begin: the next offset of each partition there. */
export interface FilePlace {
  readonly position: number;
  readonly nextOffsets: ReadonlyMap<number, number>;
}

export interface FileIndex {
  /** By partition, of the share; partition 0 is always there. */
  readonly extents: ReadonlyMap<number, PartitionExtent>;
  /** A place before which the share has nothing at or after `points`; the file's start if there are none. */
  readonly place: FilePlace;
}

/**
 * Looks through the whole lines in the first `size` bytes of a file, once, for where each partition ends: the true
 * bounds that `opened` says. The file is read twice by this, first here and then for its records; keeping the records of the
 * first time would need as much memory as the file. `points` is partition → offset to go on from. Undefined if `signal` aborts.
 */
export async function indexFile(
  file: FileHandle,
  {
    size,
    maxLineBytes,
    points,
    share,
    signal,
  }: {
    readonly size: number;
    readonly maxLineBytes: number;
    readonly points: ReadonlyMap<number, number>;
    readonly share: PartitionShare | undefined;
    readonly signal: AbortSignal;
  },
): Promise<FileIndex | undefined> {
  const source = new LineSource(file, { position: 0, maxLineBytes, keepsLines: false });
  const ledger = new OffsetLedger();
  const records = new LineRecords(source, ledger);
  const extents = new Map<number, PartitionExtent>();
  if (isInShare(share, 0)) extents.set(0, { startOffset: 0, nextOffset: 0 });
  let isPartitionZeroEmpty = true;
  let place: FilePlace = { position: 0, nextOffsets: new Map() };
  let isBeforePoints = points.size > 0;

  const note = () => {
    const { partition, offset } = records;
    if (!isInShare(share, partition)) return;
    const extent = extents.get(partition);
    if (extent === undefined) extents.set(partition, { startOffset: offset, nextOffset: offset + 1 });
    else {
      if (partition === 0 && isPartitionZeroEmpty) extent.startOffset = offset;
      extent.nextOffset = offset + 1;
    }
    isPartitionZeroEmpty &&= partition !== 0;
  };

  for (;;) {
    const sliceEnd = source.position + chunkBytes;
    let hasMore = true;
    while (hasMore && source.position < sliceEnd) {
      hasMore = records.next();
      if (hasMore) note();
    }
    isBeforePoints &&= [...ledger.nextOffsets].every(
      ([partition, next]) => !isInShare(share, partition) || next <= (points.get(partition) ?? -1),
    );
    if (isBeforePoints) place = { position: source.position, nextOffsets: new Map(ledger.nextOffsets) };
    if (signal.aborted) return undefined;
    if (hasMore) await nextMacrotask();
    else if (!(await source.fill(size))) return { extents, place };
  }
}
