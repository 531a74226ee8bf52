import { type GraphQLFieldConfig, GraphQLNonNull } from "graphql";
import type { FieldValue } from "../decode/row-batch.ts";
import type { JoinDefinition, ViewDefinition } from "../mapping/view-definition.ts";
import type { RowList, ViewReader } from "../view/view-reader.ts";
import { createPageArguments, openConnection } from "./connection-field.ts";
import { type Entity, makeFieldOf } from "./entity.ts";
import { makeJoinKeyOf, makeJoinValueOf } from "./entity-keys.ts";
import { findEntity } from "./find-entity.ts";
import type { OperationContext } from "./operation-context.ts";
import type { PageArguments } from "./page-arguments.ts";
import type { TypeLookup } from "./type-lookup.ts";

/** A field that is looked up in another view: one entity, null where there is none, or a connection in key order. */
export function createJoinField(
  owner: ViewDefinition,
  join: JoinDefinition,
  types: TypeLookup,
): GraphQLFieldConfig<Entity, OperationContext> {
  return join.kind === "toOne" ? createToOneField(owner, join, types) : createToManyField(join, types);
}

function createToOneField(
  owner: ViewDefinition,
  join: Extract<JoinDefinition, { readonly kind: "toOne" }>,
  types: TypeLookup,
): GraphQLFieldConfig<Entity, OperationContext> {
  const localOf = makeFieldOf(join.localField);
  const keyOf = makeJoinKeyOf(owner, join.localField);
  return {
    type: types.viewTypes(join.target).entity,
    description: join.description ?? `The ${join.target} that \`${join.localField}\` names; null if there is none.`,
    deprecationReason: join.deprecationReason,
    resolve: (entity, _args, context, info) => {
      const local = localOf(entity);
      return local === null ? null : findEntity(join.target, keyOf(local), context, info);
    },
  };
}

function createToManyField(
  join: Extract<JoinDefinition, { readonly kind: "toMany" }>,
  types: TypeLookup,
): GraphQLFieldConfig<Entity, OperationContext, PageArguments> {
  const { definition, connection, cursorScope } = types.viewTypes(join.target);
  const joinValueOf = makeJoinValueOf(definition, join.foreignField);
  return {
    type: new GraphQLNonNull(connection),
    description: join.description ?? `Each ${join.target} whose \`${join.foreignField}\` names this one, by key.`,
    deprecationReason: join.deprecationReason,
    args: createPageArguments(types.limits),
    resolve: ({ row, reader: own }, args, context, info) => {
      const reader = context.cut.readerOf(join.target);
      const rows = getMatching(reader, join.foreignField, joinValueOf(own.keyOf(row)));
      return openConnection({ reader, rows, scope: cursorScope }, args, { context, info });
    },
  };
}

/** No row of the target can have a value that its type does not know. */
function getMatching(reader: ViewReader, field: string, value: FieldValue | undefined): RowList {
  return value === undefined ? noRows : reader.matching(field, value);
}

const noRows: RowList = { size: 0, page: () => [] };
