import { assertNever, type TailwaterError } from "../../base/errors.ts";
import type { EventSource } from "../../log/event-iterator.ts";
import { Wakeup } from "../../log/wakeup.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { IngestEvent } from "../ingest.ts";
import { makeRelease } from "../make-release.ts";
import type { PostedRows } from "./ingest-protocol.ts";
import type { PartItem, PartRead, PartReadParts } from "./part-read.ts";

type Opened = Extract<IngestEvent, { readonly type: "opened" }>;

/** A part with what it has said of itself. */
interface Part {
  readonly read: PartRead;
  opened: Opened | undefined;
  /** What is in its way. */
  cause: TailwaterError | undefined;
}

/** Makes the parts of a read, one for each worker that takes part. They share out the partitions. */
export type MakeParts = (parts: Pick<PartReadParts, "definitions" | "onItem">) => readonly PartRead[];

export interface MergedReadParts {
  readonly topic: string;
  readonly definitions: readonly ViewDefinition[];
  readonly makeParts: MakeParts;
}

/**
 * One read of a topic whose partitions several workers share: opened when all parts are, and all have found the same
 * incarnation; stalled while any is; lost when any is. Parts take turns. A view that has halted in one part is left out of
 * what all parts say from then on.
 */
export class MergedRead implements EventSource<IngestEvent> {
  readonly #topic: string;
  readonly #parts: readonly Part[];
  readonly #wakeup = new Wakeup();
  readonly #halted = new Set<string>();
  #isBegun = false;
  #isOpen = false;
  #turn = 0;
  /** As it was last said of the topic. */
  #hasDeleteCleanup: boolean | undefined;
  /** What was said to be in the way. */
  #said: TailwaterError | undefined;

  constructor({ topic, definitions, makeParts }: MergedReadParts) {
    this.#topic = topic;
    const reads = makeParts({
      definitions: () => definitions.filter(({ name }) => !this.#halted.has(name)),
      onItem: () => this.#wakeup.wake(),
    });
    this.#parts = reads.map((read) => ({ read, opened: undefined, cause: undefined }));
  }

  async pull(signal: AbortSignal): Promise<IngestEvent | undefined> {
    if (!this.#isBegun) this.#begin();
    while (!signal.aborted) {
      const event = this.#take();
      if (event === "ended") return undefined;
      if (event !== undefined) return event;
      for (const { read } of this.#parts) read.giveBack(); // nothing is left to take: the workers may go on
      await this.#wakeup.wait(signal);
    }
    return undefined;
  }

  async close(): Promise<void> {
    for (const { read } of this.#parts) read.close();
  }

  awayMs(): ReadonlyMap<number, number> {
    return new Map(this.#parts.flatMap(({ read }) => [...read.awayMs()]));
  }

  #begin(): void {
    this.#isBegun = true;
    for (const { read } of this.#parts) read.open();
  }

  /** The next event of any part; undefined if there is none now. */
  #take(): IngestEvent | "ended" | undefined {
    const count = this.#parts.length;
    for (let turn = 0; turn < count; turn += 1) {
      const at = (this.#turn + turn) % count;
      const part = this.#parts[at];
      const event = part === undefined ? undefined : this.#takeFrom(part);
      if (event === undefined) continue;
      this.#turn = (at + 1) % count;
      return event;
    }
    return undefined;
  }

  /** What a part says after it has opened waits until all have. */
  #takeFrom(part: Part): IngestEvent | "ended" | undefined {
    while (this.#isOpen || part.opened === undefined) {
      const item = part.read.take();
      if (item === undefined) return undefined;
      const event = this.#translate(part, item);
      if (event !== undefined) return event;
    }
    return undefined;
  }

  #translate(part: Part, item: PartItem): IngestEvent | "ended" | undefined {
    switch (item.type) {
      case "opened":
        part.opened = item;
        return this.#open();
      case "cause":
        part.cause = item.cause;
        return this.#stall();
      case "rows":
        return this.#makeRows(part, item);
      case "ended":
        return "ended";
      case "failed":
        throw item.error;
      case "cleanup-changed":
        return this.#noteCleanup(item.hasDeleteCleanup) ? item : undefined;
      case "bounds":
      case "partition-added":
      case "lost":
        return item;
      default:
        return assertNever(item);
    }
  }

  /** Once all parts are open. */
  #open(): IngestEvent | undefined {
    const opened = this.#parts.flatMap((part) => (part.opened === undefined ? [] : [part.opened]));
    const [first] = opened;
    if (first === undefined || opened.length < this.#parts.length) return undefined;
    const other = opened.find(({ incarnation }) => incarnation !== first.incarnation);
    if (other !== undefined) {
      const detail = `while it was opened, topic ${this.#topic} was ${first.incarnation} and ${other.incarnation}`;
      return { type: "lost", reason: "RECREATED", partition: undefined, detail };
    }
    this.#isOpen = true;
    const partitions = opened.flatMap((part) => part.partitions).sort((a, b) => a.partition - b.partition);
    const { hasDeleteCleanup } = opened.find((part) => part.hasDeleteCleanup !== undefined) ?? first;
    this.#hasDeleteCleanup = hasDeleteCleanup;
    return { ...first, partitions, hasDeleteCleanup };
  }

  /** True if it is news: each part says it of the topic for itself. */
  #noteCleanup(hasDeleteCleanup: boolean): boolean {
    const isNews = hasDeleteCleanup !== this.#hasDeleteCleanup;
    this.#hasDeleteCleanup = hasDeleteCleanup;
    return isNews;
  }

  /** News of what is in the way: of the first part that something is in the way of. */
  #stall(): IngestEvent | undefined {
    const cause = this.#parts.find((part) => part.cause !== undefined)?.cause;
    const said = this.#said;
    this.#said = cause;
    if (cause === undefined) return said === undefined ? undefined : { type: "resumed" };
    if (cause.code === said?.code && cause.message === said.message) return undefined;
    return { type: "stalled", cause };
  }

  #makeRows({ read }: Part, { type, batches, recordCount, sizeBytes }: PostedRows): IngestEvent {
    const wanted = this.#halted.size === 0 ? batches : batches.filter(({ view }) => !this.#halted.has(view));
    for (const { view, halted } of wanted) if (halted !== undefined) this.#halted.add(view);
    if (wanted.length < batches.length) {
      for (const batch of batches) if (!wanted.includes(batch)) read.release(batch.buffer);
    }
    return {
      type,
      batches: wanted,
      recordCount,
      sizeBytes,
      release: makeRelease(wanted, (buffer) => read.release(buffer)),
    };
  }
}
