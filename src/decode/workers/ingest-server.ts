import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../log/log.ts";
import { BufferPool } from "../columns/buffer-pool.ts";
import { createIngest } from "../ingest-topic.ts";
import type { PostedRequest, PostFromWorker, ToWorker, WorkerSetup } from "./ingest-protocol.ts";
import { ServedRead } from "./served-read.ts";
import { awayEveryMs } from "./worker-ingest-defaults.ts";

export interface IngestServerParts extends Omit<WorkerSetup, "log"> {
  /** Closed by `stop`. */
  readonly log: Log;
  readonly clock: Clock;
  readonly post: PostFromWorker;
}

/**
 * The worker's side: does the reads it is told to do, over one log and one pool of buffers. All reads together have
 * `maxBytesInFlight` in flight, each an equal share, so that one whose rows nobody takes never keeps another back.
 */
export class IngestServer {
  readonly #parts: IngestServerParts;
  readonly #buffers = new BufferPool();
  readonly #reads = new Map<number, ServedRead>();
  #cancelAway: () => void;

  constructor(parts: IngestServerParts) {
    this.#parts = parts;
    this.#cancelAway = this.#postAwayLater();
  }

  handle(message: Exclude<ToWorker, { readonly type: "stop" }>): void {
    switch (message.type) {
      case "open":
        this.#open(message.read, message.request);
        break;
      case "return":
        for (const buffer of message.buffers) this.#buffers.returnBuffer(buffer);
        this.#reads.get(message.read)?.take(message.takenBytes);
        break;
      case "close":
        this.#reads.get(message.read)?.close();
        this.#end(message.read);
        break;
    }
  }

  /** Ends all reads and closes the log. */
  async stop(): Promise<void> {
    this.#cancelAway();
    for (const read of this.#reads.values()) read.close();
    this.#reads.clear();
    await this.#parts.log.close();
  }

  #open(read: number, { definitions, ...request }: PostedRequest): void {
    const { log, hashSeed, decodeWay, post } = this.#parts;
    const open = createIngest({ log, definitions, hashSeed, decodeWay, buffers: this.#buffers });
    const served = new ServedRead({
      read,
      open: (signal) => open({ ...request, signal }),
      buffers: this.#buffers,
      shareBytes: () => this.#parts.maxBytesInFlight / this.#reads.size,
      post,
    });
    this.#reads.set(read, served);
    void served.run().then(() => this.#end(read)); // never rejects
  }

  /** The others' shares grow. */
  #end(read: number): void {
    this.#reads.delete(read);
    for (const other of this.#reads.values()) other.lookForRoom();
  }

  #postAwayLater(): () => void {
    return this.#parts.clock.after(awayEveryMs, () => {
      for (const read of this.#reads.values()) read.postAway();
      this.#cancelAway = this.#postAwayLater();
    });
  }
}
