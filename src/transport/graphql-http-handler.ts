import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from "@apollo/server";
import type { OperationContext } from "../api/operation-context.ts";
import type { Clock } from "../base/clock.ts";
import type { AnswerDirectly } from "./direct-answer.ts";
import { getOperationKind } from "./operation-kinds.ts";
import { prepareRequest } from "./prepare-request.ts";
import type { AnsweredRequest } from "./request-metrics.ts";
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

/**
 * Answers one GraphQL over HTTP request: a plain one directly where that can be done, any other (GET too) through
 * Apollo Server. Rejects only if the connection breaks.
 */
export async function handleGraphqlRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: GraphqlHttpOptions,
): Promise<void> {
  const { maxBodyBytes, answerDirectly, clock, onAnswered } = options;
  const prepared = await prepareRequest(request, { maxBodyBytes });
  if (prepared.kind === "refused") {
    // What is left of a refused body is not read: the connection ends with the answer.
    const { status, message } = prepared;
    sendRequestError(response, status, { message, code: "BAD_USER_INPUT" }, { connection: "close" });
    onAnswered?.({ path: "refused", operation: "none", status, durationMs: undefined });
    return;
  }
  const startedAtMs = clock.monotonicMs();
  const { plain, body } = prepared;
  const isAnswered = plain !== undefined && answerDirectly !== undefined && (await answerDirectly(plain, response));
  const operation = isAnswered ? "query" : await answerByApollo(request, response, { ...options, body });
  onAnswered?.({
    path: isAnswered ? "direct" : "apollo",
    operation,
    status: response.statusCode,
    durationMs: clock.monotonicMs() - startedAtMs,
  });
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
