import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from "graphql";
import { findTailwaterError } from "../api/client-errors.ts";
import type { OperationRequest } from "../api/compiled/check-document.ts";
import { createEventSharing, type EventSharing } from "../api/compiled/event-sharing.ts";
import type { PreparedOperation } from "../api/compiled/operation-cache.ts";
import type { OperationOutcome, OperationRunner } from "../api/compiled/operation-runner.ts";
import type { OperationContext } from "../api/operation-context.ts";
import type { Logger } from "../base/logger.ts";
import type { Metrics } from "../base/metrics.ts";
import type { ViewCatalog } from "../view/readable-view.ts";
import { makeNextTail } from "./next-message.ts";
import { type MessageTarget, SplicedAnswer, type SplicedOperation, SplicedSubscription } from "./spliced-operation.ts";

export interface SpliceOptions {
  /** The runner's. */
  readonly schema: GraphQLSchema;
  readonly runner: OperationRunner;
  readonly views: ViewCatalog;
  readonly createContext: () => OperationContext;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** An operation that may run, by the runner if that can, and answers past graphql-ws. */
export interface SplicedRequest {
  readonly args: ExecutionArgs;
  /** Executes a query. */
  answer(): SplicedOperation | Promise<SplicedOperation>;
  /** Opens a subscription; undefined if it cannot: then graphql-js has to, or say what is wrong. */
  follow(): SplicedOperation | undefined;
}

/** Checks a request; everything that is wrong if it may not run. */
export type SpliceOperations = (
  request: OperationRequest,
  target: MessageTarget,
) => SplicedRequest | readonly GraphQLError[];

/** Creates what runs the operations of WebSockets by a runner, equal subscriptions together. */
export function createSpliceOperations(options: SpliceOptions): SpliceOperations {
  const { schema, runner, createContext, logger } = options;
  const encode = (outcome: OperationOutcome) => makeNextTail(outcome, logger);
  const sharing = createEventSharing({ ...options, encode });
  return ({ query, operationName, variables }, target) => {
    const prepared = runner.prepare({ query, operationName, variables }); // no more of the request is kept
    if ("errors" in prepared) return prepared.errors;
    return {
      args: {
        schema,
        document: prepared.document,
        operationName: operationName ?? null,
        variableValues: variables ?? null,
      },
      answer: () => {
        const tail = encode(runner.execute(prepared, createContext));
        return tail instanceof Promise
          ? tail.then((settled) => new SplicedAnswer(target, settled))
          : new SplicedAnswer(target, tail);
      },
      follow: () => follow(prepared, target, sharing),
    };
  };
}

function follow(
  operation: PreparedOperation,
  target: MessageTarget,
  sharing: EventSharing<Uint8Array>,
): SplicedOperation | undefined {
  const subscription = new SplicedSubscription(target);
  try {
    const subscriber = sharing.open(operation, subscription);
    if (subscriber === undefined) return undefined;
    subscription.follow(subscriber);
    return subscription;
  } catch (error) {
    // What is wrong with the operation, or its view: graphql-js finds the same and says where in the document.
    if (error instanceof GraphQLError || findTailwaterError(error)?.audience === "client") return undefined;
    throw error;
  }
}
