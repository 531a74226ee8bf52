import type { EventSource } from "../event-iterator.ts";
import type { LogEvent, ReadRequest } from "../log.ts";
import { Wakeup } from "../wakeup.ts";
import { FetchLoop } from "./fetch-loop.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import type { KafkaLogSettings } from "./kafka-log-options.ts";
import { ReadSession } from "./read-session.ts";
import { TopicSupervisor } from "./topic-supervisor.ts";

/** The parts of a log that its reads share. */
export interface TopicReadParts {
  readonly cluster: KafkaCluster;
  readonly settings: KafkaLogSettings;
  /** Told the size of each answer to Fetch. */
  readonly onAnswer: (topic: string, bytes: number) => void;
}

/**
 * One read of one topic: starts at the first pull, then a supervisor and a fetch loop for each leading broker fill the
 * session's queue while the consumer empties it.
 */
export class TopicRead implements EventSource {
  readonly #parts: TopicReadParts;
  readonly #session: ReadSession;
  readonly #wakeup = new Wakeup();
  readonly #loops = new Map<number, FetchLoop>();
  #isStarted = false;

  constructor(request: ReadRequest, parts: TopicReadParts) {
    this.#parts = parts;
    this.#session = new ReadSession({
      request,
      settings: parts.settings,
      onEvent: () => this.#wakeup.wake(),
      onFetchable: () => this.#wakeLoops(),
    });
  }

  async pull(signal: AbortSignal): Promise<LogEvent | undefined> {
    if (!this.#isStarted) this.#start();
    for (;;) {
      const event = this.#session.take();
      if (event !== undefined || signal.aborted) return event;
      await this.#wakeup.wait(signal);
    }
  }

  awayMs(): ReadonlyMap<number, number> {
    return this.#session.awayMs();
  }

  /** Does not wait for requests on shared connections: their answers find the session ended. */
  async close(): Promise<void> {
    this.#session.end();
  }

  #start(): void {
    this.#isStarted = true;
    this.#guard(new TopicSupervisor(this.#session, this.#parts.cluster).run());
  }

  /** A fetch loop for each broker that leads something; one that no longer does sleeps. */
  #wakeLoops(): void {
    for (const { leader } of this.#session.cursors.values()) {
      if (leader === undefined || this.#loops.has(leader.nodeId)) continue;
      const loop = this.#makeLoop(leader.nodeId);
      this.#loops.set(leader.nodeId, loop);
      this.#guard(loop.run());
    }
    for (const loop of this.#loops.values()) loop.wake();
  }

  #makeLoop(nodeId: number): FetchLoop {
    const { cluster, onAnswer } = this.#parts;
    const session = this.#session;
    return new FetchLoop({
      session,
      nodeId,
      brokers: cluster,
      onAnswer: (bytes) => onAnswer(session.request.topic, bytes),
    });
  }

  /** A task rejects only for a defect of ours, which is the consumer's to see. */
  #guard(task: Promise<void>): void {
    void task.catch((error: unknown) => this.#session.breakWith(error));
  }
}
