import { type DocumentNode, GraphQLError, type OperationDefinitionNode } from "graphql";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { type ApiLimits, defaultApiLimits } from "../limits.ts";
import {
  type CheckedDocument,
  type DocumentChecks,
  findOperation,
  makeDocumentCheck,
  type OperationRequest,
} from "./check-document.ts";
import type { Variables } from "./collect-fields.ts";
import { CompileBudget, type CompileRate } from "./compile-budget.ts";
import { type CompiledOperation, compileOperation, type Variant } from "./compile-operation.ts";
import { estimateObjects } from "./estimate-objects.ts";
import { countOperations, type OperationCounters, registerCacheSizes } from "./operation-cache-metrics.ts";
import type { FollowPlan } from "./subscription-plan.ts";
import { makeVariableReader, readVariables, type VariableReader } from "./variable-reader.ts";
import { type CacheBounds, WeightedCache } from "./weighted-cache.ts";

/** An operation that may run: valid, with coerced variables. */
export interface PreparedOperation {
  readonly request: OperationRequest;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  /** How it runs compiled; undefined if it is left to graphql-js, this time or always. */
  readonly variant: RunnableVariant | undefined;
  /** Of a subscription that came while nothing could be compiled. */
  readonly deferred?: DeferredSubscription | undefined;
}

export type RunnableVariant = Exclude<Variant, { readonly kind: "refused" }>;

/** A subscription that lives on: it is opened as a compiled one, and compiled later. */
export interface DeferredSubscription {
  readonly plan: FollowPlan;
  /** Tries again; undefined if there is still no room, or it cannot be. */
  compile(): RunnableVariant | undefined;
}

/** An operation that may run, or everything that is wrong with it: it does not parse, validate, coerce, or names no operation. */
export type Preparation = PreparedOperation | { readonly errors: readonly GraphQLError[] };

/** What comes after: a query only, as for plain requests over HTTP; or a subscription too. */
export type OperationUse = "QUERY" | "ANY";

export interface OperationCacheOptions extends DocumentChecks {
  readonly definitions: readonly ViewDefinition[];
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** By which it is told what is costly. Default: `defaultApiLimits`. */
  readonly limits?: ApiLimits | undefined;
  /** Of documents that were seen once, or are invalid. Default: `defaultNewcomers`. */
  readonly newcomers?: CacheBounds | undefined;
  /** Of documents that were seen again. Default: `defaultRegulars`. */
  readonly regulars?: CacheBounds | undefined;
  /** Default: `defaultCompileRate`. */
  readonly compileRate?: CompileRate | undefined;
}

type Unplanned = Omit<PreparedOperation, "variant" | "deferred">;

interface Entry {
  readonly checked: CheckedDocument;
  /** By what they are asked for with; only operations that the document has, and that were worth it. */
  readonly operations: Map<string | null, KnownOperation>;
}

interface KnownOperation {
  readonly operation: OperationDefinitionNode;
  readonly readVariables: VariableReader;
  readonly compiled: CompiledOperation;
}

// What a document and its compiled operations take, measured roughly; a flood must be bounded, not weighed.
const bytesOfCharacter = 100;
const bytesOfMember = 1_000;

/**
 * Of all operations of a document. With the usual `limits.maxFields` an operation has far fewer; its outcomes of `@skip` and
 * `@include` together may come near. An entry may weigh so much beside its text.
 */
export const maxMembersOfDocument = 4_000;

/** A longer text is not kept. */
const maxTextBytes = 4 * 1024 * 1024;

/**
 * A query that may put out so many objects is compiled at first sight: graphql-js takes some 5 µs for each, and holds the
 * event loop for all of them, which costs more than compiling.
 */
const costlyObjects = 200;

export const defaultNewcomers: CacheBounds = {
  maxEntries: 500,
  maxBytes: 32 * 1024 * 1024,
  maxEntryBytes: 8 * 1024 * 1024,
};
export const defaultRegulars: CacheBounds = {
  maxEntries: 2_000,
  maxBytes: 64 * 1024 * 1024,
  maxEntryBytes: 8 * 1024 * 1024,
};

/**
 * Documents by their text, checked once. Of a text that is new only the check is kept, and not for long; one that comes
 * again stays, and its operations are compiled. So texts that never come again cost a check each, as they would without
 * a cache, and drive out nothing that is used. Invalid ones never get to stay, and what takes too much is not kept at all.
 * Subscriptions are compiled at once, as one runs many times, and so are queries that may put out much. Whoever sends new
 * texts without end gets them compiled only at the rate of the budget: the rest is left to graphql-js, a subscription until
 * an event comes when there is room.
 */
export class OperationCache {
  readonly #options: OperationCacheOptions;
  readonly #check: (text: string) => CheckedDocument;
  readonly #newcomers: WeightedCache<Entry>;
  readonly #regulars: WeightedCache<Entry>;
  readonly #budget: CompileBudget;
  readonly #counters: OperationCounters;

  constructor(options: OperationCacheOptions) {
    const { newcomers = defaultNewcomers, regulars = defaultRegulars, clock, metrics } = options;
    this.#options = options;
    this.#check = makeDocumentCheck(options);
    this.#counters = countOperations(metrics);
    this.#newcomers = new WeightedCache(newcomers);
    this.#regulars = new WeightedCache(regulars, () => this.#counters.evictions());
    this.#budget = new CompileBudget(clock, options.compileRate);
    registerCacheSizes(metrics, { newcomers: this.#newcomers, regulars: this.#regulars });
  }

  /** Checks a request, from memory if its text is known, and coerces its variables. */
  prepare(request: OperationRequest, use: OperationUse = "ANY"): Preparation {
    const { query, operationName = null } = request;
    const given = request.variables ?? {};
    const { entry, isRegular } = this.#enter(query);
    if (entry.checked.kind === "invalid") return { errors: entry.checked.errors };
    const { document } = entry.checked;
    const known = entry.operations.get(operationName);
    const operation = known?.operation ?? findOperation(document, operationName);
    if (operation instanceof GraphQLError) return { errors: [operation] };
    const { schema } = this.#options;
    const { coerced: variables, errors } = known?.readVariables(given) ?? readVariables(schema, operation, given);
    if (errors !== undefined) return { errors };
    const prepared = { request, document, operation, variables };
    const isWorthIt = operation.operation === "subscription" ? use === "ANY" : isRegular || this.#mayBeCostly(prepared);
    if (!isWorthIt) return { ...prepared, variant: undefined };
    const variant = this.#variantOf(prepared, entry);
    if (variant === undefined) return { ...prepared, variant, deferred: this.#defer(prepared, entry) };
    return { ...prepared, variant: toRunnable(variant) };
  }

  #mayBeCostly({ document, operation, variables }: Unplanned): boolean {
    const { limits = defaultApiLimits } = this.#options;
    return estimateObjects(operation, { document, variables, limits }) >= costlyObjects;
  }

  #defer(prepared: Unplanned, entry: Entry): DeferredSubscription | undefined {
    const plan = this.#know(entry, prepared).compiled.planFollowing(prepared.variables);
    return plan && { plan, compile: () => toRunnable(this.#variantOf(prepared, entry)) };
  }

  #enter(text: string): { readonly entry: Entry; readonly isRegular: boolean } {
    const regular = this.#regulars.get(text);
    if (regular !== undefined) {
      this.#counters.hits();
      return { entry: regular, isRegular: true };
    }
    const newcomer = this.#newcomers.get(text);
    if (newcomer === undefined) {
      this.#counters.misses();
      const entry: Entry = { checked: this.#check(text), operations: new Map() };
      if (weigh(text, entry) <= maxTextBytes) this.#newcomers.set(text, entry, weigh(text, entry));
      return { entry, isRegular: false };
    }
    this.#counters.hits();
    if (newcomer.checked.kind === "invalid") return { entry: newcomer, isRegular: false };
    this.#newcomers.delete(text);
    this.#regulars.set(text, newcomer, weigh(text, newcomer));
    return { entry: newcomer, isRegular: true };
  }

  /** Undefined if there is no room to compile it now. */
  #variantOf(prepared: Unplanned, entry: Entry): Variant | undefined {
    const { compiled } = this.#know(entry, prepared);
    const variant = compiled.variantFor(prepared.variables);
    if (variant !== undefined) return variant;
    if (!this.#budget.hasRoom()) {
      this.#counters.deferred();
      return undefined;
    }
    const made = this.#compile(compiled, prepared, entry);
    const { query } = prepared.request;
    for (const cache of [this.#newcomers, this.#regulars]) {
      if (cache.holds(query, entry)) cache.set(query, entry, weigh(query, entry));
    }
    return made;
  }

  #compile(compiled: CompiledOperation, { operation, variables }: Unplanned, entry: Entry): Variant {
    const membersBefore = countMembers(entry);
    const variant = compiled.compile(variables, maxMembersOfDocument - membersBefore);
    this.#budget.spend(countMembers(entry) - membersBefore);
    if (variant.kind === "refused") this.#counters.uncompilable();
    else this.#counters.compiled();
    if (variant.kind === "refused" && variant.defect !== undefined) {
      const name = operation.name?.value ?? null;
      this.#options.logger.error({ err: variant.defect, operation: name }, "operation could not be compiled");
    }
    return variant;
  }

  #know(entry: Entry, { request, document, operation }: Unplanned): KnownOperation {
    const { schema, definitions } = this.#options;
    const { operationName = null } = request;
    const before = entry.operations.get(operationName);
    if (before !== undefined) return before;
    // An only operation may be asked for with its name and without.
    const other = [...entry.operations.values()].find((known) => known.operation === operation);
    const known = other ?? {
      operation,
      readVariables: makeVariableReader(schema, operation),
      compiled: compileOperation({ schema, definitions, document, operation }),
    };
    entry.operations.set(operationName, known);
    return known;
  }
}

function toRunnable(variant: Variant | undefined): RunnableVariant | undefined {
  return variant?.kind === "refused" ? undefined : variant;
}

function countMembers({ operations }: Entry): number {
  let members = 0;
  for (const { compiled } of new Set(operations.values())) members += compiled.plannedMembers;
  return members;
}

function weigh(text: string, entry: Entry): number {
  return bytesOfCharacter * text.length + bytesOfMember * countMembers(entry);
}
