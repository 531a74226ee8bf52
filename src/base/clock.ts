/** Time, injected. Tests use a clock that they move by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump when the machine's clock is set. */
  nowMs(): number;
  /** Milliseconds since some fixed moment; never goes back. For durations. */
  monotonicMs(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal | undefined): Promise<void>;
  /** Calls back once after `ms` milliseconds, on its own macrotask; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}
