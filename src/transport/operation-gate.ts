import { type ExecutionArgs, GraphQLError, NoSchemaIntrospectionCustomRule } from "graphql";
import {
  type DocumentChecks,
  findOperation,
  makeDocumentCheck,
  type OperationRequest,
} from "../api/compiled/check-document.ts";
import { readVariables } from "../api/compiled/variable-reader.ts";
import type { TailwaterError } from "../base/errors.ts";

export interface OperationGateOptions extends DocumentChecks {
  readonly introspection: boolean;
}

/** What to execute for a request, or everything that is wrong with it. */
export type OperationGate = (request: OperationRequest) => ExecutionArgs | readonly GraphQLError[];

/**
 * Makes the check of an operation before it runs: it parses, validates, names an operation, and its variables coerce. For
 * WebSockets where operations are not compiled; Apollo Server does the same for HTTP.
 */
export function createOperationGate({ introspection, ...checks }: OperationGateOptions): OperationGate {
  const { schema, rules } = checks;
  const check = makeDocumentCheck(
    introspection ? checks : { ...checks, rules: [...rules, NoSchemaIntrospectionCustomRule] },
  );
  return ({ query, operationName, variables }) => {
    const checked = check(query);
    if (checked.kind === "invalid") return checked.errors;
    const { document } = checked;
    const operation = findOperation(document, operationName);
    if (operation instanceof GraphQLError) return [operation];
    const { errors } = readVariables(schema, operation, variables ?? {});
    if (errors !== undefined) return errors;
    return { schema, document, operationName: operationName ?? null, variableValues: variables ?? null };
  };
}

/** An error of ours as graphql carries errors. */
export function toGraphqlError(error: TailwaterError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code } });
}
