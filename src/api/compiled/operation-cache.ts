import { type DocumentNode, GraphQLError, type OperationDefinitionNode } from "graphql";
import type { Logger } from "../../base/logger.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { type CheckedDocument, type DocumentChecks, findOperation, makeDocumentCheck } from "./check-document.ts";
import type { Variables } from "./collect-fields.ts";
import { type CompiledOperation, compileOperation, type Variant } from "./compile-operation.ts";
import { makeVariableReader, readVariables, type VariableReader } from "./variable-reader.ts";
import { type CacheBounds, WeightedCache } from "./weighted-cache.ts";

/** An operation as a client sends it. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation that may run: valid, with coerced variables. */
export interface PreparedOperation {
  readonly request: OperationRequest;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  /** How it runs compiled; undefined if it is left to graphql-js, this time or always. */
  readonly variant: Exclude<Variant, { readonly kind: "refused" }> | undefined;
}

/** An operation that may run, or everything that is wrong with it: it does not parse, validate, coerce, or names no operation. */
export type Preparation = PreparedOperation | { readonly errors: readonly GraphQLError[] };

export interface OperationCacheOptions extends DocumentChecks {
  readonly definitions: readonly ViewDefinition[];
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Of documents that were seen once, or are invalid. */
  readonly newcomers?: CacheBounds | undefined;
  /** Of documents that were seen again. */
  readonly regulars?: CacheBounds | undefined;
}

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

export const defaultNewcomers: CacheBounds = { maxEntries: 500, maxBytes: 8 * 1024 * 1024 };
export const defaultRegulars: CacheBounds = { maxEntries: 2_000, maxBytes: 64 * 1024 * 1024 };

/**
 * Documents by their text, checked once. Of a text that is new only the check is kept, and not for long; one that comes
 * again stays, and its operations are compiled. So texts that never come again cost a check each, as they would without
 * a cache, and drive out nothing that is used. Invalid ones never get to stay. Subscriptions are compiled at once: one
 * runs many times.
 */
export class OperationCache {
  readonly #options: OperationCacheOptions;
  readonly #check: (text: string) => CheckedDocument;
  readonly #newcomers: WeightedCache<Entry>;
  readonly #regulars: WeightedCache<Entry>;
  readonly #counters: ReturnType<typeof createCounters>;

  constructor(options: OperationCacheOptions) {
    const { newcomers = defaultNewcomers, regulars = defaultRegulars, metrics } = options;
    this.#options = options;
    this.#check = makeDocumentCheck(options);
    this.#counters = createCounters(metrics);
    this.#newcomers = new WeightedCache(newcomers);
    this.#regulars = new WeightedCache(regulars, () => this.#counters.evictions());
  }

  /** Checks a request, from memory if its text is known, and coerces its variables. */
  prepare(request: OperationRequest): Preparation {
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
    const isWorthIt = isRegular || operation.operation === "subscription";
    const prepared = { request, document, operation, variables };
    const variant = isWorthIt ? this.#findVariant(entry, prepared, known) : undefined;
    return { request, document, operation, variables, variant };
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
      this.#newcomers.set(text, entry, bytesOfCharacter * text.length);
      return { entry, isRegular: false };
    }
    this.#counters.hits();
    if (newcomer.checked.kind === "invalid") return { entry: newcomer, isRegular: false };
    this.#newcomers.delete(text);
    this.#regulars.set(text, newcomer, weigh(text, newcomer));
    return { entry: newcomer, isRegular: true };
  }

  #findVariant(
    entry: Entry,
    prepared: Omit<PreparedOperation, "variant">,
    known: KnownOperation | undefined,
  ): PreparedOperation["variant"] {
    const { request, operation, variables } = prepared;
    const { compiled } = known ?? this.#learn(entry, prepared);
    const { variants } = compiled;
    const variant = compiled.variantFor(variables);
    if (compiled.variants > variants) {
      if (variant.kind === "refused") this.#counters.uncompilable();
      else this.#counters.compiled();
      const cache = this.#newcomers.has(request.query) ? this.#newcomers : this.#regulars;
      cache.set(request.query, entry, weigh(request.query, entry));
      if (variant.kind === "refused" && variant.defect !== undefined)
        this.#options.logger.error(
          { err: variant.defect, operation: operation.name?.value ?? null },
          "operation could not be compiled",
        );
    }
    return variant.kind === "refused" ? undefined : variant;
  }

  #learn(entry: Entry, { request, document, operation }: Omit<PreparedOperation, "variant">): KnownOperation {
    const { schema, definitions } = this.#options;
    const { operationName = null } = request;
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

function weigh(text: string, { operations }: Entry): number {
  let members = 0;
  for (const { compiled } of new Set(operations.values())) members += compiled.plannedMembers;
  return bytesOfCharacter * text.length + bytesOfMember * members;
}

function createCounters(metrics: Metrics) {
  const counter = (name: string, help: string) => metrics.counter(name, help);
  return {
    hits: counter("operation_cache_hits", "Operations whose document was checked before."),
    misses: counter("operation_cache_misses", "Operations whose document had to be checked."),
    evictions: counter(
      "operation_cache_evictions",
      "Documents of operations that came again and had to make room for others.",
    ),
    compiled: counter("operations_compiled", "Operations compiled, once for each outcome of @skip and @include."),
    uncompilable: counter(
      "operations_uncompilable",
      "Operations left to graphql-js because they hold what is not compiled.",
    ),
  };
}
