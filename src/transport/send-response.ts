import type { ServerResponse } from "node:http";
import type { ClientErrorCode } from "../base/errors.ts";

/** Answers with a text, whole, unless something was answered already. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, text, { "content-type": "text/plain; charset=utf-8", ...headers });
}

/** Answers with a GraphQL error that was found before GraphQL had the request. */
export function sendRequestError(
  response: ServerResponse,
  status: number,
  error: { readonly message: string; readonly code: ClientErrorCode },
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify({ errors: [{ message: error.message, extensions: { code: error.code } }] });
  send(response, status, body, { "content-type": "application/json; charset=utf-8", ...headers });
}

function send(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>>): void {
  if (response.headersSent) return;
  response.writeHead(status, {
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}
