import type { OperationContext } from "./operation-context.ts";
import { makeExcessError } from "./output-budget.ts";

/**
 * A subscription's events, as graphql-js executes them, up to one that would hold too much: with that the subscription ends
 * in the error. An event that is left out, while others follow, would leave whoever keeps a list by them with a wrong one.
 */
export function endAtExcess<Result>(
  events: AsyncIterator<Result, unknown, undefined>,
  { budget }: Pick<OperationContext, "budget">,
): AsyncIterableIterator<Result, undefined> {
  const done = { done: true, value: undefined } as const;
  const end = async () => {
    await events.return?.();
    return done;
  };
  return {
    next: async () => {
      const result = await events.next();
      if (result.done === true) return done;
      if (budget.exceeded === undefined) return result;
      await end();
      throw makeExcessError(budget.exceeded);
    },
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
