import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");

/** A running `tailwater` process; killed if a test leaves it behind. */
export class Command implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  #output = "";
  #errors = "";
  #wake: (() => void) | undefined;

  constructor(
    args: readonly string[],
    { cwd, env = {}, entry = main }: { cwd?: string; env?: Record<string, string>; entry?: string } = {},
  ) {
    this.process = spawn(process.execPath, [entry, ...args], {
      cwd,
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout?.on("data", (chunk) => {
      this.#output += String(chunk);
      this.#wake?.();
    });
    this.process.stderr?.on("data", (chunk) => {
      this.#errors += String(chunk);
      this.#wake?.();
    });
    this.exited = once(this.process, "close").then(([code]) => {
      this.#wake?.();
      return code as number | null; // `close` gives the code, or null after a signal
    });
  }

  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  /** Resolves with the match once standard output has it; rejects if the process ends before. */
  async untilPrinted(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (this.process.exitCode !== null)
        throw new Error(
          `ended with ${this.process.exitCode} before it printed ${pattern}: ${this.#output}${this.#errors}`,
        );
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null) this.process.kill("SIGKILL");
    await this.exited;
  }
}
