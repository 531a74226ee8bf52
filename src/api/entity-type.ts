import { type GraphQLFieldConfig, GraphQLObjectType } from "graphql";
import { InvariantError } from "../base/errors.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { type Entity, makeFieldOf } from "./entity.ts";
import { createJoinField } from "./join-field.ts";
import type { OperationContext } from "./operation-context.ts";
import { createStoredField } from "./stored-field.ts";
import type { TypeLookup } from "./type-lookup.ts";

/** The type of a view's entities: stored fields and joins, in the author's order. */
export function createEntityType(definition: ViewDefinition, types: TypeLookup): GraphQLObjectType {
  return new GraphQLObjectType<Entity, OperationContext>({
    name: definition.name,
    description: definition.description ?? `An entity of the view ${definition.name}.`,
    fields: () => Object.fromEntries(definition.fieldOrder.map((name) => [name, createField(definition, name, types)])),
  });
}

function createField(
  definition: ViewDefinition,
  name: string,
  types: TypeLookup,
): GraphQLFieldConfig<Entity, OperationContext> {
  const field = definition.fields.find((candidate) => candidate.name === name);
  if (field !== undefined) return createStoredField(field, makeFieldOf(name), types);
  const join = definition.joins.find((candidate) => candidate.name === name);
  if (join !== undefined) return createJoinField(definition, join, types);
  throw new InvariantError(`view ${definition.name} lists a field ${name} that is neither stored nor a join`);
}
