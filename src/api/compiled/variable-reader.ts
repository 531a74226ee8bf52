import {
  GraphQLBoolean,
  type GraphQLError,
  GraphQLFloat,
  GraphQLID,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLSchema,
  GraphQLString,
  getNullableType,
  getVariableValues,
  isInputType,
  type OperationDefinitionNode,
  typeFromAST,
} from "graphql";
import type { Variables } from "./collect-fields.ts";

/** Coerced variables, or what is wrong with those that were given. */
export type ReadVariables =
  | { readonly coerced: Variables; readonly errors?: never }
  | { readonly coerced?: never; readonly errors: readonly GraphQLError[] };

/** Coerces the variables of requests for one operation. */
export type VariableReader = (given: Variables) => ReadVariables;

const maxVariableErrors = 50;

/** As graphql-js coerces. Throws nothing; says at most `maxVariableErrors` things. */
export function readVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Variables,
): ReadVariables {
  return getVariableValues(schema, variableDefinitions, given, { maxErrors: maxVariableErrors });
}

/**
 * Makes a reader that gives what `readVariables` gives, but has looked at the operation before: where all variables are
 * of graphql's own scalars and are given just as these are coerced to, there is nothing to coerce. Else that is a tenth
 * of the work of a point query.
 */
export function makeVariableReader(schema: GraphQLSchema, operation: OperationDefinitionNode): VariableReader {
  const checks: [name: string, isCoerced: (value: unknown) => boolean][] = [];
  for (const { variable, type } of operation.variableDefinitions ?? []) {
    const { value: name } = variable.name;
    const inputType = typeFromAST(schema, type);
    const isCoerced = isInputType(inputType) ? coercedForms.get(getNullableType(inputType)) : undefined;
    if (isCoerced === undefined || name === "__proto__") return (given) => readVariables(schema, operation, given);
    checks.push([name, isCoerced]);
  }
  return (given) => {
    const coerced: Record<string, unknown> = {};
    for (const [name, isCoerced] of checks) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (!isCoerced(value)) return readVariables(schema, operation, given);
      coerced[name] = value;
    }
    return { coerced };
  };
}

const isString = (value: unknown): boolean => typeof value === "string";

/** Values that coercion leaves as they are. */
const coercedForms: ReadonlyMap<GraphQLInputType, (value: unknown) => boolean> = new Map<
  GraphQLInputType,
  (value: unknown) => boolean
>([
  [GraphQLID, isString],
  [GraphQLString, isString],
  [GraphQLBoolean, (value) => typeof value === "boolean"],
  [GraphQLInt, (value) => typeof value === "number" && (value | 0) === value],
  [GraphQLFloat, (value) => typeof value === "number" && Number.isFinite(value)],
]);
