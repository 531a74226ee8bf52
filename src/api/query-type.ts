import { type GraphQLFieldConfig, GraphQLID, GraphQLList, GraphQLNonNull, GraphQLObjectType } from "graphql";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { createPageArguments, openConnection } from "./connection-field.ts";
import { makeCanonicalKeyOf } from "./entity-keys.ts";
import { findEntity } from "./find-entity.ts";
import { BadUserInputError } from "./input-errors.ts";
import { type ApiLimits, howToRaise } from "./limits.ts";
import { forecastList } from "./list-forecast.ts";
import { mergeFields } from "./merge-fields.ts";
import type { OperationContext } from "./operation-context.ts";
import type { PageArguments } from "./page-arguments.ts";
import type { TypeLookup } from "./type-lookup.ts";

/** `Query`: for each view one entity, several by their ids, and the list of all. */
export function createQueryType(definitions: readonly ViewDefinition[], types: TypeLookup): GraphQLObjectType {
  return new GraphQLObjectType<undefined, OperationContext>({
    name: "Query",
    description: "What the views hold now. One response sees all views at one moment.",
    fields: () =>
      mergeFields(
        "Query",
        definitions.flatMap((definition) => [
          [definition.singular, createEntityField(definition, types)],
          [`${definition.plural}ByIds`, createByIdsField(definition, types)],
          [definition.plural, createListField(definition, types)],
        ]),
      ),
  });
}

type RootField<Args> = GraphQLFieldConfig<undefined, OperationContext, Args>;

function createEntityField(definition: ViewDefinition, types: TypeLookup): RootField<{ id: string }> {
  const { name } = definition;
  const canonicalKeyOf = makeCanonicalKeyOf(definition);
  return {
    type: types.viewTypes(name).entity,
    description: `The ${name} with this id; null if there is none.`,
    args: { id: { type: new GraphQLNonNull(GraphQLID), description: `Id of the ${name}.` } },
    resolve: (_root, { id }, context, info) => findEntity(name, canonicalKeyOf(id), context, info),
  };
}

function createByIdsField(definition: ViewDefinition, types: TypeLookup): RootField<{ ids: readonly string[] }> {
  const { name } = definition;
  const canonicalKeyOf = makeCanonicalKeyOf(definition);
  return {
    type: new GraphQLNonNull(new GraphQLList(types.viewTypes(name).entity)),
    description: `Each ${name} with one of these ids, in the order asked; null where there is none.`,
    args: {
      ids: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLID))),
        description: `Ids of the ${name}s wanted, at most ${types.limits.maxIds}.`,
      },
    },
    resolve: (_root, { ids }, context, info) => {
      checkIds(ids, context.limits);
      context.cut.readerOf(name);
      return context.budget.putOut(ids.map((id) => findEntity(name, canonicalKeyOf(id), context, info)));
    },
  };
}

function createListField({ name, plural }: ViewDefinition, types: TypeLookup): RootField<PageArguments> {
  const { connection, cursorScope } = types.viewTypes(name);
  return {
    type: new GraphQLNonNull(connection),
    description: `Every ${name}, in key order, page by page.`,
    args: createPageArguments(types.limits),
    resolve: (_root, args, context, info) => {
      const reader = context.cut.readerOf(name);
      const { budget, limits } = context;
      budget.foresee(name, () => forecastList({ fieldName: plural, size: reader.size, limits }, info));
      return openConnection({ reader, rows: reader.all(), scope: cursorScope }, args, { context, info });
    },
  };
}

function checkIds(ids: readonly string[], limits: ApiLimits): void {
  if (ids.length <= limits.maxIds) return;
  throw new BadUserInputError(
    `Expected at most ${limits.maxIds} \`ids\`, found ${ids.length}; ask in several operations, or ${howToRaise("maxIds")}.`,
  );
}
