import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from "@apollo/server";
import type { OperationContext } from "../api/operation-context.ts";
import type { Clock } from "../base/clock.ts";
import { createAnswerRounds, type MadeAnswer, type MakeAnswer } from "./answer-rounds.ts";
import type { AnswerDirectly, DirectAnswer } from "./direct-answer.ts";
import { getOperationKind } from "./operation-kinds.ts";
import { prepareRequest } from "./prepare-request.ts";
import { type RefusedBody, receiveBody } from "./request-body.ts";
import type { AnsweredRequest, AnswerPath } from "./request-metrics.ts";
import { sendRequestError } from "./send-response.ts";

export interface GraphqlHttpOptions {
  readonly server: ApolloServer<Partial<OperationContext>>;
  /** Absent: Apollo Server answers everything. */
  readonly answerDirectly?: AnswerDirectly | undefined;
  readonly maxBodyBytes: number;
  readonly createContext: () => Partial<OperationContext>;
  readonly clock: Clock;
  readonly onAnswered?: ((answered: AnsweredRequest) => void) | undefined;
}

/** A request whose body has come, and who is to know when it is answered. */
interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer | RefusedBody;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes what answers GraphQL over HTTP requests: plain ones directly where that can be done, all others (GET too) through
 * Apollo Server. What it gives resolves when the answer is handed over, and rejects if the connection breaks.
 */
export function createGraphqlHandler(
  options: GraphqlHttpOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { maxBodyBytes, clock } = options;
  const addWaiting = createAnswerRounds(makeAnswerOf(options), clock);
  return (request, response) =>
    new Promise((resolve, reject) => {
      receiveBody(request, maxBodyBytes, {
        onBody: (body) => addWaiting({ request, response, body, resolve, reject }),
        onBroken: reject,
      });
    });
}

function makeAnswerOf(options: GraphqlHttpOptions): MakeAnswer<Waiting> {
  const { answerDirectly, clock, onAnswered } = options;

  const makeAnswer = ({ request, response, body: received, resolve, reject }: Waiting): MadeAnswer | undefined => {
    const prepared = prepareRequest(request, received);
    if (prepared.kind === "refused") {
      // What is left of a refused body is not read: the connection ends with the answer.
      const { status, message } = prepared;
      sendRequestError(response, status, { message, code: "BAD_USER_INPUT" }, { connection: "close" });
      onAnswered?.({ path: "refused", operation: "none", status, durationMs: undefined });
      resolve();
      return undefined;
    }
    const startedAtMs = clock.monotonicMs();
    const finish = (path: AnswerPath, operation: string): void => {
      const durationMs = clock.monotonicMs() - startedAtMs;
      onAnswered?.({ path, operation, status: response.statusCode, durationMs });
      resolve();
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
        .catch(reject);
      return undefined;
    }
    if (answer instanceof Promise) {
      answer.then(sendDirect).catch(reject);
      return undefined;
    }
    return {
      bytes: answer.body.length,
      send: () => {
        try {
          sendDirect(answer);
        } catch (error) {
          reject(error);
        }
      },
    };
  };
  return (waiting) => {
    try {
      return makeAnswer(waiting);
    } catch (error) {
      waiting.reject(error);
      return undefined;
    }
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
