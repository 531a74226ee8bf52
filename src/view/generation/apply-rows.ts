import type { Clock } from "../../base/clock.ts";
import { nextMacrotask } from "../../base/event-loop.ts";
import type { RowsEvent } from "../../decode/ingest.ts";
import type { Pacer } from "../pacer.ts";
import type { SliceSize, SliceSizeOptions } from "../slice-size.ts";
import type { GenerationWriter } from "./generation-writer.ts";

/** Rows of a step. Its time is so far below 10 ms that what else happens in a macrotask finds room. */
export const liveSlices: SliceSizeOptions = { first: 16, least: 1, most: 512, targetMs: 3 };

/** The same of a replay, where several slices share a macrotask. While Node has not compiled much yet, a row takes thirty times as long. */
export const replaySlices: SliceSizeOptions = { first: 4, least: 1, most: 4_096, targetMs: 2 };

export interface ApplyOptions {
  readonly sliceRows: SliceSize;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Applies what was read to views that nobody sees yet: slice by slice, giving way in between where it is time. Gives the
 * buffers back in the end, also if it is aborted, which rejects.
 */
export async function applyReplay(
  event: RowsEvent,
  writer: GenerationWriter,
  { sliceRows, clock, pacer }: Omit<ApplyOptions, "signal"> & { readonly pacer: Pacer },
): Promise<void> {
  try {
    for (let isDone = false; !isDone; ) {
      await pacer.giveWay();
      const beganMs = clock.monotonicMs();
      isDone = writer.applySlice(event, sliceRows.sizeFor(0));
      sliceRows.note(clock.monotonicMs() - beganMs, { isFull: !isDone });
    }
  } finally {
    event.release();
  }
}

/**
 * Applies what was read to views that are served: slice by slice, each at the start of a macrotask of its own, of all views
 * of the topic. Gives the buffers back in the end, also if `signal` aborts it.
 */
export async function applyLive(
  event: RowsEvent,
  writer: GenerationWriter,
  { sliceRows, clock, signal }: ApplyOptions,
): Promise<void> {
  try {
    for (let isDone = false; !isDone && !signal.aborted; ) {
      await nextMacrotask();
      const beganMs = clock.monotonicMs();
      isDone = writer.applySlice(event, sliceRows.sizeFor(writer.followersJoined));
      // What subscribers were given is evaluated in a microtask of the step: that takes its time of the slice too.
      await Promise.resolve();
      sliceRows.note(clock.monotonicMs() - beganMs, { isFull: !isDone });
    }
  } finally {
    event.release();
  }
}
