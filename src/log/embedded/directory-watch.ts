import { type FSWatcher, watch } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Wakeup } from "../wakeup.ts";

/**
 * Wakes readers when a file of the directory may have changed: by the operating system's notice, and by a slow poll for
 * where there is none (network file systems, links, too many watches, a directory that appears later). Watches
 * only while somebody waits.
 */
export class DirectoryWatch {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #pollMs: number;
  readonly #waiting = new Map<Wakeup, string>();
  #watcher: FSWatcher | undefined;
  #hasWarned = false;
  #cancelPoll: () => void = () => undefined;

  constructor(directory: string, { clock, logger, pollMs }: { clock: Clock; logger: Logger; pollMs: number }) {
    this.#directory = directory;
    this.#clock = clock;
    this.#logger = logger;
    this.#pollMs = pollMs;
  }

  /** Wakes `wakeup` from now on whenever the file of this name may have changed. The returned function ends it. */
  onChange(fileName: string, wakeup: Wakeup): () => void {
    this.#waiting.set(wakeup, fileName);
    if (this.#waiting.size === 1) this.#start();
    return () => {
      this.#waiting.delete(wakeup);
      if (this.#waiting.size === 0) this.#stop();
    };
  }

  #start(): void {
    this.#watch();
    this.#cancelPoll = this.#clock.after(this.#pollMs, () => {
      this.#wake(null);
      this.#start();
    });
  }

  #stop(): void {
    this.#cancelPoll();
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #watch(): void {
    if (this.#watcher !== undefined) return;
    try {
      this.#watcher = watch(this.#directory, { persistent: false });
      this.#watcher.on("change", (_event, fileName) => this.#wake(fileName === null ? null : String(fileName)));
      this.#watcher.on("error", (error) => this.#fail(error));
    } catch (error) {
      this.#fail(error); // tried again at each poll, which goes on
    }
  }

  #fail(error: unknown): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#logger.warn(
      { directory: this.#directory, pollMs: this.#pollMs, error },
      "cannot watch the log's directory; it is polled",
    );
  }

  /** Null: any file. */
  #wake(fileName: string | null): void {
    for (const [wakeup, waitedFor] of this.#waiting) {
      if (fileName === null || fileName === waitedFor) wakeup.wake();
    }
  }
}
