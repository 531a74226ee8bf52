import { InvariantError } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import type { RowsEvent } from "../../decode/ingest.ts";
import type { RowBatch } from "../../decode/row-batch.ts";
import type { MaterializedView } from "../materialized-view.ts";
import { MemoryLimitError } from "../memory/memory-limit-error.ts";
import { makeFailureReason } from "./failure-reason.ts";
import type { Generation } from "./generation.ts";

export interface GenerationWriterParts {
  readonly generation: Generation;
  /** All views of its topic. */
  readonly views: readonly MaterializedView[];
  readonly logger: Logger;
}

/** Applies what is read of a topic to the views of one generation. A view that fails leaves it; the others go on. */
export class GenerationWriter {
  readonly generation: Generation;
  readonly #views: readonly MaterializedView[];
  readonly #logger: Logger;

  constructor({ generation, views, logger }: GenerationWriterParts) {
    this.generation = generation;
    this.#views = views;
    this.#logger = logger;
  }

  /** Subscribers that all its views have ever had. */
  get followersJoined(): number {
    return this.#views.reduce((sum, view) => sum + view.followersJoined, 0);
  }

  /**
   * Applies the next rows of what was read, so many of each view at most, to all views of the topic in one synchronous
   * step: they end it at the same offset. Says whether nothing is left.
   */
  applySlice({ batches, recordCount }: RowsEvent, rows: number): boolean {
    const endOffset = Math.min(...batches.map((batch) => this.#sliceEndOf(batch, rows)));
    for (const batch of batches) this.#applyBatch(batch, Math.min(endOffset, batch.nextOffset));
    if (batches.some(({ nextOffset }) => nextOffset > endOffset)) return false;
    const [first] = batches;
    if (first === undefined) return true;
    const nextOffset = Math.max(...batches.map((batch) => batch.nextOffset));
    this.generation.noteProgress(first.partition, nextOffset, recordCount);
    return true;
  }

  /** The view cannot go on in this generation: `defect` came of `doing` something. Throws it if the view is not in it. */
  failBy(view: MaterializedView, defect: unknown, doing: string): void {
    const { generation } = this;
    const store = generation.stores.get(view.definition.name);
    if (store === undefined) throw defect;
    const reason = makeFailureReason(defect, doing, { generation, store });
    if (defect instanceof MemoryLimitError && !generation.isComplete && view.servedStore !== undefined) {
      this.#giveUpRebuild(view, reason);
    } else {
      this.#fail(view, reason, defect);
    }
  }

  /** The view gives back the memory that it has taken in this generation. */
  giveUp(name: string, error: MemoryLimitError): void {
    this.failBy(this.#viewOf(name), error, "replaying");
  }

  /** As `ViewStore.sliceEnd`; the view fails if that throws. */
  #sliceEndOf(batch: RowBatch, rows: number): number {
    try {
      return this.generation.stores.get(batch.view)?.sliceEnd(batch, rows) ?? Number.POSITIVE_INFINITY;
    } catch (defect) {
      this.#failByBatch(batch, defect);
      return Number.POSITIVE_INFINITY;
    }
  }

  #applyBatch(batch: RowBatch, beforeOffset: number): void {
    const { generation } = this;
    const view = this.#viewOf(batch.view);
    const store = generation.stores.get(batch.view);
    if (store === undefined) return; // it failed in this generation
    const position = store.positions.get(batch.partition) ?? 0;
    try {
      const changes = store.apply(batch, generation.isComplete ? view.changeDetail : "NONE", { beforeOffset });
      if (generation.isComplete) view.publish(changes);
    } catch (defect) {
      this.#failByBatch(batch, defect);
      return;
    }
    for (const record of batch.badRecords)
      if (record.offset >= position && record.offset < beforeOffset) view.quarantine.add(record);
    if (batch.halted === undefined || beforeOffset < batch.nextOffset) return;
    view.quarantine.add(batch.halted);
    const { topic, partition, offset } = batch.halted;
    const where = `${topic}/${partition}@${offset}`;
    this.#fail(view, `halted by a bad record, as its policy says: ${where}; the quarantine has it`, undefined);
  }

  #failByBatch({ view, topic, partition, fromOffset }: RowBatch, defect: unknown): void {
    this.failBy(this.#viewOf(view), defect, `applying ${topic}/${partition}@${fromOffset}`);
  }

  #fail(view: MaterializedView, reason: string, defect: unknown): void {
    this.#logger.error({ view: view.definition.name, reason, err: defect }, "view failed");
    view.fail(reason);
    this.#closeStore(view);
  }

  /** What is served takes nothing more, and is as right as a view that cannot follow: it stays. */
  #giveUpRebuild(view: MaterializedView, reason: string): void {
    this.#logger.error({ view: view.definition.name, reason }, "rebuild given up for want of memory");
    view.giveUpRebuild(
      `its rebuild was given up, and what it held before goes on to be served: ${reason} A restart reads it without that beside it.`,
    );
    this.#closeStore(view);
  }

  #closeStore({ definition }: MaterializedView): void {
    const { stores } = this.generation;
    stores.get(definition.name)?.close();
    stores.delete(definition.name);
  }

  #viewOf(name: string): MaterializedView {
    const found = this.#views.find(({ definition }) => definition.name === name);
    if (found === undefined) throw new InvariantError(`no view ${name}`);
    return found;
  }
}
