import { randomUUID } from "node:crypto";
import { GraphQLError, type GraphQLFormattedError, Kind } from "graphql";
import { type ClientErrorCode, TailwaterError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";

/**
 * What a client may see of an error (G3): errors of ours whose audience is the client, and what graphql itself says
 * of the client's document and variables, with the codes that Apollo Server gives them. Everything else is masked and
 * logged; the id in `extensions.errorId` is in the log line too. `formatted` gives locations and path. Never throws.
 */
export function toClientError(
  formatted: GraphQLFormattedError,
  original: unknown,
  logger: Logger,
  newErrorId: () => string = randomUUID,
): GraphQLFormattedError {
  const ours = findTailwaterError(original);
  if (ours?.audience === "client")
    return { ...placeOf(formatted), message: ours.message, extensions: { code: ours.code } };
  const code = ours === undefined ? findOwnCode(formatted, original) : undefined;
  if (code !== undefined) return { ...placeOf(formatted), message: formatted.message, extensions: { code } };
  const errorId = newErrorId();
  logger.error({ errorId, code: ours?.code, path: formatted.path?.join("."), err: original }, "operation failed");
  return {
    ...placeOf(formatted),
    message: "Internal server error",
    extensions: { code: "INTERNAL_SERVER_ERROR" satisfies ClientErrorCode, errorId },
  };
}

/** The error of ours inside what graphql and Apollo wrapped around it. */
export function findTailwaterError(error: unknown): TailwaterError | undefined {
  let inner = error;
  while (inner instanceof GraphQLError) inner = inner.originalError;
  return inner instanceof TailwaterError ? inner : undefined;
}

function placeOf({ locations, path }: GraphQLFormattedError): Pick<GraphQLFormattedError, "locations" | "path"> {
  return { ...(locations === undefined ? {} : { locations }), ...(path === undefined ? {} : { path }) };
}

/** Codes of Apollo Server for mistakes of the client → ours. */
const apolloCodes: ReadonlyMap<unknown, ClientErrorCode> = new Map([
  ["GRAPHQL_PARSE_FAILED", "GRAPHQL_PARSE_FAILED"],
  ["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_VALIDATION_FAILED"],
  ["BAD_USER_INPUT", "BAD_USER_INPUT"],
  ["BAD_REQUEST", "BAD_USER_INPUT"],
  ["OPERATION_RESOLUTION_FAILURE", "BAD_USER_INPUT"],
  ["PERSISTED_QUERY_NOT_FOUND", "BAD_USER_INPUT"],
  ["PERSISTED_QUERY_NOT_SUPPORTED", "BAD_USER_INPUT"],
] as const);

const operationNotFound = /^(Unknown operation named|Must provide (an operation|operation name))/;
const badVariable = /^Variable "\$[^"]*" (got invalid value|has invalid value|of required type|of non-null type)/;

/** The code of an error that graphql (or Apollo) itself raised about what the client sent; undefined for any other. */
function findOwnCode(formatted: GraphQLFormattedError, original: unknown): ClientErrorCode | undefined {
  if (!(original instanceof GraphQLError)) return undefined;
  if (original.path !== undefined) return isBadArgument(original) ? "BAD_USER_INPUT" : undefined;
  const { code } = formatted.extensions ?? {};
  const apolloCode = apolloCodes.get(code);
  if (apolloCode !== undefined) return apolloCode;
  if (original.nodes !== undefined) return isBadVariable(original) ? "BAD_USER_INPUT" : "GRAPHQL_VALIDATION_FAILED";
  if (original.message.startsWith("Syntax Error")) return "GRAPHQL_PARSE_FAILED";
  return operationNotFound.test(original.message) ? "BAD_USER_INPUT" : undefined;
}

/**
 * An argument that became wrong only with its variables. What else carries a path comes out of resolving: graphql
 * gives nodes of its own to argument errors only, others (a scalar that cannot be put out) get theirs when located.
 */
function isBadArgument({ originalError }: GraphQLError): boolean {
  return (
    originalError instanceof GraphQLError &&
    originalError.nodes !== undefined &&
    originalError.path === undefined &&
    originalError.originalError === undefined
  );
}

function isBadVariable({ nodes, message }: GraphQLError): boolean {
  return nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION && badVariable.test(message);
}
