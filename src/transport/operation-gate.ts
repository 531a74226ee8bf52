import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from "graphql";
import type { TailwaterError } from "../base/errors.ts";

export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

export interface OperationGateOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly rules: readonly ValidationRule[];
  readonly maxTokens: number;
}

export type OperationGate = (request: OperationRequest) => ExecutionArgs | readonly GraphQLError[];

/**
 * Checks an operation before it runs: it parses, validates, names an operation, and its variables coerce; gives what to
 * execute or everything that is wrong. For WebSockets; Apollo Server does the same for HTTP.
 */
export function createOperationGate({ schema, introspection, rules, maxTokens }: OperationGateOptions): OperationGate {
  const allRules = [...specifiedRules, ...rules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  return ({ query, operationName, variables }) => {
    const document = parseDocument(query, maxTokens);
    if (document instanceof GraphQLError) return [document];
    const invalid = validate(schema, document, allRules);
    if (invalid.length > 0) return invalid;
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) {
      return [
        new GraphQLError(
          typeof operationName === "string"
            ? `Unknown operation named "${operationName}".`
            : "Must provide operation name if query contains multiple operations.",
          { extensions: { code: "BAD_USER_INPUT" } },
        ),
      ];
    }
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 50 });
    if (coerced.errors !== undefined) return coerced.errors;
    return { schema, document, operationName: operationName ?? null, variableValues: variables ?? null };
  };
}

/** An error of ours as graphql carries errors. */
export function toGraphqlError(error: TailwaterError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code } });
}

function parseDocument(query: string, maxTokens: number): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}
