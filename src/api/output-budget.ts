import { GraphQLError } from "graphql";
import { QueryTooCostlyError } from "./input-errors.ts";
import type { ApiLimits } from "./limits.ts";
import type { ObjectCost } from "./object-cost.ts";

/** What a part of a response holds at least. */
export interface OutputForecast {
  readonly entities: number;
  readonly fields: number;
}

/**
 * Counts what one response will hold, before it is made, and stops it: resolvers take for a whole page, with all
 * fields of all its entities, before they hand any of it to graphql. graphql-js cannot be told to stop, so past a limit
 * every further take throws one and the same error, and every list that was handed out (`putOut`) ends: what remains of
 * the operation runs out at the cost of one throw for each field of the objects it is inside of. The error is already
 * located, which graphql-js neither wraps nor copies.
 */
export class OutputBudget {
  readonly #limits: ApiLimits;
  /** Made when it is asked for: most responses have a budget that nobody looks at. */
  #foreseen: Map<string, OutputForecast> | undefined;
  #entities = 0;
  #fields = 0;
  #bytes = 0;
  #exceeded: GraphQLError | undefined;

  constructor(limits: ApiLimits) {
    this.#limits = limits;
  }

  /** Why the response must not be sent; undefined while it may. */
  get exceeded(): GraphQLError | undefined {
    return this.#exceeded;
  }

  /** Begins to count another response. */
  reset(): void {
    this.#foreseen = undefined;
    this.#entities = 0;
    this.#fields = 0;
    this.#bytes = 0;
    this.#exceeded = undefined;
  }

  /**
   * Throws if what is certain to be taken sooner or later goes beyond a limit; takes nothing. `forecast` is asked once
   * for each part of a response, and must not promise more than will be taken.
   */
  foresee(part: string, forecast: () => OutputForecast): void {
    this.#foreseen ??= new Map();
    if (this.#foreseen.has(part)) return;
    this.#foreseen.set(part, forecast());
    let entities = 0;
    let fields = 0;
    for (const known of this.#foreseen.values()) {
      entities += known.entities;
      fields += known.fields;
    }
    if (this.#isBeyond("maxOutputEntities", entities)) throw this.#exceed("maxOutputEntities", entities);
    if (this.#isBeyond("maxOutputFields", fields)) throw this.#exceed("maxOutputFields", fields);
  }

  /** Throws if the response holds too many entities with these `count`. */
  takeEntities(count: number): void {
    this.#entities += count;
    if (this.#isBeyond("maxOutputEntities", this.#entities)) throw this.#exceed("maxOutputEntities", this.#entities);
  }

  /** Throws if the response holds too many fields or bytes with `count` objects of this cost. */
  takeObjects(count: number, { fields, bytes }: ObjectCost): void {
    this.takeFields(count * fields);
    this.takeBytes(count * bytes);
  }

  /** Throws if the response holds too many fields with these `count`. */
  takeFields(count: number): void {
    this.#fields += count;
    if (this.#isBeyond("maxOutputFields", this.#fields)) throw this.#exceed("maxOutputFields", this.#fields);
  }

  /** Throws if the response holds too many bytes with these `count`. */
  takeBytes(count: number): void {
    this.#bytes += count;
    if (this.#isBeyond("maxOutputBytes", this.#bytes)) throw this.#exceed("maxOutputBytes", this.#bytes);
  }

  /** The list as graphql is to have it: it ends where a limit is passed, since nothing of the response is sent then. */
  putOut<T>(list: readonly T[]): Iterable<T> {
    return { [Symbol.iterator]: () => this.#iterate(list) };
  }

  #iterate<T>(list: readonly T[]): Iterator<T, undefined> {
    const items = list.values();
    return { next: () => (this.#exceeded === undefined ? items.next() : { done: true, value: undefined }) };
  }

  #isBeyond(limit: OutputLimit, found: number): boolean {
    return this.#exceeded !== undefined || found > this.#limits[limit];
  }

  #exceed(limit: OutputLimit, found: number): GraphQLError {
    this.#exceeded ??= makeLocated(
      new QueryTooCostlyError({ limit, max: this.#limits[limit], found, unit: `${units[limit]} in one response` }),
    );
    return this.#exceeded;
  }
}

const units = { maxOutputEntities: "entities", maxOutputFields: "fields", maxOutputBytes: "bytes" } as const;

type OutputLimit = keyof typeof units;

/** The error to send for a response that would have held too much: without the path that graphql-js was given. */
export function makeExcessError({ message, originalError, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { originalError: originalError ?? null, extensions });
}

/** A path, though an empty one, is what graphql-js takes for "already located". `completeResult` removes it. */
function makeLocated(error: QueryTooCostlyError): GraphQLError {
  return new GraphQLError(error.message, { path: [], originalError: error, extensions: { code: error.code } });
}
