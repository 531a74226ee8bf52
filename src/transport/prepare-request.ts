import type { IncomingMessage } from "node:http";
import type { OperationRequest } from "../api/compiled/check-document.ts";
import type { ReadJsonBody, RefusedBody } from "./request-body.ts";
import { chooseResponseType, type ResponseType } from "./response-type.ts";

/** A request for one operation that nothing has to be negotiated for. */
export interface PlainRequest {
  readonly operation: OperationRequest;
  readonly responseType: ResponseType;
}

/** A request whose body was read, within the limits. */
export type PreparedRequest =
  | RefusedBody
  /** `plain` is undefined if only Apollo Server knows what to do with it. */
  | { readonly kind: "prepared"; readonly body: unknown; readonly plain: PlainRequest | undefined };

/**
 * What every GraphQL request goes through first, whoever answers it then: the limits, the body, and whether it is a
 * plain one. A plain request is a POST of `application/json`, which no page can send to another origin without a
 * preflight, so it has passed the protection against cross-site request forgery; all others have that before them in
 * Apollo Server.
 */
export function prepareRequest(
  request: IncomingMessage,
  received: Buffer | RefusedBody,
  readJson: ReadJsonBody,
): PreparedRequest {
  if ("kind" in received) return received;
  const read = readJson(request, received);
  if (read.kind === "refused") return read;
  const { value: body } = read;
  return { kind: "prepared", body, plain: makePlain(request, body) };
}

const plainContentType = /^application\/json(;\s*charset=utf-8)?$/i;

function makePlain({ method, url, headers }: IncomingMessage, body: unknown): PlainRequest | undefined {
  if (method !== "POST" || url === undefined || url.includes("?")) return undefined;
  const type = headers["content-type"] ?? "";
  if (type !== "application/json" && !plainContentType.test(type)) return undefined;
  const responseType = chooseResponseType(headers.accept);
  const operation = toOperation(body);
  return responseType === undefined || operation === undefined ? undefined : { operation, responseType };
}

/** Undefined for a batch, for a persisted query, and for anything malformed. Other `extensions` say nothing to a server. */
function toOperation(body: unknown): OperationRequest | undefined {
  if (!isRecord(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== "string" || query === "") return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== "string") return undefined;
  if (variables !== undefined && variables !== null && !isRecord(variables)) return undefined;
  const hasExtensions = extensions !== undefined && extensions !== null;
  if (hasExtensions && (!isRecord(extensions) || Object.hasOwn(extensions, "persistedQuery"))) return undefined;
  return { query, operationName, variables };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
