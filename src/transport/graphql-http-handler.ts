import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApolloServer, HeaderMap } from "@apollo/server";
import type { OperationContext } from "../api/operation-context.ts";
import { readJsonBody } from "./request-body.ts";
import { sendRequestError } from "./send-response.ts";

export interface GraphqlHttpOptions {
  readonly server: ApolloServer<Partial<OperationContext>>;
  readonly maxBodyBytes: number;
  readonly createContext: () => Partial<OperationContext>;
}

/** Answers one GraphQL over HTTP request (POST or GET) through Apollo Server. Rejects only if the connection breaks. */
export async function handleGraphqlRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { server, maxBodyBytes, createContext }: GraphqlHttpOptions,
): Promise<void> {
  const read = await readJsonBody(request, maxBodyBytes);
  if (read.kind === "refused") {
    // What is left of a refused body is not read: the connection ends with the answer.
    sendRequestError(response, read.status, { message: read.message, code: "BAD_USER_INPUT" }, { connection: "close" });
    return;
  }
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const url = request.url ?? "/";
  const {
    body,
    headers: responseHeaders,
    status,
  } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: (request.method ?? "GET").toUpperCase(),
      headers,
      search: url.includes("?") ? url.slice(url.indexOf("?")) : "",
      body: read.value ?? {},
    },
    context: async () => createContext(),
  });
  response.statusCode = status ?? 200;
  for (const [name, value] of responseHeaders) response.setHeader(name, value);
  if (body.kind === "complete") {
    response.end(body.string);
    return;
  }
  for await (const chunk of body.asyncIterator) response.write(chunk);
  response.end();
}
