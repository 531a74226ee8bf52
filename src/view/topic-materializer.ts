import type { Clock } from "../base/clock.ts";
import { InvariantError } from "../base/errors.ts";
import { nextMacrotask } from "../base/event-loop.ts";
import type { Logger } from "../base/logger.ts";
import type { Labels, Metrics } from "../base/metrics.ts";
import type { IngestEvent, OpenIngest } from "../decode/ingest.ts";
import type { RowBatch } from "../decode/row-batch.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { Generation } from "./generation.ts";
import { MaterializedView } from "./materialized-view.ts";
import { createPacer } from "./pacer.ts";
import { prepareSwap } from "./prepare-swap.ts";
import type { ReadableView } from "./readable-view.ts";
import { nextRebuildPause, withJitter } from "./rebuild-pause.ts";
import { defaultViewOptions, type ViewOptions } from "./view-options.ts";

export interface TopicMaterializerParts {
  /** All views of one topic and isolation. */
  readonly definitions: readonly ViewDefinition[];
  readonly openIngest: OpenIngest;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  readonly random: () => number;
  readonly options?: Partial<ViewOptions> | undefined;
}

/** Keeps all views of one topic current. */
export interface TopicMaterializer {
  readonly views: readonly ReadableView[];
  /** Reads the topic until `signal` aborts; then ends all subscriptions. Call once. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

type Ending = { readonly kind: "ended" } | { readonly kind: "lost"; readonly reason: string };

/**
 * One reader for each topic; all its views are applied in one synchronous step, from a macrotask of its own: whatever
 * runs in one synchronous step, or in the microtasks that follow it, sees one state of all views (G1). When the log is
 * lost, a new generation is built from the log's start while the old one is served, then swapped.
 */
export function createTopicMaterializer(parts: TopicMaterializerParts): TopicMaterializer {
  return new Materializer(parts);
}

class Materializer implements TopicMaterializer {
  readonly views: readonly MaterializedView[];
  readonly #parts: TopicMaterializerParts;
  readonly #options: ViewOptions;
  readonly #logger: Logger;
  readonly #countRebuild: (by?: number, labels?: Labels) => void;
  #generation: Generation | undefined;
  #generationNumber = 0;

  constructor(parts: TopicMaterializerParts) {
    const { definitions, clock } = parts;
    this.#parts = parts;
    this.#options = { ...defaultViewOptions, ...parts.options };
    this.#logger = parts.logger.child({ topic: definitions[0]?.topic });
    this.#countRebuild = parts.metrics.counter(
      "view_rebuilds",
      "Builds that replace what a view holds, because the log was lost.",
      ["view"],
    );
    this.views = definitions.map((definition) => new MaterializedView({ definition, clock, options: this.#options }));
  }

  async run(signal: AbortSignal): Promise<void> {
    let pauseMs = 0;
    while (!signal.aborted) {
      this.#generationNumber += 1;
      const ending = await this.#follow(signal);
      if (ending.kind === "ended") break;
      this.#logger.warn({ reason: ending.reason, generation: this.#generationNumber }, "log lost, views are rebuilt");
      for (const view of this.views) {
        view.beginRebuild(ending.reason);
        view.stall(undefined); // the next read says for itself what it lacks
        this.#countRebuild(1, { view: view.definition.name });
      }
      const hadCompleted = this.#generation?.isComplete === true;
      pauseMs = nextRebuildPause({ previousMs: pauseMs, hadCompleted }, this.#options);
      this.#generation = undefined;
      await this.#pause(pauseMs, signal);
    }
    for (const view of this.views) view.finish();
  }

  /** An abort ends the wait, and the loop that called. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (ms === 0) return;
    await this.#parts.clock.sleep(withJitter(ms, this.#parts.random), signal).catch((reason: unknown) => {
      if (!signal.aborted) throw reason;
    });
  }

  async #follow(signal: AbortSignal): Promise<Ending> {
    const { definitions, openIngest } = this.#parts;
    const { topic, isolation } = definitions[0] ?? raise("a materializer without views");
    const { clock } = this.#parts;
    const events = openIngest({ topic, isolation, generation: this.#generationNumber, signal });
    const replayPacer = createPacer(clock, this.#options.sliceMs, signal);
    try {
      for (;;) {
        const { done, value: event } = await events.next();
        if (done === true) {
          if (!signal.aborted) for (const view of this.views) view.stall(`the log ended the read of ${topic}`);
          return { kind: "ended" };
        }
        if (event.type === "lost") {
          const where = event.partition === undefined ? topic : `${topic}/${event.partition}`;
          return { kind: "lost", reason: `rebuilding: ${event.reason} at ${where}: ${event.detail}` };
        }
        // What is served changes at the start of a macrotask only; what nobody sees yet, in slices of a few milliseconds.
        if (this.#generation?.isComplete === true) await nextMacrotask();
        else await replayPacer.giveWay();
        this.#take(event);
        if (this.#generation?.isComplete === false && this.#generation.hasReachedTargets)
          await this.#complete(this.#generation, signal);
      }
    } catch (defect) {
      if (signal.aborted) return { kind: "ended" };
      this.#logger.error({ err: defect }, "topic cannot be read");
      for (const view of this.views) view.fail(`defect while reading ${topic}: ${describe(defect)}`);
      return { kind: "ended" };
    } finally {
      await events.return?.();
    }
  }

  #take(event: Exclude<IngestEvent, { readonly type: "lost" }>): void {
    switch (event.type) {
      case "opened":
        this.#open(event);
        break;
      case "partition-added":
        this.#opened().addPartition(event.bounds);
        for (const view of this.views) view.notePartition();
        this.#logger.info({ partition: event.bounds.partition }, "partition added");
        break;
      case "bounds":
        this.#opened().noteBounds(event.bounds);
        break;
      case "stalled":
        this.#logger.warn({ code: event.cause.code, reason: event.cause.message }, "log cannot be followed");
        for (const view of this.views) view.stall(event.cause.message);
        break;
      case "resumed":
        this.#logger.info({}, "log is followed again");
        for (const view of this.views) view.stall(undefined);
        break;
      case "rows":
        this.#apply(event);
        break;
    }
  }

  #open({ incarnation, partitions }: Extract<IngestEvent, { readonly type: "opened" }>): void {
    const { definitions, clock } = this.#parts;
    const { tombstoneRetentionMs } = this.#options;
    const generation = new Generation({
      number: this.#generationNumber,
      incarnation,
      partitions,
      definitions,
      clock,
      tombstoneRetentionMs,
    });
    this.#generation = generation;
    for (const view of this.views) view.build(generation);
    this.#logger.info({ generation: generation.number, partitions: partitions.length }, "replay begins");
  }

  /** All views of the topic in one synchronous step. */
  #apply({ batches, recordCount }: Extract<IngestEvent, { readonly type: "rows" }>): void {
    const generation = this.#opened();
    for (const batch of batches) this.#applyTo(generation, batch);
    const [first] = batches;
    if (first !== undefined)
      generation.noteProgress(first.partition, Math.max(...batches.map(({ nextOffset }) => nextOffset)), recordCount);
  }

  #applyTo(generation: Generation, batch: RowBatch): void {
    const view = this.#viewOf(batch.view);
    const store = generation.stores.get(batch.view);
    if (store === undefined) return; // it failed in this generation
    const position = store.positions.get(batch.partition) ?? 0;
    try {
      const changes = store.apply(batch);
      if (generation.isComplete) view.publish(changes);
    } catch (defect) {
      this.#fail(
        generation,
        view,
        `defect while applying ${batch.topic}/${batch.partition}@${batch.fromOffset}: ${describe(defect)}`,
        defect,
      );
      return;
    }
    for (const record of batch.badRecords) if (record.offset >= position) view.quarantine.add(record);
    if (batch.halted === undefined) return;
    view.quarantine.add(batch.halted);
    const { topic, partition, offset } = batch.halted;
    this.#fail(
      generation,
      view,
      `halted by a bad record, as its policy says: ${topic}/${partition}@${offset}; the quarantine has it`,
      undefined,
    );
  }

  #fail(generation: Generation, view: MaterializedView, reason: string, defect: unknown): void {
    generation.stores.delete(view.definition.name);
    this.#logger.error({ view: view.definition.name, reason, err: defect }, "view failed");
    view.fail(reason);
  }

  /** All views that have not failed are swapped in one step. Nothing is applied meanwhile. */
  async #complete(generation: Generation, signal: AbortSignal): Promise<void> {
    const pacer = createPacer(this.#parts.clock, this.#options.sliceMs, signal);
    const swaps: (() => void)[] = [];
    for (const view of this.views) {
      if (!generation.stores.has(view.definition.name)) continue;
      try {
        swaps.push(await prepareSwap(view, generation, pacer));
      } catch (defect) {
        if (signal.aborted) throw defect;
        this.#fail(generation, view, `defect while building indexes: ${describe(defect)}`, defect);
      }
    }
    await nextMacrotask();
    generation.isComplete = true;
    for (const swap of swaps) swap();
    this.#logger.info({ generation: generation.number, records: generation.records.total }, "views are complete");
  }

  #opened(): Generation {
    return this.#generation ?? raise("the log spoke of partitions before it opened the topic");
  }

  #viewOf(name: string): MaterializedView {
    return this.views.find(({ definition }) => definition.name === name) ?? raise(`no view ${name}`);
  }
}

function raise(message: string): never {
  throw new InvariantError(message);
}

function describe(defect: unknown): string {
  return defect instanceof Error ? defect.message : String(defect);
}
