import type { WriteStream } from "node:tty";

/** What is needed of standard error to write to it and to draw on it. */
export type ScreenStream = Pick<WriteStream, "write"> & Partial<Pick<WriteStream, "isTTY" | "columns" | "rows">>;

/** Standard error: lines, and on a terminal something pinned below them. */
export class Screen {
  readonly stream: ScreenStream;
  #printAbove: ((text: string) => void) | undefined;

  constructor(stream: ScreenStream) {
    this.stream = stream;
  }

  /** It is a terminal that can be drawn on. */
  get isInteractive(): boolean {
    return this.stream.isTTY === true;
  }

  /** Writes whole lines, above what is pinned. */
  print(text: string): void {
    if (this.#printAbove === undefined) this.stream.write(text);
    else this.#printAbove(text);
  }

  /** From now on lines are written by `printAbove`, which keeps the bottom as it is. The returned function ends that. */
  pin(printAbove: (text: string) => void): () => void {
    this.#printAbove = printAbove;
    return () => {
      this.#printAbove = undefined;
    };
  }
}
