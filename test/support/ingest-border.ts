import { MessageChannel } from "node:worker_threads";
import type { FromWorker, ToWorker, WorkerSetup } from "../../src/decode/workers/ingest-protocol.ts";
import { IngestServer } from "../../src/decode/workers/ingest-server.ts";
import type { IngestThread, SpawnThread, ThreadListener } from "../../src/decode/workers/ingest-thread.ts";
import type { Log } from "../../src/log/log.ts";
import { ManualClock } from "./manual-clock.ts";

/** Last word of a thread that has ended. */
interface Exit {
  readonly type: "exit";
}

/** How threads behave. */
export interface BorderOptions {
  /** Thread `n` (from 0) dies as soon as it has posted so many messages; undefined: it lives. */
  readonly diesAfter?: ((thread: number) => number | undefined) | undefined;
  /** Thread `n` does not answer `stop`. */
  readonly isDeaf?: ((thread: number) => boolean) | undefined;
}

/**
 * Ingest workers without threads: messages cross a real channel, by structured clone and transfer, but both sides run
 * on this thread and read one log, so that a test decides after which message a worker dies. Time on the workers' side is
 * `clock`.
 */
export class IngestBorder {
  readonly threads: BorderThread[] = [];
  readonly clock = new ManualClock();
  readonly #log: Log;
  readonly #options: BorderOptions;

  constructor(log: Log, options: BorderOptions = {}) {
    this.#log = log;
    this.#options = options;
  }

  readonly spawn: SpawnThread = (name, setup, listener) => {
    const number = this.threads.length;
    const { diesAfter, isDeaf } = this.#options;
    const thread = new BorderThread(
      { name, log: this.#log, clock: this.clock, diesAfter: diesAfter?.(number), isDeaf: isDeaf?.(number) ?? false },
      setup,
      listener,
    );
    this.threads.push(thread);
    return thread;
  };

  /** The threads that have not ended. */
  get living(): readonly BorderThread[] {
    return this.threads.filter(({ isAlive }) => isAlive);
  }
}

interface ThreadFacts {
  readonly name: string;
  readonly log: Log;
  readonly clock: ManualClock;
  readonly diesAfter: number | undefined;
  readonly isDeaf: boolean;
}

/** A worker of an `IngestBorder`. */
export class BorderThread implements IngestThread {
  readonly name: string;
  readonly received: ToWorker[] = [];
  readonly posted: FromWorker[] = [];
  wasTerminated = false;
  readonly #facts: ThreadFacts;
  readonly #server: IngestServer;
  readonly #here;
  readonly #there;
  #isAlive = true;

  constructor(facts: ThreadFacts, setup: WorkerSetup, listener: ThreadListener) {
    this.name = facts.name;
    this.#facts = facts;
    const { port1, port2 } = new MessageChannel();
    this.#here = port1;
    this.#there = port2;
    this.#server = new IngestServer({
      ...setup,
      log: { read: (request) => facts.log.read(request), close: async () => undefined },
      clock: facts.clock,
      post: (message, transferred) => this.#postBack(message, transferred),
    });
    port2.on("message", (message: ToWorker) => this.#receive(message));
    port1.on("message", (message: FromWorker | Exit) => {
      if (message.type !== "exit") listener.onMessage(message);
      else {
        port1.close();
        listener.onExit(this.#cause);
      }
    });
  }

  #cause: Error | undefined;

  get isAlive(): boolean {
    return this.#isAlive;
  }

  post(message: ToWorker, transferred: readonly ArrayBuffer[]): void {
    this.#here.postMessage(message, [...transferred]);
  }

  terminate(): void {
    this.wasTerminated = true;
    this.die("it was terminated");
  }

  /** Nothing that the thread would have posted from now on arrives. */
  die(why = "a test wanted it to"): void {
    this.#end(new Error(why));
  }

  #end(cause: Error | undefined): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#cause = cause;
    this.#there.postMessage({ type: "exit" } satisfies Exit);
    void this.#server.stop();
  }

  #receive(message: ToWorker): void {
    this.received.push(message);
    if (!this.#isAlive) return;
    if (message.type !== "stop") this.#server.handle(message);
    else if (!this.#facts.isDeaf) this.#end(undefined);
  }

  #postBack(message: FromWorker, transferred: readonly ArrayBuffer[]): void {
    if (!this.#isAlive) return;
    this.posted.push(message);
    this.#there.postMessage(message, [...transferred]);
    if (this.posted.length === this.#facts.diesAfter) this.die(`it had posted ${this.posted.length} messages`);
  }
}
