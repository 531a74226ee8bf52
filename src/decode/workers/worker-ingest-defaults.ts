/** What counts where an option of the ingest is left out. */
export const workerIngestDefaults = {
  workers: 1,
  generatedScanners: true,
  /** Bytes of rows that have been decoded and not yet taken, in all workers together; one batch of each read goes always. */
  maxBytesInFlight: 16 * 1024 * 1024,
  /** Pauses before a worker that died is replaced grow from the first to the second. */
  minRestartPauseMs: 100,
  maxRestartPauseMs: 30_000,
  /** A worker that has not ended by then, when it was told to, is ended by force. */
  stopTimeoutMs: 5_000,
} as const;

/** Bounds of one message of a worker: more rows go into the next. */
export const messageLimits = {
  events: 16,
  bytes: 1024 * 1024,
} as const;

/** Taken bytes and released buffers are told to the worker when there are so many, or nothing is left to take. */
export const returnLimits = {
  bytes: 256 * 1024,
  buffers: 16,
} as const;

/** How often a worker says how long its reads have been away from their ends. */
export const awayEveryMs = 5_000;
