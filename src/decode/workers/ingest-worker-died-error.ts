import { TailwaterError } from "../../base/errors.ts";

/** A thread that reads and decodes has ended without being told to. A new one takes its place by itself. */
export class IngestWorkerDiedError extends TailwaterError {
  constructor({ worker, cause, restartMs }: { worker: number; cause: Error; restartMs: number }) {
    super({
      code: "INGEST_WORKER_DIED",
      message: `ingest worker ${worker} died: ${cause.message}; a new one goes on from the same positions in ${restartMs} ms`,
      retriable: true,
      cause,
    });
  }
}
