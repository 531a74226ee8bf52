import { backoffMs } from "../../base/backoff.ts";
import type { Clock } from "../../base/clock.ts";
import { assertNever } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import type { Counters } from "../../base/metrics.ts";
import { ForwardedError } from "./error-data.ts";
import type { FromWorker, PostedRequest, ToWorker, WorkerSetup } from "./ingest-protocol.ts";
import type { IngestThread, SpawnThread } from "./ingest-thread.ts";
import { IngestWorkerDiedError } from "./ingest-worker-died-error.ts";
import { workerIngestDefaults } from "./worker-ingest-defaults.ts";

/** What a worker says of one read. */
export type ReadMessage = Extract<FromWorker, { readonly read: number }>;

/** A read that a worker does. Its calls are synchronous. */
export interface HostedRead {
  /** What the worker shall read from now on: asked for whenever a worker begins with it. */
  describe(): PostedRequest;
  onMessage(message: ReadMessage): void;
  /** The worker is gone, and all that it had not posted. Another one will begin, after `describe`. */
  onDied(error: IngestWorkerDiedError): void;
}

export interface WorkerHostParts {
  readonly worker: number;
  readonly setup: WorkerSetup;
  readonly spawn: SpawnThread;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Counters;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  readonly random: () => number;
}

type State =
  /** Nothing is to be read by it yet. */
  | { readonly phase: "unborn" }
  | { readonly phase: "running"; readonly thread: IngestThread; readonly sinceMs: number }
  /** Between two threads. */
  | { readonly phase: "dead"; readonly error: IngestWorkerDiedError; readonly cancelRestart: () => void }
  | { readonly phase: "stopping" }
  | { readonly phase: "stopped" };

/**
 * One ingest worker, whatever threads it takes: the first starts when it is known that something will be read, or is;
 * one that dies is replaced, after a pause that grows while they die young, and gets all reads again.
 */
export class WorkerHost {
  readonly #parts: WorkerHostParts;
  readonly #logger: Logger;
  readonly #countDeaths: () => void;
  #state: State = { phase: "unborn" };
  /** By number. A read that another thread begins again has another number. */
  readonly #reads = new Map<number, HostedRead>();
  readonly #numbers = new Map<HostedRead, number>();
  #lastNumber = 0;
  #deathsInARow = 0;
  #onStopped: (() => void) | undefined;

  constructor(parts: WorkerHostParts) {
    this.#parts = parts;
    this.#logger = parts.logger.child({ ingestWorker: parts.worker });
    const count = parts.metrics.counter("ingest_worker_deaths", "Ingest workers that died and were replaced.");
    this.#countDeaths = () => count();
  }

  get isRunning(): boolean {
    return this.#state.phase === "running";
  }

  /** A read will come: its thread may start meanwhile. */
  prepare(): void {
    if (this.#state.phase === "unborn") this.#state = this.#start();
  }

  /** Begins a read. Nothing comes of it once the worker has been stopped. */
  open(read: HostedRead): void {
    this.prepare();
    const state = this.#state;
    if (state.phase === "stopping" || state.phase === "stopped") return;
    this.#numberAnew(read);
    if (state.phase === "dead") read.onDied(state.error);
    else this.#postOpen(read);
  }

  /** So many bytes of rows have been taken from the read, and these buffers released. */
  giveBack(read: HostedRead, takenBytes: number, buffers: readonly ArrayBuffer[]): void {
    const number = this.#numbers.get(read);
    if (number !== undefined) this.#post({ type: "return", read: number, takenBytes, buffers }, buffers);
  }

  /** Ends a read: nothing comes of it any more. */
  close(read: HostedRead): void {
    const number = this.#forget(read);
    if (number !== undefined) this.#post({ type: "close", read: number });
  }

  /** Ends the worker in order, or by force if that takes too long. Never rejects. */
  async stop(): Promise<void> {
    const state = this.#state;
    if (state.phase === "dead") state.cancelRestart();
    this.#state = { phase: "stopped" };
    if (state.phase !== "running") return;
    this.#state = { phase: "stopping" };
    const { thread } = state;
    const exited = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    thread.post({ type: "stop" }, []);
    const cancel = this.#parts.clock.after(workerIngestDefaults.stopTimeoutMs, () => {
      this.#logger.warn(
        { timeoutMs: workerIngestDefaults.stopTimeoutMs },
        "ingest worker does not end: ended by force",
      );
      thread.terminate();
    });
    await exited;
    cancel();
    this.#state = { phase: "stopped" };
  }

  #start(): State {
    const { worker, setup, spawn, clock } = this.#parts;
    const thread = spawn(`ingest-${worker}`, setup, {
      onMessage: (message) => this.#onMessage(message),
      onExit: (cause) => this.#onExit(cause),
    });
    return { phase: "running", thread, sinceMs: clock.monotonicMs() };
  }

  #onMessage(message: FromWorker): void {
    switch (message.type) {
      case "events":
      case "away":
      case "ended":
      case "failed":
        this.#reads.get(message.read)?.onMessage(message);
        break;
      case "log": {
        const errors = Object.entries(message.errors).map(([name, error]) => [name, new ForwardedError(error)]);
        this.#logger[message.level]({ ...message.fields, ...Object.fromEntries(errors) }, message.message);
        break;
      }
      case "count": {
        const { name, help, labelNames, by, labels } = message;
        this.#parts.metrics.counter(name, help, labelNames)(by, labels);
        break;
      }
      default:
        assertNever(message);
    }
  }

  #onExit(cause: Error | undefined): void {
    if (this.#state.phase === "running") this.#die(this.#state.sinceMs, cause ?? new Error("it ended by itself"));
    else {
      if (cause !== undefined) this.#logger.warn({ err: cause }, "ingest worker did not end in order");
      this.#onStopped?.();
    }
  }

  #die(sinceMs: number, cause: Error): void {
    const { worker, clock, random } = this.#parts;
    const { minRestartPauseMs, maxRestartPauseMs } = workerIngestDefaults;
    const livedMs = clock.monotonicMs() - sinceMs;
    this.#deathsInARow = livedMs > maxRestartPauseMs ? 1 : this.#deathsInARow + 1;
    const bounds = { minBackoffMs: minRestartPauseMs, maxBackoffMs: maxRestartPauseMs, random };
    const restartMs = backoffMs(this.#deathsInARow + 1, bounds);
    const error = new IngestWorkerDiedError({ worker, cause, restartMs });
    this.#logger.error({ err: error, restartMs, deathsInARow: this.#deathsInARow }, "ingest worker died");
    this.#countDeaths();
    this.#state = { phase: "dead", error, cancelRestart: clock.after(restartMs, () => this.#restart()) };
    for (const read of this.#reads.values()) read.onDied(error);
  }

  #restart(): void {
    this.#state = this.#start();
    for (const read of [...this.#reads.values()]) {
      this.#numberAnew(read);
      this.#postOpen(read);
    }
  }

  #numberAnew(read: HostedRead): void {
    this.#forget(read);
    this.#lastNumber += 1;
    this.#numbers.set(read, this.#lastNumber);
    this.#reads.set(this.#lastNumber, read);
  }

  #forget(read: HostedRead): number | undefined {
    const number = this.#numbers.get(read);
    this.#numbers.delete(read);
    if (number !== undefined) this.#reads.delete(number);
    return number;
  }

  #postOpen(read: HostedRead): void {
    const number = this.#numbers.get(read);
    if (number !== undefined) this.#post({ type: "open", read: number, request: read.describe() });
  }

  #post(message: ToWorker, transferred: readonly ArrayBuffer[] = []): void {
    if (this.#state.phase === "running") this.#state.thread.post(message, transferred);
  }
}
