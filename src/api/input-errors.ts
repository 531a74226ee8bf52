import { TailwaterError } from "../base/errors.ts";
import { type ApiLimits, howToRaise } from "./limits.ts";

/** An argument has a value that its type allows and the API does not. */
export class BadUserInputError extends TailwaterError {
  constructor(message: string) {
    super({ code: "BAD_USER_INPUT", message });
  }
}

/** An operation nests more fields than allowed. */
export class QueryTooDeepError extends TailwaterError {
  constructor({ depth, limit, isIntrospection }: { depth: number; limit: number; isIntrospection: boolean }) {
    const remedy = isIntrospection ? "this limit of introspection is fixed" : `or ${howToRaise("maxDepth")}`;
    super({
      code: "QUERY_TOO_DEEP",
      message: `Expected at most ${limit} fields nested in each other, found ${depth}; ask for less depth, ${remedy}.`,
    });
  }
}

/** What an operation asks for, or has already put out, is more than one response may hold. */
export class QueryTooCostlyError extends TailwaterError {
  constructor({ limit, max, found, unit }: { limit: keyof ApiLimits; max: number; found: number; unit: string }) {
    const remedy = limit === "maxFields" ? "select fewer fields" : "ask for smaller pages or fewer fields";
    super({
      code: "QUERY_TOO_COSTLY",
      message: `Expected at most ${max} ${unit}, reached ${found}; ${remedy}, or ${howToRaise(limit)}.`,
    });
  }
}
