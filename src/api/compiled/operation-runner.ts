import { type ExecutionResult, execute, GraphQLError, type GraphQLSchema } from "graphql";
import { TailwaterError } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { ChangeSet } from "../../view/change-set.ts";
import { completeResult } from "../complete-result.ts";
import { type OperationContext, operationExtensions } from "../operation-context.ts";
import { ByteSink } from "./byte-sink.ts";
import type { OperationRequest } from "./check-document.ts";
import {
  OperationCache,
  type OperationCacheOptions,
  type OperationUse,
  type PreparedOperation,
} from "./operation-cache.ts";
import { beginRun, type Run } from "./run.ts";
import type { Arguments } from "./subscription-plan.ts";

/** The response to one execution. */
export type OperationOutcome<Taken = Buffer> =
  /** All of it, a success, as UTF-8 of JSON; the bytes are the caller's. */
  | { readonly kind: "bytes"; readonly bytes: Taken }
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

/**
 * Runs operations: compiled where it can be done, else by graphql-js. The same response either way: what is compiled knows
 * responses without errors only, so at the first error, be it in one field of many, it is given up, and graphql-js says
 * what is null because of it. All of it is synchronous but asynchronous resolvers.
 */
export interface OperationRunner {
  /** Checks a request and finds how it runs, for this use of it. Default: any. */
  prepare(request: OperationRequest, use?: OperationUse): PreparedOperation | RefusedOperation;
  /**
   * Executes a query. Each attempt gets a context of its own: what a compiled one has read and counted before it was given
   * up must not show. Nothing happens between the attempts, so they stand at the same cut.
   */
  execute(operation: PreparedOperation, createContext: () => OperationContext): OperationOutcome;
  /** The same, but bytes are lent to `take`, which makes of them what is to be kept. */
  executeLent<Taken>(
    operation: PreparedOperation,
    createContext: () => OperationContext,
    take: (lent: Buffer) => Taken,
  ): OperationOutcome<Taken>;
  /** `prepare` and `execute` at once. */
  run(request: OperationRequest, createContext: () => OperationContext): OperationOutcome | RefusedOperation;
  /** Undefined if the subscription cannot be compiled, now or later: then graphql-js has to `subscribe`. Throws `GraphQLError`. */
  followedChanges(operation: PreparedOperation): FollowedChanges | undefined;
  /**
   * Executes a subscription for one event. The context is the subscription's; each event, and each attempt, begins it anew.
   * Bytes are lent: they hold until something runs again.
   */
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
  const countInterpreted = metrics.counter(
    "interpreted_executions",
    "Executions by graphql-js where operations may be compiled.",
  );

  /** Undefined if it was given up. */
  const tryCompiled = <Taken>(
    run: Run,
    write: () => void,
    take: (lent: Buffer) => Taken,
  ): OperationOutcome<Taken> | undefined => {
    countCompiled();
    try {
      sink.clear();
      sink.putLatin1('{"data":');
      write();
      const { position } = operationExtensions(run.context);
      if (position !== undefined) sink.putLatin1(`,"extensions":{"position":"${position}"}`); // base64url
      sink.putLatin1("}");
      return { kind: "bytes", bytes: take(sink.view()) };
    } catch (error) {
      countGivenUp();
      if (!isClientsError(error)) logger.error({ err: error }, "compiled operation failed");
      return undefined;
    }
  };

  const interpret = (
    operation: PreparedOperation,
    context: OperationContext,
    set?: ChangeSet,
  ): Extract<OperationOutcome, { readonly kind: "result" }> => {
    countInterpreted();
    return { kind: "result", result: interpretOperation(schema, operation, { context, set }) };
  };

  const prepare: OperationRunner["prepare"] = (request, use) => {
    const prepared = cache.prepare(request, use);
    return "errors" in prepared ? { kind: "refused", errors: prepared.errors } : prepared;
  };

  const executeLent: OperationRunner["executeLent"] = (operation, createContext, take) => {
    const { variant, variables } = operation;
    if (variant?.kind !== "query") return interpret(operation, createContext());
    const run = beginRun(createContext(), { variables, sink });
    return tryCompiled(run, () => variant.write(undefined, run), take) ?? interpret(operation, createContext());
  };

  return {
    prepare,
    execute: (operation, createContext) => executeLent(operation, createContext, keep),
    executeLent,
    run: (request, createContext) => {
      const prepared = prepare(request);
      return "errors" in prepared ? prepared : executeLent(prepared, createContext, keep);
    },
    followedChanges: (operation) => {
      const { variant, variables, deferred } = operation;
      const plan = variant?.kind === "subscription" ? variant.plan : deferred?.plan;
      if (plan === undefined) return undefined;
      const { fieldName, view, needsPrevious, argumentsOf, keyOf } = plan;
      const args = argumentsOf(variables);
      return { fieldName, args, view, key: keyOf(args), needsPrevious, identity: makeIdentity(operation) };
    },
    executeEvent: (operation, set, context) => {
      const { deferred, variables } = operation;
      const variant = operation.variant ?? deferred?.compile();
      if (variant?.kind !== "subscription") return interpret(operation, context, set);
      context.cut.beginEvent(set);
      const run = beginRun(context, { variables, sink, set });
      return tryCompiled(run, () => variant.plan.write(set, run), lend) ?? interpret(operation, context, set);
    },
  };
}

function lend(lent: Buffer): Buffer {
  return lent;
}

/** All bytes, as they are. */
function keep(lent: Buffer): Buffer {
  return Buffer.from(lent);
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
