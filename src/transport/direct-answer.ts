import type { ServerResponse } from "node:http";
import type { ExecutionResult } from "graphql";
import { toClientError } from "../api/client-errors.ts";
import type { OperationRunner } from "../api/compiled/operation-runner.ts";
import type { OperationContext } from "../api/operation-context.ts";
import type { Logger } from "../base/logger.ts";
import type { PlainRequest } from "./prepare-request.ts";
import { getErrorHead } from "./response-status.ts";

export interface DirectAnswerOptions {
  readonly runner: OperationRunner;
  readonly createContext: () => OperationContext;
  readonly logger: Logger;
}

/** Answers a plain request, or gives false and has not touched the response: Apollo Server has to answer. */
export type AnswerDirectly = (request: PlainRequest, response: ServerResponse) => Promise<boolean> | boolean;

/**
 * Answers valid queries without Apollo Server, with the same status, headers and JSON. What does not parse, validate or
 * coerce, and what is no query, is left to Apollo Server, so that its words for it stand in one place.
 */
export function createDirectAnswer({ runner, createContext, logger }: DirectAnswerOptions): AnswerDirectly {
  const sendResult = (response: ServerResponse, result: ExecutionResult, { responseType }: PlainRequest): true => {
    const { data, extensions } = result;
    const errors = result.errors?.map((error) => toClientError(error.toJSON(), error, logger));
    const { httpStatus = 200, retryAfterSeconds } = getErrorHead({ data, errors }) ?? {};
    if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
    const body = Buffer.from(JSON.stringify({ errors, data, extensions }));
    sendBody(response, body, { status: httpStatus >= 500 ? httpStatus : 200, responseType });
    return true;
  };
  return (request, response) => {
    const prepared = runner.prepare(request.operation, "QUERY");
    if ("errors" in prepared || prepared.operation.operation !== "query") return false;
    const outcome = runner.execute(prepared, createContext);
    if (outcome.kind === "bytes") {
      sendBody(response, outcome.bytes, { status: 200, responseType: request.responseType });
      return true;
    }
    const { result } = outcome;
    return result instanceof Promise
      ? result.then((settled) => sendResult(response, settled, request))
      : sendResult(response, result, request);
  };
}

function sendBody(
  response: ServerResponse,
  body: Buffer,
  { status, responseType }: { readonly status: number; readonly responseType: string },
): void {
  response.writeHead(status, { "content-type": responseType, "content-length": body.length });
  response.end(body);
}
