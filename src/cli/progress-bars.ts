import { MultiBar } from "cli-progress";
import type { ViewStatus } from "../view/readable-view.ts";
import { makeProgressLine } from "./progress-line.ts";
import type { Screen } from "./screen.ts";

const clearBelow = "\x1b[0J";

/** Something that shows how views replay. */
export interface ProgressDisplay {
  update(statuses: readonly ViewStatus[], options: { readonly isStopping: boolean }): void;
  /** Leaves what was shown last. */
  close(): void;
}

/** True if the screen has room for so many bars: cursors cannot go back to lines that have left a terminal. */
export function hasRoomForBars({ isInteractive, stream }: Screen, views: number): boolean {
  return isInteractive && views < (stream.rows ?? 24) - 1;
}

/** A bar for each view at the bottom of the screen; lines printed meanwhile go above. A complete view's bar stands still. */
export function openBars(screen: Screen, names: readonly string[]): ProgressDisplay {
  const { stream } = screen;
  const bars = new MultiBar({
    format: (_options, _params, { line }: { readonly line: string }) => line,
    // cli-progress asks of its stream only what a Screen has.
    stream: stream as NodeJS.WritableStream,
    forceRedraw: true, // a line printed above moves every bar, also those that are what they were
    linewrap: true, // lines printed above may be longer than the terminal is wide
    hideCursor: true,
  });
  const nameColumns = Math.max(...names.map((name) => name.length));
  const byView = new Map(names.map((name) => [name, { bar: bars.create(1, 0, { line: name }), isDone: false }]));
  const unpin = screen.pin((text) => {
    bars.log(`${clearBelow}${text}`);
    bars.update();
  });
  return {
    update: (statuses, { isStopping }) => {
      const columns = (stream.columns ?? 80) - 1; // a full line would wrap before its end is cleared
      for (const status of statuses) {
        const shown = byView.get(status.name);
        if (shown === undefined || shown.isDone) continue;
        shown.bar.update({ line: makeProgressLine(status, { nameColumns, columns, isStopping }) });
        shown.isDone = status.isComplete;
      }
    },
    close: () => {
      unpin();
      bars.stop();
    },
  };
}
