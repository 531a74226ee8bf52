/**
 * Something to wait for, by one waiter at a time. A wake that comes while nobody waits is kept for the next wait, so
 * that nothing is missed between looking and waiting.
 */
export class Wakeup {
  #isAwake = false;
  #resume: (() => void) | undefined;

  wake(): void {
    this.#isAwake = true;
    this.#resume?.();
  }

  /** Resolves after a wake since the last wait, or as soon as `signal` aborts; never rejects. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#isAwake && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
        signal.addEventListener("abort", this.#onAbort, { once: true });
      });
      signal.removeEventListener("abort", this.#onAbort);
      this.#resume = undefined;
    }
    this.#isAwake = false;
  }

  readonly #onAbort = () => this.#resume?.();
}
