import type { ClientErrorCode } from "../../base/errors.ts";
import { TailwaterError } from "../../base/errors.ts";
import type { ApiLimits } from "../limits.ts";
import type { ObjectCost } from "../object-cost.ts";

/** A response may be more than one may hold: graphql-js has to decide. */
export class OutputTooGreatError extends TailwaterError {
  constructor(limit: keyof ApiLimits) {
    super({ code: "QUERY_TOO_COSTLY" satisfies ClientErrorCode, message: `More may be put out than ${limit} allows.` });
  }
}

/**
 * Counts what a compiled operation puts out just as `OutputBudget` counts for graphql-js, or more where the exact count
 * would cost too much, never less. So what passes here passes there too; what does not is left to the budget, whose
 * answer then holds. Only totals decide, so the order of counting does not matter.
 */
export class OutputTally {
  readonly #limits: ApiLimits;
  #entities = 0;
  #fields = 0;
  #bytes = 0;

  constructor(limits: ApiLimits) {
    this.#limits = limits;
  }

  /** Throws `OutputTooGreatError` if the response may hold too many entities with these `count`. */
  takeEntities(count: number): void {
    this.#entities += count;
    if (this.#entities > this.#limits.maxOutputEntities) throw new OutputTooGreatError("maxOutputEntities");
  }

  /** Throws `OutputTooGreatError` if the response may hold too many fields or bytes with `count` objects of this cost. */
  takeObjects(count: number, { fields, bytes }: ObjectCost): void {
    this.takeFields(count * fields);
    this.takeBytes(count * bytes);
  }

  /** Throws `OutputTooGreatError` if the response may hold too many fields with these `count`. */
  takeFields(count: number): void {
    this.#fields += count;
    if (this.#fields > this.#limits.maxOutputFields) throw new OutputTooGreatError("maxOutputFields");
  }

  /** Throws `OutputTooGreatError` if the response may hold too many bytes with these `count`. */
  takeBytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes > this.#limits.maxOutputBytes) throw new OutputTooGreatError("maxOutputBytes");
  }
}
