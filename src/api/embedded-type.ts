import { GraphQLObjectType } from "graphql";
import type { EmbeddedValue } from "../decode/row-batch.ts";
import type { EmbeddedDefinition } from "../mapping/view-definition.ts";
import type { OperationContext } from "./operation-context.ts";
import { createStoredField } from "./stored-field.ts";
import type { TypeLookup } from "./type-lookup.ts";

/** The type of a value inside an entity; its fields read it by place. */
export function createEmbeddedType(definition: EmbeddedDefinition, types: TypeLookup): GraphQLObjectType {
  return new GraphQLObjectType<EmbeddedValue, OperationContext>({
    name: definition.name,
    description: definition.description ?? `A ${definition.name} inside an entity.`,
    fields: () =>
      Object.fromEntries(
        definition.fields.map((field, at) => [
          field.name,
          createStoredField<EmbeddedValue>(field, ({ values }) => values[at] ?? null, types),
        ]),
      ),
  });
}
