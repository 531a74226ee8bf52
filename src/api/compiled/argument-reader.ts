import { type FieldNode, type GraphQLField, getArgumentValues, isNullableType, Kind, visit } from "graphql";
import type { Variables } from "./collect-fields.ts";
import type { CompileScope } from "./compile-scope.ts";

/** Gives one argument as graphql-js hands it to a resolver; undefined if it is absent. Throws `GraphQLError`. */
export type ReadArgument = (variables: Variables) => unknown;

/** A field of the schema, and the first node that asks for it: its arguments count. */
export interface GivenField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
}

/** Makes the reader of one argument. What does not depend on variables is coerced once, here. */
export function makeArgumentReader({ field, node }: GivenField, name: string): ReadArgument {
  const given = node.arguments?.find((argument) => argument.name.value === name);
  const coerce: ReadArgument = (variables) => getArgumentValues(field, node, variables)[name];
  if (given?.value.kind === Kind.VARIABLE) {
    const variable = given.value.name.value;
    const definition = field.args.find((argument) => argument.name === name);
    const isOptional = definition?.defaultValue === undefined && isNullableType(definition?.type);
    return (variables) => {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      // Else null and absent depend on the argument's type and default.
      return isOptional || (value !== undefined && value !== null) ? value : coerce(variables);
    };
  }
  if (usesVariables(node)) return coerce;
  const values = getArgumentValues(field, node, {});
  return () => values[name];
}

/** Refuses an operation that gives arguments which the compiler does not know, or leaves them to a default. */
export function checkArguments({ field, node }: GivenField, known: readonly string[], scope: CompileScope): void {
  const given = new Set(node.arguments?.map(({ name }) => name.value));
  for (const { name, defaultValue } of field.args) {
    if (known.includes(name)) continue;
    if (given.has(name) || defaultValue !== undefined) scope.refuse(`argument ${name} of ${field.name}`);
  }
}

function usesVariables({ arguments: given = [] }: FieldNode): boolean {
  let isUsed = false;
  for (const argument of given) {
    visit(argument, {
      Variable: () => {
        isUsed = true;
      },
    });
  }
  return isUsed;
}
