import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Puts the headers of cross-origin requests (Fetch standard, "CORS protocol") for an allowed origin. Returns true if
 * the request was a preflight, which is then answered. `*` in `origins` allows any, without credentials.
 */
export function applyCors(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): boolean {
  const origin = request.headers.origin;
  const isPreflight = request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
  if (origins.length > 0) response.setHeader("vary", "Origin");
  const allowed = origin !== undefined && (origins.includes("*") || origins.includes(origin));
  if (allowed) {
    response.setHeader("access-control-allow-origin", origins.includes("*") ? "*" : origin);
    response.setHeader("access-control-expose-headers", "retry-after");
  }
  if (!isPreflight) return false;
  if (allowed) {
    response.setHeader("access-control-allow-methods", "GET, POST");
    response.setHeader(
      "access-control-allow-headers",
      request.headers["access-control-request-headers"] ?? "content-type",
    );
    response.setHeader("access-control-max-age", "600");
  }
  response.writeHead(204).end();
  return true;
}
