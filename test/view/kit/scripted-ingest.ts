import type { IngestEvent, IngestRequest, OpenIngest } from "../../../src/decode/ingest.ts";
import type { PartitionBounds } from "../../../src/log/log.ts";
import { type BatchFacts, makeRowBatch, type RowOperation } from "../../support/row-batches.ts";
import { orderView } from "./order-view.ts";

/** One read that a test drives: events go out in the order they were said, without a macrotask between them. */
export class ScriptedRead implements AsyncIterableIterator<IngestEvent, undefined> {
  readonly request: IngestRequest;
  readonly #events: IngestEvent[] = [];
  #wake: (() => void) | undefined;
  #isOver = false;

  constructor(request: IngestRequest) {
    this.request = request;
    request.signal.addEventListener("abort", () => this.end(), { once: true });
  }

  say(...events: readonly IngestEvent[]): void {
    this.#events.push(...events);
    this.#wake?.();
  }

  /** Nothing more comes. */
  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Events that nobody has taken yet. */
  get untaken(): number {
    return this.#events.length;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<IngestEvent, undefined>> {
    while (this.#events.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const event = this.#isOver ? undefined : this.#events.shift();
    return event === undefined ? { done: true, value: undefined } : { done: false, value: event };
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }
}

/** An ingest whose reads a test drives; `reads` in the order in which they were opened. */
export function scriptIngest(): { readonly openIngest: OpenIngest; readonly reads: readonly ScriptedRead[] } {
  const reads: ScriptedRead[] = [];
  return {
    reads,
    openIngest: (request) => {
      const read = new ScriptedRead(request);
      reads.push(read);
      return read;
    },
  };
}

export function boundsOf(partition: number, lastStableOffset: number, startOffset = 0): PartitionBounds {
  return { partition, startOffset, lastStableOffset, highWatermark: lastStableOffset };
}

export function opened(
  partitions: readonly PartitionBounds[],
  incarnation = "life-1",
): Extract<IngestEvent, { readonly type: "opened" }> {
  return { type: "opened", incarnation, partitions, deleteRetentionMs: null };
}

/** Rows of one key after another: `n` upserts, null deletes; of partition 0 and one view unless said otherwise. */
export function rowsAt(
  fromOffset: number,
  values: ReadonlyArray<readonly [key: string, n: number | null]>,
  {
    views = ["Order"],
    generation = 1,
    incarnation = "life-1",
    ...changes
  }: BatchFacts & { readonly views?: readonly string[] } = {},
): IngestEvent {
  const rows = values.map(([key, n], at): RowOperation => {
    const place = { key, offset: fromOffset + at, timestamp: 0 };
    return n === null ? { operation: "DELETE", ...place } : { operation: "UPSERT", ...place, values: [key, n] };
  });
  const facts = { generation, incarnation, fromOffset, nextOffset: fromOffset + values.length, ...changes };
  const batches = views.map((view) => makeRowBatch({ ...orderView, name: view }, rows, facts));
  return { type: "rows", batches, recordCount: values.length, sizeBytes: 0, release: () => {} };
}
