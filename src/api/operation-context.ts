import type { Clock } from "../base/clock.ts";
import type { ViewCatalog } from "../view/readable-view.ts";
import { Cut } from "./cut.ts";
import type { ApiLimits } from "./limits.ts";
import { OutputBudget } from "./output-budget.ts";

/**
 * What resolvers get: graphql-js's context value. One for each operation; a subscription's begins a new cut and a new
 * budget with each event. State is in the members only, so a shallow copy (Apollo Server makes one) is as good.
 */
export interface OperationContext {
  readonly limits: ApiLimits;
  readonly cut: Cut;
  readonly budget: OutputBudget;
}

/** What an operation runs on; `views` holds every view of the schema that it is executed against. */
export interface OperationOptions {
  readonly views: ViewCatalog;
  readonly limits: ApiLimits;
  readonly clock: Clock;
}

/** A context for one operation. Cheap: nothing is read before a resolver asks. */
export function createOperationContext({ views, limits, clock }: OperationOptions): OperationContext {
  return { limits, cut: new Cut(views, clock), budget: new OutputBudget(limits) };
}

/**
 * The `extensions` of the response, or of the subscription event, that was executed last with this context: the
 * position token of the views it read. Empty if it read none. Call it before the next event is pulled.
 */
export function operationExtensions(context: OperationContext): { readonly position?: string } {
  const position = context.cut.token();
  return position === undefined ? {} : { position };
}
