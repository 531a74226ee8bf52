import { GraphQLError } from "graphql";
import { QueryTooCostlyError } from "./input-errors.ts";
import type { ApiLimits } from "./limits.ts";

/**
 * Counts what one response will hold, while it is made, and stops it. Resolvers take before they hand anything to
 * graphql. Past a limit every further take throws one and the same error: graphql-js cannot be told to stop, but an
 * error that is already located is neither wrapped nor copied by it, so what remains of the operation runs out at the
 * cost of one throw for each field that had already been handed out.
 */
export class OutputBudget {
  readonly #limits: ApiLimits;
  #entities = 0;
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
    this.#entities = 0;
    this.#bytes = 0;
    this.#exceeded = undefined;
  }

  /** Throws if the response holds too many entities with these `count`. */
  takeEntities(count: number): void {
    this.#entities += count;
    const max = this.#limits.maxOutputEntities;
    if (this.#exceeded !== undefined || this.#entities > max) {
      throw this.#exceed({ limit: "maxOutputEntities", max, found: this.#entities, unit: "entities in one response" });
    }
  }

  /** Throws if the response holds too many bytes with these `count`. */
  takeBytes(count: number): void {
    this.#bytes += count;
    const max = this.#limits.maxOutputBytes;
    if (this.#exceeded !== undefined || this.#bytes > max) {
      throw this.#exceed({ limit: "maxOutputBytes", max, found: this.#bytes, unit: "bytes in one response" });
    }
  }

  #exceed(facts: ConstructorParameters<typeof QueryTooCostlyError>[0]): GraphQLError {
    this.#exceeded ??= makeLocated(new QueryTooCostlyError(facts));
    return this.#exceeded;
  }
}

/** A path, though an empty one, is what graphql-js takes for "already located". `completeResult` removes it. */
function makeLocated(error: QueryTooCostlyError): GraphQLError {
  return new GraphQLError(error.message, { path: [], originalError: error, extensions: { code: error.code } });
}
