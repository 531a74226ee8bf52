import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from "graphql";

/** An operation as a client sends it. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A document that may run, or everything that is wrong with it. */
export type CheckedDocument =
  | { readonly kind: "valid"; readonly document: DocumentNode }
  | { readonly kind: "invalid"; readonly errors: readonly GraphQLError[] };

/** What documents are checked against. */
export interface DocumentChecks {
  readonly schema: GraphQLSchema;
  /** Beside graphql's own. */
  readonly rules: readonly ValidationRule[];
  readonly maxTokens: number;
}

/** Makes the check of a document's text: it parses and validates. */
export function makeDocumentCheck({ schema, rules, maxTokens }: DocumentChecks): (text: string) => CheckedDocument {
  const allRules = [...specifiedRules, ...rules];
  return (text) => {
    const document = parseDocument(text, maxTokens);
    if (document instanceof GraphQLError) return { kind: "invalid", errors: [document] };
    const errors = validate(schema, document, allRules);
    return errors.length > 0 ? { kind: "invalid", errors } : { kind: "valid", document };
  };
}

/** The document's operation of that name, or its only one; an error if there is none such. */
export function findOperation(
  document: DocumentNode,
  operationName: string | null | undefined,
): OperationDefinitionNode | GraphQLError {
  const operation = getOperationAST(document, operationName);
  if (operation !== null && operation !== undefined) return operation;
  const message =
    typeof operationName === "string"
      ? `Unknown operation named "${operationName}".`
      : "Must provide operation name if query contains multiple operations.";
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}

function parseDocument(text: string, maxTokens: number): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}
