import { nextMacrotask } from "../../base/event-loop.ts";

/** Work that is done in slices, each in a macrotask of its own. */
export interface SlicedWork {
  readonly isDue: boolean;
  doSlice(): void;
}

/** Awaits what comes next. Work that is due gets a slice at least, and goes on until it comes. */
export async function nextWithUpkeep<T>(next: Promise<T>, work: SlicedWork, signal: AbortSignal): Promise<T> {
  if (!work.isDue) return next;
  let hasCome = false;
  const noteCome = (): void => {
    hasCome = true;
  };
  next.then(noteCome, noteCome); // the rejection is the caller's, who awaits `next`
  do {
    await nextMacrotask();
    if (!signal.aborted && work.isDue) work.doSlice();
  } while (!hasCome && work.isDue && !signal.aborted);
  return next;
}
