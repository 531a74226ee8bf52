import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
  subscribe,
} from "graphql";
import { type Context, makeServer, type Server, type SubscribePayload } from "graphql-ws";
import { toClientError } from "../api/client-errors.ts";
import { completeResult } from "../api/complete-result.ts";
import { endAtExcess } from "../api/end-at-excess.ts";
import { BadUserInputError } from "../api/input-errors.ts";
import type { OperationContext } from "../api/operation-context.ts";
import type { Logger } from "../base/logger.ts";
import type { AnswerTurns } from "./answer-turns.ts";
import { type OperationGate, toGraphqlError } from "./operation-gate.ts";
import type { SocketWriter } from "./socket-writer.ts";
import type { SplicedRequest, SpliceOperations } from "./splice-operations.ts";
import type { SplicedOperation } from "./spliced-operation.ts";
import { ShuttingDownError, TooManySubscriptionsError } from "./transport-errors.ts";

export interface SocketProtocolOptions {
  readonly gate: OperationGate;
  /** How operations run and answer that are compiled; undefined: graphql-js runs all of them. */
  readonly splicing: SpliceOperations | undefined;
  readonly createContext: () => OperationContext;
  readonly maxSubscriptionsPerSocket: number;
  readonly connectionInitMs: number;
  readonly isStopping: () => boolean;
  readonly logger: Logger;
}

/** What the protocol has to know of a socket. */
export interface SocketFacts {
  readonly writer: SocketWriter;
  readonly turns: AnswerTurns;
}

/** The id is in each message: a long one, of many subscriptions, would make much of a small change. */
const maxIdLength = 1_000;

type SocketContext = Context<Record<string, unknown>, SocketFacts>;

/** What `onSubscribe` hands to the steps that follow, as graphql-js's context value. */
interface RequestContext extends OperationContext {
  /** Undefined if graphql-js has to run it. */
  readonly spliced: SplicedRequest | undefined;
  readonly turns: AnswerTurns;
}

/**
 * graphql-transport-ws by graphql-ws: queries and subscriptions, results completed with their position, errors masked.
 * What is wrong with one operation is an `error` message of it; the socket stays.
 */
export function createSocketProtocol(options: SocketProtocolOptions): Server<SocketFacts> {
  const { logger, connectionInitMs } = options;
  return makeServer<Record<string, unknown>, SocketFacts>({
    connectionInitWaitTimeout: connectionInitMs,
    onSubscribe: (context, id, payload) => admit(context, { id, payload }, options),
    execute: (args) => {
      const { spliced, turns } = contextOf(args);
      return turns.take<ExecutionResult | SplicedOperation>(() =>
        spliced === undefined ? execute(args) : spliced.answer(),
      );
    },
    subscribe: (args) => {
      const { spliced } = contextOf(args);
      return spliced?.follow() ?? subscribeByGraphql(args);
    },
    onOperation: (_context, _id, _payload, _args, result) =>
      isFailedSubscription(result) ? failing(result.errors ?? []) : result,
    onNext: (_context, _id, _payload, args, result): FormattedExecutionResult => {
      const { data, errors, extensions } = completeResult(result, contextOf(args));
      return {
        ...(data === undefined ? {} : { data }),
        ...(extensions === undefined ? {} : { extensions }),
        ...(errors === undefined
          ? {}
          : { errors: errors.map((error) => toClientError(asFormatted(error), error, logger)) }),
      };
    },
    onError: (_context, _id, _payload, errors) => errors.map((error) => toClientError(error.toJSON(), error, logger)),
  });
}

function admit(
  { subscriptions, extra }: SocketContext,
  { id, payload }: { readonly id: string; readonly payload: SubscribePayload },
  { gate, splicing, createContext, maxSubscriptionsPerSocket, isStopping }: SocketProtocolOptions,
): ExecutionArgs | readonly GraphQLError[] {
  if (isStopping()) return [toGraphqlError(new ShuttingDownError())];
  if (id.length > maxIdLength) {
    const message = `Expected an id of at most ${maxIdLength} characters, found ${id.length}; take a shorter one.`;
    return [toGraphqlError(new BadUserInputError(message))];
  }
  if (Object.keys(subscriptions).length > maxSubscriptionsPerSocket) {
    return [toGraphqlError(new TooManySubscriptionsError(maxSubscriptionsPerSocket))];
  }
  if (splicing === undefined) {
    const args = gate(payload);
    return "schema" in args ? withContext(args, { ...createContext(), spliced: undefined, turns: extra.turns }) : args;
  }
  const spliced = splicing(payload, { writer: extra.writer, operationId: id });
  return "args" in spliced ? withContext(spliced.args, { ...createContext(), spliced, turns: extra.turns }) : spliced;
}

function withContext(args: ExecutionArgs, contextValue: RequestContext): ExecutionArgs {
  return { ...args, contextValue };
}

function contextOf({ contextValue }: ExecutionArgs): RequestContext {
  return contextValue as RequestContext; // set by `withContext`
}

async function subscribeByGraphql(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const events = await subscribe(args);
  return Symbol.asyncIterator in events ? endAtExcess(events, contextOf(args)) : events;
}

function isFailedSubscription(result: unknown): result is ExecutionResult {
  return typeof result === "object" && result !== null && "errors" in result && !("data" in result);
}

/** A stream that fails at once: what could not be subscribed to is an `error` message, not a result. */
function failing(errors: readonly GraphQLError[]): AsyncIterableIterator<ExecutionResult> {
  return {
    next: () => Promise.reject(errors[0] ?? new Error("a subscription failed without an error")),
    return: () => Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function asFormatted(error: GraphQLError | ReturnType<GraphQLError["toJSON"]>) {
  return "toJSON" in error ? error.toJSON() : error;
}
