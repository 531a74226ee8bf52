import { extname } from "node:path";
import { type ResourceLimits, Worker } from "node:worker_threads";
import type { FromWorker, PostToWorker, WorkerSetup } from "./ingest-protocol.ts";

/** A thread that serves reads. */
export interface IngestThread {
  /** Does nothing once the thread has ended. */
  readonly post: PostToWorker;
  /** Ends it by force, wherever it is; `onExit` tells when. */
  terminate(): void;
}

/** Who hears of a thread. */
export interface ThreadListener {
  onMessage(message: FromWorker): void;
  /** Called once, after all messages. `cause`: why it ended if nobody asked it to, or how it could not start. */
  onExit(cause: Error | undefined): void;
}

/** Starts a thread; never throws. */
export type SpawnThread = (name: string, setup: WorkerSetup, listener: ThreadListener) => IngestThread;

/** Beside this file, with the ending that this file has: `.ts` from source, `.js` from the build. */
const entry = new URL(`./ingest-worker${extname(import.meta.url)}`, import.meta.url);

/** Starts worker threads with `ingest-worker.ts` as their entry; what is left out of `limits` is as Node says. */
export function makeThreadSpawner(limits: ResourceLimits = {}): SpawnThread {
  return (name, setup, listener) => {
    try {
      return startThread(new Worker(entry, { name, workerData: setup, resourceLimits: limits }), listener);
    } catch (error) {
      setImmediate(() => listener.onExit(asError(error)));
      return { post: () => undefined, terminate: () => undefined };
    }
  };
}

function startThread(worker: Worker, listener: ThreadListener): IngestThread {
  let cause: Error | undefined;
  worker.on("message", (message: FromWorker) => listener.onMessage(message)); // `ingest-worker.ts` posts nothing else
  worker.on("error", (error) => {
    cause ??= asError(error);
  });
  worker.on("messageerror", (error) => {
    cause ??= error;
    void worker.terminate(); // what it said cannot be read: its next words would leave a gap
  });
  worker.on("exit", (code) => {
    listener.onExit(cause ?? (code === 0 ? undefined : new Error(`it ended with exit code ${code}`)));
  });
  return {
    post: (message, transferred) => worker.postMessage(message, transferred),
    terminate: () => void worker.terminate(),
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
