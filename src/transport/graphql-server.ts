import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { GraphQLSchema, ValidationRule } from "graphql";
import { toClientError } from "../api/client-errors.ts";
import { completeResult } from "../api/complete-result.ts";
import type { OperationContext } from "../api/operation-context.ts";
import type { Logger } from "../base/logger.ts";
import { operationKindPlugin } from "./operation-kinds.ts";
import { getErrorHead } from "./response-status.ts";

export interface GraphqlServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Beside graphql's own. */
  readonly rules: readonly ValidationRule[];
  readonly maxTokens: number;
  readonly logger: Logger;
}

/**
 * Apollo Server over this schema, started by its first use: no landing page, no reporting, CSRF prevention on, errors
 * masked, `extensions.position` on responses. The caller gives each request its `OperationContext` (undefined for a
 * schema that needs none).
 */
export function createGraphqlServer(options: GraphqlServerOptions): ApolloServer<Partial<OperationContext>> {
  const { schema, introspection, rules, maxTokens, logger } = options;
  const log = (write: (fields: object, message: string) => void) => (message?: unknown) =>
    write({ detail: String(message) }, "graphql server");
  return new ApolloServer<Partial<OperationContext>>({
    schema,
    introspection,
    csrfPrevention: true,
    validationRules: [...rules],
    parseOptions: { maxTokens },
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stringifyResult: (result) => JSON.stringify(result),
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => toClientError(formatted, error, logger),
    logger: {
      debug: log((fields, message) => logger.debug({ ...fields }, message)),
      info: log((fields, message) => logger.info({ ...fields }, message)),
      warn: log((fields, message) => logger.warn({ ...fields }, message)),
      error: log((fields, message) => logger.error({ ...fields }, message)),
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      operationKindPlugin,
      responsePlugin,
    ],
  });
}

/** Completes what `execute` gave and gives a response without data the HTTP status that its error asks for. */
const responsePlugin: ApolloServerPlugin<Partial<OperationContext>> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response, contextValue, document }) => {
      if (response.body.kind !== "single") return;
      const { budget, cut, limits } = contextValue;
      if (budget !== undefined && cut !== undefined && limits !== undefined) {
        response.body.singleResult = completeResult(response.body.singleResult, { budget, cut, limits });
      }
      const { errors } = response.body.singleResult;
      const head = getErrorHead(response.body.singleResult);
      if (head === undefined) return;
      const { httpStatus, retryAfterSeconds } = head;
      if (httpStatus >= 500) response.http.status = httpStatus;
      const isWellFormed = document !== undefined || errors?.[0]?.extensions?.["code"] === "GRAPHQL_PARSE_FAILED";
      if (
        response.http.status === 400 &&
        isWellFormed &&
        !acceptsGraphqlResponse(request.http?.headers.get("accept"))
      ) {
        response.http.status = 200;
      }
      if (retryAfterSeconds !== undefined) response.http.headers.set("retry-after", String(retryAfterSeconds));
    },
  }),
};

/** GraphQL over HTTP: only who accepts this media type gets 4xx for an operation that is wrong; in plain JSON that is a 200. */
function acceptsGraphqlResponse(accept: string | undefined): boolean {
  return accept?.includes("application/graphql-response+json") === true;
}
