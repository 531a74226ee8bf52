import type { TailwaterError } from "../../base/errors.ts";
import { nextMacrotask } from "../../base/event-loop.ts";
import type { EventSource } from "../event-iterator.ts";
import { isInShare, type LogEvent, type LossReason, type ReadRequest } from "../log.ts";
import { TopicMissingError } from "../topic-missing-error.ts";
import { Wakeup } from "../wakeup.ts";
import type { DirectoryWatch } from "./directory-watch.ts";
import { TopicNameError } from "./embedded-log-errors.ts";
import { indexFile } from "./file-index.ts";
import { OpenTopic } from "./open-topic.ts";
import { asFileError, openTopicFile, topicFilePath } from "./topic-file.ts";
import type { TopicLives } from "./topic-lives.ts";

/** What the readers of one log share. */
export interface EmbeddedLogParts {
  readonly directory: string;
  readonly maxLineBytes: number;
  readonly watch: DirectoryWatch;
  readonly lives: TopicLives;
  /** Told when a file could not be closed. */
  readonly onCloseFailed: (error: unknown) => void;
}

/** Reads one topic: opens its file once it is there, hands out its lines slice by slice, waits for more at its end. */
export class EmbeddedReader implements EventSource {
  readonly #log: EmbeddedLogParts;
  readonly #request: ReadRequest;
  readonly #points: ReadonlyMap<number, number>;
  readonly #changes = new Wakeup();
  /** What is known to be said next: at most one slice. */
  readonly #events: LogEvent[] = [];
  #stopWatching: (() => void) | undefined;
  #topic: OpenTopic | undefined;
  #stall: TailwaterError | undefined;

  constructor(log: EmbeddedLogParts, request: ReadRequest) {
    this.#log = log;
    this.#request = request;
    const points = [...(request.resume?.points ?? [])].filter(([partition]) => isInShare(request.share, partition));
    this.#points = new Map(points.map(([partition, { offset }]) => [partition, offset]));
  }

  async pull(signal: AbortSignal): Promise<LogEvent | undefined> {
    this.#stopWatching ??= this.#log.watch.onChange(`${this.#request.topic}.ndjson`, this.#changes);
    while (!signal.aborted) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      try {
        await (this.#topic === undefined ? this.#open(signal) : this.#readOn(this.#topic, signal));
      } catch (error) {
        const cause = error instanceof TopicNameError ? error : asFileError(this.#log.directory, error);
        if (cause === undefined) throw error;
        await this.#cannotFollow(cause, signal);
      }
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#stopWatching?.();
    await this.#topic?.close().catch(this.#log.onCloseFailed);
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { topic, resume, share } = this.#request;
    const path = topicFilePath(this.#log.directory, topic);
    const opened = await openTopicFile(path);
    if (opened === undefined) return this.#cannotFollow(this.#missing(), signal);
    const { file, state } = opened;
    let isKept = false;
    try {
      const incarnation = await this.#log.lives.identify(topic, file, state, resume?.incarnation);
      if (resume !== undefined && resume.incarnation !== incarnation) {
        return this.#lose("RECREATED", undefined, `topic ${topic} was ${resume.incarnation} and is ${incarnation}`);
      }
      const { maxLineBytes } = this.#log;
      const index = await indexFile(file, { size: state.size, maxLineBytes, points: this.#points, share, signal });
      if (index === undefined) return;
      this.#follows();
      for (const [partition, offset] of this.#points) {
        const end = index.extents.get(partition)?.nextOffset ?? 0;
        if (offset > end) return this.#lose("TRUNCATED", partition, `read up to ${offset}, the file ends at ${end}`);
      }
      this.#topic = new OpenTopic({ incarnation, path, file, state, index, points: this.#points, share, maxLineBytes });
      isKept = true;
      this.#events.push({
        type: "opened",
        incarnation,
        partitions: this.#topic.bounds,
        deleteRetentionMs: null,
        hasDeleteCleanup: false,
      });
    } finally {
      if (!isKept) await file.close().catch(this.#log.onCloseFailed);
    }
  }

  async #readOn(topic: OpenTopic, signal: AbortSignal): Promise<void> {
    const { events, isExhausted } = topic.takeSlice();
    this.#events.push(...events);
    if (!isExhausted) return nextMacrotask();
    if (events.length > 0 || (await topic.fill())) return;
    const news = await topic.look();
    switch (news.kind) {
      case "missing":
        return this.#cannotFollow(this.#missing(), signal);
      case "other-life":
        this.#follows();
        this.#log.lives.end(this.#request.topic, topic.incarnation);
        return this.#lose("RECREATED", undefined, news.detail);
      case "changed":
        return this.#follows();
      case "same":
        this.#follows();
        if (this.#events.length === 0) await this.#changes.wait(signal);
    }
  }

  #lose(reason: LossReason, partition: number | undefined, detail: string): void {
    this.#events.push({ type: "lost", reason, partition, detail });
  }

  #missing(): TopicMissingError {
    return new TopicMissingError({ topic: this.#request.topic, log: `ndjson:${this.#log.directory}` });
  }

  /** Says why, once, and then waits until something may have changed. */
  async #cannotFollow(cause: TailwaterError, signal: AbortSignal): Promise<void> {
    if (this.#stall?.code === cause.code && this.#stall.message === cause.message) {
      await this.#changes.wait(signal);
      return;
    }
    this.#stall = cause;
    this.#events.push({ type: "stalled", cause });
  }

  #follows(): void {
    if (this.#stall === undefined) return;
    this.#stall = undefined;
    this.#events.push({ type: "resumed" });
  }
}
