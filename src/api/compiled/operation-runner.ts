import { type ExecutionResult, execute, GraphQLError, type GraphQLSchema } from "graphql";
import { TailwaterError } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { ChangeSet } from "../../view/change-set.ts";
import { completeResult } from "../complete-result.ts";
import { type OperationContext, operationExtensions } from "../operation-context.ts";
import { ByteSink } from "./byte-sink.ts";
import {
  OperationCache,
  type OperationCacheOptions,
  type OperationRequest,
  type PreparedOperation,
} from "./operation-cache.ts";
import { beginRun, type Run } from "./run.ts";
import type { Arguments } from "./subscription-plan.ts";

/** The response to one execution. */
export type OperationOutcome =
  /** All of it, a success, as UTF-8 of JSON; the bytes are the caller's. */
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  /** From graphql-js, completed; errors are not masked yet. A promise only if a resolver is asynchronous. */
  | { readonly kind: "result"; readonly result: ExecutionResult | Promise<ExecutionResult> };

/** Why nothing was executed: the request does not parse, validate, coerce, or names no operation. Not masked yet. */
export interface RefusedOperation {
  readonly kind: "refused";
  readonly errors: readonly GraphQLError[];
}

/** How a subscription follows its view, if that is known: whoever drives it needs no `subscribe` of graphql-js. */
export interface FollowedChanges {
  /** Of the root field. */
  readonly fieldName: string;
  readonly args: Arguments;
  /** Name of the view. */
  readonly view: string;
  /** The entity's key; undefined: all of them. */
  readonly key: string | undefined;
  /** Before-images are put out: whoever does not need them spares the view making them. */
  readonly needsPrevious: boolean;
  /** Operations of one identity have equal events: one of them is enough to make the bytes for all. */
  readonly identity: string;
}

/** Runs operations: compiled where it can be done, else by graphql-js. The same response either way. All of it is synchronous but asynchronous resolvers. */
export interface OperationRunner {
  /** Checks a request and finds how it runs. */
  prepare(request: OperationRequest): PreparedOperation | RefusedOperation;
  /**
   * Executes a query. Each attempt gets a context of its own: what a compiled one has read and counted before it was given
   * up must not show. Nothing happens between the attempts, so they stand at the same cut.
   */
  execute(operation: PreparedOperation, createContext: () => OperationContext): OperationOutcome;
  /** Both at once. */
  run(request: OperationRequest, createContext: () => OperationContext): OperationOutcome | RefusedOperation;
  /** Undefined if the subscription is not compiled: then graphql-js has to `subscribe`. Throws `GraphQLError`. */
  followedChanges(operation: PreparedOperation): FollowedChanges | undefined;
  /** Executes a subscription for one event. The context is the subscription's; each event, and each attempt, begins it anew. */
  executeEvent(operation: PreparedOperation, set: ChangeSet, context: OperationContext): OperationOutcome;
}

export interface OperationRunnerOptions extends OperationCacheOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Creates the runner of one schema. Everything that runs shares one buffer, so nothing may run while something runs. */
export function createOperationRunner(options: OperationRunnerOptions): OperationRunner {
  const { schema, logger, metrics } = options;
  const cache = new OperationCache(options);
  const sink = new ByteSink();
  const countCompiled = metrics.counter("compiled_executions", "Executions of compiled operations.");
  const countGivenUp = metrics.counter("compiled_executions_given_up", "Those that were then left to graphql-js.");
  const countInterpreted = metrics.counter("interpreted_executions", "Executions by graphql-js.");

  /** Undefined if it was given up. */
  const tryCompiled = (run: Run, write: () => void): OperationOutcome | undefined => {
    countCompiled();
    try {
      sink.clear();
      sink.putLatin1('{"data":');
      write();
      const { position } = operationExtensions(run.context);
      if (position !== undefined) sink.putLatin1(`,"extensions":{"position":"${position}"}`); // base64url
      sink.putLatin1("}");
      return { kind: "bytes", bytes: sink.copy() };
    } catch (error) {
      countGivenUp();
      if (!isClientsError(error)) logger.error({ err: error }, "compiled operation failed");
      return undefined;
    }
  };

  const interpret = (operation: PreparedOperation, context: OperationContext, set?: ChangeSet): OperationOutcome => {
    countInterpreted();
    return { kind: "result", result: interpretOperation(schema, operation, { context, set }) };
  };

  const prepare: OperationRunner["prepare"] = (request) => {
    const prepared = cache.prepare(request);
    return "errors" in prepared ? { kind: "refused", errors: prepared.errors } : prepared;
  };

  const executeQuery: OperationRunner["execute"] = (operation, createContext) => {
    const { variant, variables } = operation;
    if (variant?.kind !== "query") return interpret(operation, createContext());
    const run = beginRun(createContext(), { variables, sink });
    return tryCompiled(run, () => variant.write(undefined, run)) ?? interpret(operation, createContext());
  };

  return {
    prepare,
    execute: executeQuery,
    run: (request, createContext) => {
      const prepared = prepare(request);
      return "errors" in prepared ? prepared : executeQuery(prepared, createContext);
    },
    followedChanges: (operation) => {
      const { variant, variables } = operation;
      if (variant?.kind !== "subscription") return undefined;
      const { fieldName, view, needsPrevious, argumentsOf, keyOf } = variant.plan;
      const args = argumentsOf(variables);
      return { fieldName, args, view, key: keyOf(args), needsPrevious, identity: makeIdentity(operation) };
    },
    executeEvent: (operation, set, context) => {
      const { variant, variables } = operation;
      if (variant?.kind !== "subscription") return interpret(operation, context, set);
      context.cut.beginEvent(set);
      const run = beginRun(context, { variables, sink, set });
      return tryCompiled(run, () => variant.plan.write(set, run)) ?? interpret(operation, context, set);
    },
  };
}

/** What a client may see, and graphql's own errors: nothing of ours is broken. */
function isClientsError(error: unknown): boolean {
  return error instanceof GraphQLError || (error instanceof TailwaterError && error.audience === "client");
}

function interpretOperation(
  schema: GraphQLSchema,
  { document, request }: PreparedOperation,
  { context, set }: { readonly context: OperationContext; readonly set: ChangeSet | undefined },
): ExecutionResult | Promise<ExecutionResult> {
  const result = execute({
    schema,
    document,
    rootValue: set,
    contextValue: context,
    operationName: request.operationName ?? null,
    variableValues: request.variables ?? null,
  });
  return result instanceof Promise
    ? result.then((settled: ExecutionResult) => completeResult(settled, context))
    : completeResult(result as ExecutionResult, context); // it is no promise
}

/** Document, operation, and the variables that it declares, as they were sent. */
function makeIdentity({ request, operation }: PreparedOperation): string {
  const { query, variables } = request;
  const sent = (operation.variableDefinitions ?? []).map(({ variable: { name } }) =>
    variables !== null && variables !== undefined && Object.hasOwn(variables, name.value)
      ? [variables[name.value]]
      : [],
  );
  return JSON.stringify([query, operation.name?.value ?? null, sent]);
}
