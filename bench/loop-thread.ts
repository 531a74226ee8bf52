import { Worker } from "node:worker_threads";
import type { FromWorker, WorkerSetup } from "../src/decode/workers/ingest-protocol.ts";
import type { SpawnThread } from "../src/decode/workers/ingest-thread.ts";

/** What `loop-worker.ts` is started with. */
export interface LoopSetup extends WorkerSetup {
  readonly keys: number;
}

/** Where it is told what its log says next. */
export const ordersChannel = "what the log of bench:loop says";

/** Makes ingest workers whose log is made up, of so many keys. */
export function makeLoopSpawner(keys: number): SpawnThread {
  return (name, setup, listener) => {
    const workerData: LoopSetup = { ...setup, keys };
    const worker = new Worker(new URL("./loop-worker.ts", import.meta.url), { name, workerData });
    let cause: Error | undefined;
    worker.on("message", (message: FromWorker) => listener.onMessage(message)); // it posts nothing else
    worker.on("error", (error) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    worker.on("exit", () => listener.onExit(cause));
    return {
      post: (message, transferred) => worker.postMessage(message, transferred),
      terminate: () => void worker.terminate(),
    };
  };
}
