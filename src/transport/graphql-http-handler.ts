import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from "@apollo/server";
import type { OperationContext } from "../api/operation-context.ts";
import type { Clock } from "../base/clock.ts";
import { createAnswerRounds, type MadeAnswer } from "./answer-rounds.ts";
import { BodyShapes } from "./body-shapes.ts";
import type { AnswerDirectly, DirectAnswer } from "./direct-answer.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { getOperationKind } from "./operation-kinds.ts";
import { prepareRequest } from "./prepare-request.ts";
import { createJsonReader, makeBrokenError, type RefusedBody, receiveBody, takeBody } from "./request-body.ts";
import type { AnsweredRequest, AnswerPath } from "./request-metrics.ts";
import { sendRequestError } from "./send-response.ts";
import { UnfinishedBodies } from "./unfinished-bodies.ts";

export interface GraphqlHttpOptions {
  readonly server: ApolloServer<Partial<OperationContext>>;
  /** Absent: Apollo Server answers everything. */
  readonly answerDirectly?: AnswerDirectly | undefined;
  readonly maxBodyBytes: number;
  readonly createContext: () => Partial<OperationContext>;
  readonly clock: Clock;
  readonly onAnswered?: ((answered: AnsweredRequest) => void) | undefined;
}

/** A request, and its body if that came after its head. */
interface Waiting {
  readonly exchange: HttpExchange;
  readonly body: Buffer | RefusedBody | undefined;
}

/** What all bodies together may hold that have not come yet. */
const unfinishedBytes = 64 * 1024 * 1024;

/**
 * Makes what answers GraphQL over HTTP requests: plain ones directly where that can be done, all others (GET too) through
 * Apollo Server. An exchange is finished when the answer is handed over, and fails if the connection breaks before.
 */
export function createGraphqlHandler(options: GraphqlHttpOptions): (exchange: HttpExchange) => void {
  const { maxBodyBytes, clock } = options;
  const makeAnswer = makeAnswerOf(options);
  const unfinished = new UnfinishedBodies(Math.max(unfinishedBytes, 4 * maxBodyBytes));

  /** By then most bodies are there: they come with the head, but are told of after it. */
  const makeWaiting = ({ exchange, body }: Waiting, nowMs: number): MadeAnswer | undefined => {
    const { request } = exchange;
    if (body !== undefined) return makeAnswer(exchange, body, nowMs);
    if (request.destroyed) {
      exchange.fail(makeBrokenError(request));
      return undefined;
    }
    const taken = takeBody(request, maxBodyBytes);
    if (taken !== undefined) return makeAnswer(exchange, taken, nowMs);
    receiveBody(
      request,
      { maxBytes: maxBodyBytes, unfinished },
      {
        onBody: (received) => addWaiting({ exchange, body: received }),
        onBroken: (error) => exchange.fail(error),
      },
    );
    return undefined;
  };
  const addWaiting = createAnswerRounds((waiting: Waiting, nowMs) => {
    try {
      return makeWaiting(waiting, nowMs);
    } catch (error) {
      waiting.exchange.fail(error);
      return undefined;
    }
  }, clock);
  return (exchange) => addWaiting({ exchange, body: undefined });
}

/** Makes an answer, or leaves it to others, which then finish the exchange. */
function makeAnswerOf(
  options: GraphqlHttpOptions,
): (exchange: HttpExchange, body: Buffer | RefusedBody, startedAtMs: number) => MadeAnswer | undefined {
  const { answerDirectly, clock, onAnswered } = options;
  const readJson = createJsonReader(new BodyShapes());

  return (exchange, received, startedAtMs) => {
    const { request, response } = exchange;
    const prepared = prepareRequest(request, received, readJson);
    if (prepared.kind === "refused") {
      // What is left of a refused body is not read: the connection ends with the answer.
      const { status, message } = prepared;
      sendRequestError(response, status, { message, code: "BAD_USER_INPUT" }, { connection: "close" });
      onAnswered?.({ path: "refused", operation: "none", status, durationMs: undefined });
      exchange.finish();
      return undefined;
    }
    const finish = (path: AnswerPath, operation: string): void => {
      const durationMs = clock.monotonicMs() - startedAtMs;
      onAnswered?.({ path, operation, status: response.statusCode, durationMs });
      exchange.finish();
    };
    const { plain, body } = prepared;
    const answer = plain === undefined ? undefined : answerDirectly?.(plain);
    const sendDirect = (made: DirectAnswer): void => {
      sendAnswer(response, made);
      finish("direct", "query");
    };
    if (answer === undefined) {
      answerByApollo(request, response, { ...options, body })
        .then((operation) => finish("apollo", operation))
        .catch((error: unknown) => exchange.fail(error));
      return undefined;
    }
    if (answer instanceof Promise) {
      answer.then(sendDirect).catch((error: unknown) => exchange.fail(error));
      return undefined;
    }
    return {
      bytes: answer.body.length,
      send: () => {
        try {
          sendDirect(answer);
        } catch (error) {
          exchange.fail(error);
        }
      },
    };
  };
}

function sendAnswer(response: ServerResponse, { status, responseType, retryAfterSeconds, body }: DirectAnswer): void {
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
  response.writeHead(status, { "content-type": responseType, "content-length": body.length });
  response.end(body, "latin1");
}

/** Gives the kind of the operation. */
async function answerByApollo(
  request: IncomingMessage,
  response: ServerResponse,
  { server, createContext, body: requestBody }: GraphqlHttpOptions & { readonly body: unknown },
): Promise<string> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const url = request.url ?? "/";
  const httpGraphQLRequest: HTTPGraphQLRequest = {
    method: (request.method ?? "GET").toUpperCase(),
    headers,
    search: url.includes("?") ? url.slice(url.indexOf("?")) : "",
    body: requestBody ?? {},
  };
  const {
    body,
    headers: responseHeaders,
    status,
  } = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => createContext() });
  response.statusCode = status ?? 200;
  for (const [name, value] of responseHeaders) response.setHeader(name, value);
  if (body.kind === "complete") {
    response.end(body.string);
  } else {
    for await (const chunk of body.asyncIterator) response.write(chunk);
    response.end();
  }
  return getOperationKind(httpGraphQLRequest);
}
