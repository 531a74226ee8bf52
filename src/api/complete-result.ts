import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { type OperationContext, operationExtensions } from "./operation-context.ts";
import { makeExcessError } from "./output-budget.ts";

/** What `execute` gives, errors as graphql made them or formatted already. */
export interface AnyExecutionResult {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: ReadonlyArray<GraphQLError | GraphQLFormattedError> | undefined;
  readonly extensions?: Record<string, unknown> | undefined;
}

/**
 * The response to send for what `execute` gave with this context, of a query or of one subscription event: with
 * `extensions.position`, and if the output budget was exceeded, no data and that one error. Every execution must go
 * through here before it is sent, subscription events before the next one is pulled.
 */
export function completeResult<R extends AnyExecutionResult>(result: R, context: OperationContext): R {
  const extensions = { ...result.extensions, ...operationExtensions(context) };
  const exceeded = context.budget.exceeded;
  const completed =
    exceeded === undefined ? result : { ...result, data: null, errors: [makeOnlyError(result, exceeded)] };
  return Object.keys(extensions).length === 0 ? completed : { ...completed, extensions };
}

/** As the other errors are: raw if they are raw, formatted if they are formatted. */
function makeOnlyError(result: AnyExecutionResult, exceeded: GraphQLError): GraphQLError | GraphQLFormattedError {
  const isRaw = result.errors?.[0] instanceof GraphQLError;
  return isRaw ? makeExcessError(exceeded) : { message: exceeded.message, extensions: exceeded.extensions };
}
