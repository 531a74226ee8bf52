import type { Clock } from "../../base/clock.ts";
import type { TailwaterError } from "../../base/errors.ts";
import { elapsedMs, type Moment, takeMoment } from "../../base/moment.ts";
import { isInShare, type PartitionShare, type ResumePoint } from "../../log/log.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { IngestEvent, IngestRequest } from "../ingest.ts";
import { ForwardedError } from "./error-data.ts";
import type { PostedEvent, PostedRequest, PostedRows } from "./ingest-protocol.ts";
import type { IngestWorkerDiedError } from "./ingest-worker-died-error.ts";
import type { HostedRead, ReadMessage, WorkerHost } from "./worker-host.ts";
import { returnLimits } from "./worker-ingest-defaults.ts";

/** What a part of a read says, in order. */
export type PartItem =
  | Exclude<IngestEvent, { readonly type: "rows" | "stalled" | "resumed" }>
  | PostedRows
  /** What is in the way of this part now; undefined: nothing. */
  | { readonly type: "cause"; readonly cause: TailwaterError | undefined }
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly error: TailwaterError };

export interface PartReadParts {
  readonly host: WorkerHost;
  readonly request: IngestRequest;
  /** The partitions that this worker reads. */
  readonly share: PartitionShare | undefined;
  /** The views that take part now. */
  readonly definitions: () => readonly ViewDefinition[];
  readonly clock: Clock;
  /** `take` may give something. */
  readonly onItem: () => void;
}

/**
 * The part of one read that one worker does, whatever threads that takes. Every message is taken over as a whole when it
 * arrives, and what has arrived is handed out: so a thread that begins anew goes on exactly after it, nothing lost and
 * nothing twice (L3). Items are taken in order.
 */
export class PartRead implements HostedRead {
  readonly #parts: PartReadParts;
  readonly #beganAt: Moment;
  #items: Array<{ readonly item: PartItem; readonly life: number }> = [];
  /** Threads so far that were lost. */
  #life = 0;
  /** Of the topic, once it is known. */
  #incarnation: string | undefined;
  /** Partitions that have been spoken of. */
  readonly #partitions = new Set<number>();
  /** After all that has arrived. */
  readonly #points = new Map<number, ResumePoint>();
  #hasOpened = false;
  /** A thread is gone, and the next one has not spoken yet. */
  #isDead = false;
  #away: { readonly at: Moment; readonly awayMs: ReadonlyMap<number, number> } | undefined;
  #takenBytes = 0;
  #released: ArrayBuffer[] = [];

  constructor(parts: PartReadParts) {
    this.#parts = parts;
    this.#beganAt = takeMoment(parts.clock);
    const { resume } = parts.request;
    this.#incarnation = resume?.incarnation;
    for (const [partition, point] of resume?.points ?? []) {
      if (isInShare(parts.share, partition)) this.#points.set(partition, point);
    }
  }

  /** Begins to read. Once. */
  open(): void {
    this.#parts.host.open(this);
  }

  /** The next item; undefined if there is none now. */
  take(): PartItem | undefined {
    const taken = this.#items.shift();
    if (taken === undefined) return undefined;
    const { item, life } = taken;
    if (item.type === "rows" && life === this.#life) {
      this.#takenBytes += item.bytes;
      if (this.#takenBytes >= returnLimits.bytes) this.giveBack();
    }
    return item;
  }

  /** Takes back a buffer of rows that were taken. */
  release(buffer: ArrayBuffer): void {
    this.#released.push(buffer);
    if (this.#released.length >= returnLimits.buffers) this.giveBack();
  }

  /** Tells the worker what was taken and released. */
  giveBack(): void {
    if (this.#takenBytes === 0 && this.#released.length === 0) return;
    this.#parts.host.giveBack(this, this.#takenBytes, this.#released);
    this.#takenBytes = 0;
    this.#released = [];
  }

  /** Ends the reading. */
  close(): void {
    this.#items = [];
    this.#parts.host.close(this);
  }

  /** As `LogRead.awayMs`: by what the worker said last, and the time since. */
  awayMs(): ReadonlyMap<number, number> {
    const now = takeMoment(this.#parts.clock);
    return new Map([...this.#partitions].map((partition) => [partition, this.#awayMsOf(partition, now)]));
  }

  describe(): PostedRequest {
    const { request, share, definitions, clock } = this.#parts;
    const { topic, isolation, generation } = request;
    const now = takeMoment(clock);
    const points = new Map(
      [...this.#points].map(([partition, point]) => [partition, { ...point, awayMs: this.#awayMsOf(partition, now) }]),
    );
    const resume = this.#incarnation === undefined ? undefined : { incarnation: this.#incarnation, points };
    return { topic, isolation, generation, share, resume, definitions: definitions() };
  }

  onMessage(message: ReadMessage): void {
    switch (message.type) {
      case "events":
        for (const event of message.events) this.#onEvent(event);
        break;
      case "away":
        this.#away = { at: takeMoment(this.#parts.clock), awayMs: message.awayMs };
        break;
      case "ended":
        this.#put({ type: "ended" });
        break;
      case "failed":
        this.#put({ type: "failed", error: new ForwardedError(message.error) });
        break;
    }
    this.#parts.onItem();
  }

  onDied(error: IngestWorkerDiedError): void {
    this.#life += 1;
    this.#takenBytes = 0;
    this.#isDead = true;
    this.#put({ type: "cause", cause: error });
    this.#parts.onItem();
  }

  #onEvent(event: PostedEvent): void {
    switch (event.type) {
      case "opened":
        this.#open(event);
        break;
      case "partition-added":
        this.#noteBounds(event);
        break;
      case "stalled":
        this.#isDead = false;
        this.#put({ type: "cause", cause: new ForwardedError(event.cause) });
        break;
      case "resumed":
        this.#put({ type: "cause", cause: undefined });
        break;
      case "rows":
        this.#advance(event);
        this.#put(event);
        break;
      default:
        this.#put(event);
    }
  }

  /** A topic that is opened again, by another thread, is the same one: only its news are news. */
  #open(event: Extract<IngestEvent, { readonly type: "opened" }>): void {
    const { incarnation, partitions, hasDeleteCleanup } = event;
    this.#incarnation = incarnation;
    if (this.#hasOpened) {
      for (const bounds of partitions) this.#noteBounds({ bounds });
      if (hasDeleteCleanup !== undefined) this.#put({ type: "cleanup-changed", hasDeleteCleanup });
      this.#revive();
    } else {
      this.#revive();
      this.#hasOpened = true;
      for (const { partition } of partitions) this.#partitions.add(partition);
      this.#put(event);
    }
  }

  #revive(): void {
    if (this.#isDead) this.#put({ type: "cause", cause: undefined });
    this.#isDead = false;
  }

  #noteBounds({ bounds }: Pick<Extract<IngestEvent, { readonly type: "bounds" }>, "bounds">): void {
    const isKnown = this.#partitions.has(bounds.partition);
    this.#partitions.add(bounds.partition);
    this.#put({ type: isKnown ? "bounds" : "partition-added", bounds });
  }

  /** Without a view that takes part there is no position to go on from. */
  #advance({ batches }: PostedRows): void {
    const [first] = batches;
    if (first === undefined) return;
    const { partition, leaderEpoch } = first;
    const offset = Math.max(...batches.map(({ nextOffset }) => nextOffset));
    const known = this.#points.get(partition);
    this.#points.set(partition, { offset, leaderEpoch: leaderEpoch >= 0 ? leaderEpoch : (known?.leaderEpoch ?? -1) });
  }

  #awayMsOf(partition: number, now: Moment): number {
    const said = this.#away?.awayMs.get(partition);
    if (this.#away !== undefined && said !== undefined) return said + elapsedMs(this.#away.at, now);
    return elapsedMs(this.#beganAt, now) + (this.#parts.request.resume?.points.get(partition)?.awayMs ?? 0);
  }

  #put(item: PartItem): void {
    this.#items.push({ item, life: this.#life });
  }
}
