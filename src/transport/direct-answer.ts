import type { ExecutionResult } from "graphql";
import { toClientError } from "../api/client-errors.ts";
import type { OperationRunner } from "../api/compiled/operation-runner.ts";
import type { OperationContext } from "../api/operation-context.ts";
import type { Logger } from "../base/logger.ts";
import type { PlainRequest } from "./prepare-request.ts";
import { getErrorHead } from "./response-status.ts";
import type { ResponseType } from "./response-type.ts";

export interface DirectAnswerOptions {
  readonly runner: OperationRunner;
  readonly createContext: () => OperationContext;
  readonly logger: Logger;
}

/** A whole response. */
export interface DirectAnswer {
  readonly status: number;
  readonly responseType: ResponseType;
  readonly retryAfterSeconds: number | undefined;
  /** Its bytes; as a text, one character is one byte (Latin-1). */
  readonly body: Buffer | string;
}

/** Answers a plain request; undefined: Apollo Server has to. */
export type AnswerDirectly = (request: PlainRequest) => DirectAnswer | Promise<DirectAnswer> | undefined;

/**
 * Answers valid queries without Apollo Server, with the same status, headers and JSON. What does not parse, validate or
 * coerce, and what is no query, is left to Apollo Server, so that its words for it stand in one place.
 */
export function createDirectAnswer({ runner, createContext, logger }: DirectAnswerOptions): AnswerDirectly {
  const makeAnswer = (result: ExecutionResult, { responseType }: PlainRequest): DirectAnswer => {
    const { data, extensions } = result;
    const errors = result.errors?.map((error) => toClientError(error.toJSON(), error, logger));
    const { httpStatus = 200, retryAfterSeconds } = getErrorHead({ data, errors }) ?? {};
    const body = Buffer.from(JSON.stringify({ errors, data, extensions }));
    return { status: httpStatus >= 500 ? httpStatus : 200, responseType, retryAfterSeconds, body };
  };
  return (request) => {
    const prepared = runner.prepare(request.operation, "QUERY");
    if ("errors" in prepared || prepared.operation.operation !== "query") return undefined;
    const outcome = runner.executeLent(prepared, createContext, takeBody);
    if (outcome.kind === "bytes") {
      return { status: 200, responseType: request.responseType, retryAfterSeconds: undefined, body: outcome.bytes };
    }
    const { result } = outcome;
    return result instanceof Promise
      ? result.then((settled) => makeAnswer(settled, request))
      : makeAnswer(result, request);
  };
}

/** A short text goes behind the response's head without a list of buffers; a long one would be copied once more. */
const textBytes = 2 * 1024;

function takeBody(lent: Buffer): Buffer | string {
  return lent.length <= textBytes ? lent.toString("latin1") : Buffer.from(lent);
}
