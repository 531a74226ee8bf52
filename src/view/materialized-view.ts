import type { Clock } from "../base/clock.ts";
import { InvariantError } from "../base/errors.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { Changefeed } from "./feed/changefeed.ts";
import { makeChangeSet } from "./feed/make-change-set.ts";
import { makeRebuildChanges } from "./feed/make-rebuild-changes.ts";
import { describePartitions } from "./generation/describe-partitions.ts";
import type { Generation } from "./generation/generation.ts";
import { makeLineage } from "./generation/lineage.ts";
import { estimateMemory } from "./generation/memory-estimate.ts";
import type { ChangeDetail, KeyChange } from "./key-change.ts";
import { QuarantineRing } from "./quarantine-ring.ts";
import type { ChangeSubscription, ChangeSubscriptionOptions, ReadableView, ViewStatus } from "./readable-view.ts";
import type { KeyDifferences } from "./store/key-differences.ts";
import { ReplacedStore } from "./store/replaced-store.ts";
import type { StoreCounts, ViewStore } from "./store/view-store.ts";
import { ViewFailedError, ViewNotReadyError } from "./view-errors.ts";
import type { ViewOptions } from "./view-options.ts";
import { makePhase } from "./view-phase.ts";
import type { ViewPosition } from "./view-position.ts";
import type { ViewReader } from "./view-reader.ts";

interface Served {
  readonly generation: Generation;
  readonly store: ViewStore;
  readonly sinceMs: number;
}

/** A served store that another has replaced. */
export interface Replacement {
  /** Nobody reads it any more but those who are owed changes: it is closed when all of them have taken them. */
  leave(): void;
  /** Ends those that have not taken theirs. */
  expire(): void;
}

const noCounts: StoreCounts = {
  entities: 0,
  tombstones: 0,
  skippedNullKeys: 0,
  keysInSeveralPartitions: 0,
  collidingKeys: 0,
  memoryBytes: 0,
};

/** One view over its life: the generation that is served, the one that is being built, and what clients see of both. */
export class MaterializedView implements ReadableView {
  readonly definition: ViewDefinition;
  readonly quarantine: QuarantineRing;
  readonly #clock: Clock;
  readonly #changefeed: Changefeed;
  #served: Served | undefined;
  #building: Generation | undefined;
  #failure: string | undefined;
  #stall: string | undefined;
  #rebuild: string | undefined;
  #staleSinceMs: number | undefined;
  #position: ViewPosition | undefined;

  constructor({
    definition,
    clock,
    options,
    onDefect,
  }: {
    readonly definition: ViewDefinition;
    readonly clock: Clock;
    readonly options: ViewOptions;
    /** Changes could not be handed out: the view is to be failed. */
    readonly onDefect: (defect: unknown) => void;
  }) {
    this.definition = definition;
    this.#clock = clock;
    this.quarantine = new QuarantineRing(options.quarantineMaxRecords);
    this.#changefeed = new Changefeed({
      view: definition.name,
      maxPendingKeys: options.maxPendingKeys,
      clock,
      makeSet: (changes, { isComplete }) =>
        makeChangeSet(changes, this.reader(), { isComplete, position: this.position() }),
      onDefect,
    });
  }

  reader(): ViewReader {
    return this.#servedOrThrow().store.reader;
  }

  position(): ViewPosition {
    const { generation, store } = this.#servedOrThrow();
    this.#position ??= {
      view: this.definition.name,
      lineage: makeLineage(this.definition, generation.incarnation),
      positions: new Map(store.positions),
      epochs: new Map(store.epochs),
    };
    return this.#position;
  }

  openChanges(options: ChangeSubscriptionOptions): ChangeSubscription {
    this.#servedOrThrow();
    return this.#changefeed.open(options);
  }

  /** The store that `reader()` reads, or undefined where that throws. */
  get servedStore(): ViewStore | undefined {
    return this.#failure === undefined ? this.#served?.store : undefined;
  }

  /** What subscribers need of changes now. */
  get changeDetail(): ChangeDetail {
    return this.#changefeed.detail;
  }

  /** Subscribers that it has ever had. */
  get followersJoined(): number {
    return this.#changefeed.joined;
  }

  /** Some subscribers follow all keys. */
  get hasFollowersOfAll(): boolean {
    return this.#changefeed.hasFollowersOfAll;
  }

  /** The generation that is being read: it is built beside the served one until `serve`. */
  build(generation: Generation): void {
    this.#building = generation;
  }

  /** What was applied to the served store, in the same synchronous step. */
  publish(changes: readonly KeyChange[]): void {
    this.#position = undefined;
    this.#changefeed.publish(changes);
  }

  /** The served generation has a partition more. */
  notePartition(): void {
    this.#position = undefined;
  }

  /** From now on this complete generation is served; subscribers get what leads to it, if `difference` says what those of all keys need. Gives what was served before. */
  serve(generation: Generation, difference: KeyDifferences): Replacement | undefined {
    const before = this.servedStore;
    const store = generation.stores.get(this.definition.name);
    if (store === undefined)
      throw new InvariantError(`generation ${generation.number} has no store of ${this.definition.name}`);
    this.#served = { generation, store, sinceMs: this.#clock.nowMs() };
    this.#position = undefined;
    this.#failure = undefined;
    this.#rebuild = undefined;
    this.#noteStaleness();
    this.#changefeed.recover();
    if (before === undefined) return undefined;
    const replaced = new ReplacedStore(before);
    const changes = makeRebuildChanges({ difference, replaced, reader: store.reader });
    this.#changefeed.publishRebuild(changes);
    return { leave: () => replaced.release(), expire: () => this.#changefeed.failBehind(changes) };
  }

  stall(reason: string | undefined): void {
    this.#stall = reason;
    this.#noteStaleness();
  }

  beginRebuild(reason: string): void {
    this.#rebuild = reason;
    this.#noteStaleness();
  }

  /** The generation that is built beside the served one is given up: the served one stays, and cannot follow. */
  giveUpRebuild(reason: string): void {
    this.#building = undefined;
    this.#rebuild = reason;
    this.#noteStaleness();
  }

  /** It is not served any more: what it would answer could be wrong. Its memory is given back. */
  fail(reason: string): void {
    this.#failure = reason;
    this.#served?.store.close();
    this.#changefeed.fail(() => new ViewFailedError(this.definition.name));
  }

  /** Ends its subscriptions; what is pending is still given out. */
  finish(): void {
    this.#changefeed.finish();
  }

  status(): ViewStatus {
    const { name, topic } = this.definition;
    const served = this.#served;
    const current = this.#building ?? served?.generation;
    const shown = served?.generation ?? current;
    const store = served?.store ?? current?.stores.get(name);
    const counts = store?.counts ?? noCounts;
    const latest = current?.stores.get(name);
    return {
      name,
      topic,
      ...makePhase(this.#phaseFacts()),
      isComplete: served !== undefined && this.#failure === undefined,
      staleSinceMs: this.#failure === undefined ? this.#staleSinceMs : undefined,
      ...counts,
      memoryEstimateBytes: latest === undefined ? counts.memoryBytes : estimateMemory(latest, current?.progress ?? 1),
      rebuildMemoryBytes: latest === undefined || latest === store ? 0 : latest.counts.memoryBytes,
      memoryByAccount: store?.memoryByAccount ?? new Map(),
      recordsApplied: current?.records.total ?? 0,
      recordsPerSecond: current?.records.perSecond() ?? 0,
      quarantinedRecords: this.quarantine.totalCount,
      generation: shown?.number ?? 0,
      liveSinceMs: served?.sinceMs,
      replayStartedAtMs: current?.startedAtMs,
      replayProgress: current?.progress ?? 0,
      etaSeconds: current?.etaSeconds,
      subscribers: this.#changefeed.subscribers,
      partitions: shown === undefined || store === undefined ? [] : describePartitions(shown, store),
    };
  }

  #phaseFacts() {
    return {
      failure: this.#failure,
      isServed: this.#served !== undefined,
      stall: this.#stall,
      rebuild: this.#rebuild,
      isReading: this.#building !== undefined,
    };
  }

  #noteStaleness(): void {
    const { phase } = makePhase(this.#phaseFacts());
    if (phase !== "STALE") this.#staleSinceMs = undefined;
    else this.#staleSinceMs ??= this.#clock.nowMs();
  }

  #servedOrThrow(): Served {
    if (this.#failure !== undefined) throw new ViewFailedError(this.definition.name);
    if (this.#served === undefined) throw new ViewNotReadyError(this.definition.name);
    return this.#served;
  }
}
