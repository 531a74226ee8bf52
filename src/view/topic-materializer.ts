import type { Clock } from "../base/clock.ts";
import { InvariantError } from "../base/errors.ts";
import { nextMacrotask } from "../base/event-loop.ts";
import type { Logger } from "../base/logger.ts";
import type { Labels, Metrics } from "../base/metrics.ts";
import type { IngestEvent, OpenIngest } from "../decode/ingest.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { applyLive, applyReplay, liveSlices, replaySlices } from "./generation/apply-rows.ts";
import { completeGeneration } from "./generation/complete-generation.ts";
import { describeDefect } from "./generation/failure-reason.ts";
import { Generation } from "./generation/generation.ts";
import { makeGenerationUpkeep } from "./generation/generation-upkeep.ts";
import { GenerationWriter } from "./generation/generation-writer.ts";
import { nextRebuildPause, withJitter } from "./generation/rebuild-pause.ts";
import { nextWithUpkeep, type SlicedWork } from "./generation/upkeep-between.ts";
import { MaterializedView } from "./materialized-view.ts";
import { MemoryBudget } from "./memory/memory-budget.ts";
import type { MemoryLimitError } from "./memory/memory-limit-error.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import type { ReadableView } from "./readable-view.ts";
import { SliceSize } from "./slice-size.ts";
import { defaultViewOptions, type ViewOptions } from "./view-options.ts";

export interface TopicMaterializerParts {
  /** All views of one topic and isolation. */
  readonly definitions: readonly ViewDefinition[];
  readonly openIngest: OpenIngest;
  /** Of key hashes: that of the ingest's decoders. */
  readonly hashSeed: number;
  /** What all views of the gateway may take together. Default: without a limit. */
  readonly budget?: MemoryBudget | undefined;
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
  readonly #budget: MemoryBudget;
  readonly #upkeep: SlicedWork;
  readonly #sliceRows = new SliceSize(liveSlices);
  readonly #replaySliceRows = new SliceSize(replaySlices);
  readonly #countRebuild: (by?: number, labels?: Labels) => void;
  /** Of the generation that is read. */
  #writer: GenerationWriter | undefined;
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
    this.#budget = parts.budget ?? new MemoryBudget();
    this.views = definitions.map((definition) => {
      const onDefect = (defect: unknown): void => this.#failView(definition.name, defect);
      return new MaterializedView({ definition, clock, options: this.#options, onDefect });
    });
    this.#upkeep = makeGenerationUpkeep(() => this.#generation, this.views, clock);
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
      if (!hadCompleted) this.#generation?.close();
      pauseMs = nextRebuildPause({ previousMs: pauseMs, hadCompleted }, this.#options);
      this.#writer = undefined;
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
    const pacer = createPacer(clock, this.#options.sliceMs, signal);
    try {
      for (;;) {
        const { done, value: event } = await nextWithUpkeep(events.next(), this.#upkeep, signal);
        if (done === true) {
          if (!signal.aborted) for (const view of this.views) view.stall(`the log ended the read of ${topic}`);
          return { kind: "ended" };
        }
        if (event.type === "lost") {
          const where = event.partition === undefined ? topic : `${topic}/${event.partition}`;
          return { kind: "lost", reason: `rebuilding: ${event.reason} at ${where}: ${event.detail}` };
        }
        // What is served changes at the start of a macrotask only; what nobody sees yet, in slices of a few milliseconds.
        const isServed = this.#generation?.isComplete === true;
        if (event.type !== "rows") {
          await nextMacrotask();
          this.#take(event);
        } else if (isServed) {
          await applyLive(event, this.#opened(), { sliceRows: this.#sliceRows, clock, signal });
        } else {
          const sliceRows = this.#replaySliceRows;
          await applyReplay(event, this.#opened(), { sliceRows, clock, pacer });
        }
        const writer = this.#writer;
        if (writer?.generation.isComplete === false && writer.generation.hasReachedTargets)
          await this.#complete(writer, pacer, signal);
      }
    } catch (defect) {
      if (signal.aborted) return { kind: "ended" };
      this.#logger.error({ err: defect }, "topic cannot be read");
      for (const view of this.views) view.fail(`defect while reading ${topic}: ${describeDefect(defect)}`);
      return { kind: "ended" };
    } finally {
      await events.return?.();
    }
  }

  #take(event: Exclude<IngestEvent, { readonly type: "lost" | "rows" }>): void {
    switch (event.type) {
      case "opened":
        this.#open(event);
        break;
      case "partition-added":
        this.#opened().generation.addPartition(event.bounds);
        for (const view of this.views) view.notePartition();
        this.#logger.info({ partition: event.bounds.partition }, "partition added");
        break;
      case "bounds":
        this.#opened().generation.noteBounds(event.bounds);
        break;
      case "cleanup-changed":
        this.#opened().generation.noteCleanup(event.hasDeleteCleanup);
        break;
      case "stalled":
        this.#logger.warn({ code: event.cause.code, reason: event.cause.message }, "log cannot be followed");
        for (const view of this.views) view.stall(event.cause.message);
        break;
      case "resumed":
        this.#logger.info({}, "log is followed again");
        for (const view of this.views) view.stall(undefined);
        break;
    }
  }

  #open({
    incarnation,
    partitions,
    hasDeleteCleanup = false,
  }: Extract<IngestEvent, { readonly type: "opened" }>): void {
    const { definitions, clock, hashSeed } = this.#parts;
    const { tombstoneRetentionMs } = this.#options;
    const number = this.#generationNumber;
    const budget = this.#budget;
    const facts = { number, incarnation, partitions, definitions, clock, tombstoneRetentionMs, hashSeed, budget };
    const onGiveUp = (name: string, error: MemoryLimitError): void => writer.giveUp(name, error);
    const generation = new Generation({ ...facts, hasDeleteCleanup, onGiveUp });
    const writer = new GenerationWriter({ generation, views: this.views, logger: this.#logger });
    this.#writer = writer;
    for (const view of this.views) view.build(generation);
    this.#logger.info({ generation: number, partitions: partitions.length }, "replay begins");
  }

  async #complete(writer: GenerationWriter, pacer: Pacer, signal: AbortSignal): Promise<void> {
    const { generation } = writer;
    const onDefect = (view: MaterializedView, defect: unknown): void => {
      if (signal.aborted) throw defect;
      writer.failBy(view, defect, "building indexes");
    };
    const replacements = await completeGeneration(generation, this.views, { pacer, onDefect });
    for (const { expire } of replacements) this.#parts.clock.after(this.#options.maxReplacedMs, expire);
    this.#logger.info({ generation: generation.number, records: generation.records.total }, "views are complete");
  }

  #failView(name: string, defect: unknown): void {
    this.#logger.error({ view: name, err: defect }, "changes cannot be handed out");
    const view = this.views.find(({ definition }) => definition.name === name);
    view?.fail(`defect while handing out changes: ${describeDefect(defect)}`);
  }

  get #generation(): Generation | undefined {
    return this.#writer?.generation;
  }

  #opened(): GenerationWriter {
    return this.#writer ?? raise("the log spoke of partitions before it opened the topic");
  }
}

function raise(message: string): never {
  throw new InvariantError(message);
}
