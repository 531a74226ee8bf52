import {
  GraphQLEnumType,
  type GraphQLFieldConfig,
  GraphQLID,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLResolveInfo,
} from "graphql";
import { InvariantError } from "../base/errors.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import type { Change, ChangeSet } from "../view/change-set.ts";
import { type ChangeEvent, type ChangeSetEvent, createChangeSetType, createChangeType } from "./change-types.ts";
import { makeCanonicalKeyOf } from "./entity-keys.ts";
import { BadUserInputError } from "./input-errors.ts";
import { maySelect } from "./may-select.ts";
import { mergeFields } from "./merge-fields.ts";
import { getObjectCost } from "./object-cost.ts";
import type { OperationContext } from "./operation-context.ts";
import type { TypeLookup } from "./type-lookup.ts";

const startFromType = new GraphQLEnumType({
  name: "StartFrom",
  description: "Where a subscription begins.",
  values: { NOW: { description: "With the first change after the operation has started." } },
});

const fromArgument = {
  type: startFromType,
  defaultValue: "NOW",
  description: "Where to begin.",
};

type Root = ChangeSet | undefined;

/**
 * `Subscription`: for each view the changes of one entity, and those of all. The source of events is the view's own, which
 * registers on its first `next()`, as all our iterators do, and that is the moment `from: NOW` means: graphql and the
 * transports call it within the macrotask in which the operation starts, and views change only in macrotasks of their own,
 * so nothing that is applied after the operation has started is missed.
 */
export function createSubscriptionType(definitions: readonly ViewDefinition[], types: TypeLookup): GraphQLObjectType {
  return new GraphQLObjectType<Root, OperationContext>({
    name: "Subscription",
    description: "Changes of the views, pushed as the log grows.",
    fields: () =>
      mergeFields(
        "Subscription",
        definitions.flatMap((definition) => createFields(definition, types)),
      ),
  });
}

function createFields(
  definition: ViewDefinition,
  types: TypeLookup,
): Array<readonly [string, GraphQLFieldConfig<Root, OperationContext>]> {
  const change = createChangeType(definition, types.viewTypes(definition.name).entity);
  return [
    [`${definition.singular}Changed`, createEntityChangedField(definition, change)],
    [`${definition.plural}Changed`, createListChangedField(definition, change)],
  ];
}

function createEntityChangedField(
  definition: ViewDefinition,
  change: GraphQLObjectType,
): GraphQLFieldConfig<Root, OperationContext, { id: string }> {
  const { name } = definition;
  const canonicalKeyOf = makeCanonicalKeyOf(definition);
  return {
    type: new GraphQLNonNull(change),
    description: `Each change of the ${name} with this id, whether there is one now or not.`,
    args: {
      id: { type: new GraphQLNonNull(GraphQLID), description: `Id of the ${name}.` },
      from: fromArgument,
    },
    subscribe: (_root, { id }, { cut }, info) => {
      const needsPrevious = maySelect(info, ["previous"]);
      return cut.viewOf(name).openChanges({ key: canonicalKeyOf(id), needsPrevious });
    },
    resolve: (set, _args, context, info): ChangeEvent => {
      const event = beginEvent(name, set, { context, info });
      return { ...event, change: getOnlyChange(event.set) };
    },
  };
}

function createListChangedField(
  definition: ViewDefinition,
  change: GraphQLObjectType,
): GraphQLFieldConfig<Root, OperationContext> {
  const { name } = definition;
  return {
    type: new GraphQLNonNull(createChangeSetType(definition, change)),
    description: `Every change of every ${name}: one message for each step that the view takes.`,
    args: { from: fromArgument },
    subscribe: (_root, _args, { cut }, info) => {
      const needsPrevious = maySelect(info, ["changes", "previous"]);
      return cut.viewOf(name).openChanges({ needsPrevious });
    },
    resolve: (set, _args, context, info) => beginEvent(name, set, { context, info }),
  };
}

/** The root field's resolver is the first thing that runs for an event, so the event's cut and budget begin here. */
function beginEvent(
  view: string,
  set: ChangeSet | undefined,
  { context, info }: { readonly context: OperationContext; readonly info: GraphQLResolveInfo },
): ChangeSetEvent {
  if (set === undefined) {
    throw new BadUserInputError(
      "Expected a subscription over WebSocket (graphql-transport-ws), found one over HTTP; connect a WebSocket to the same path.",
    );
  }
  context.cut.beginEvent(set);
  context.budget.reset();
  context.budget.takeObjects(1, getObjectCost(info));
  return { set, reader: context.cut.readerOf(view) };
}

function getOnlyChange({ changes }: ChangeSet): Change {
  const [change, second] = changes;
  if (change === undefined || second !== undefined) {
    throw new InvariantError(`a subscription to one key got ${changes.length} changes`);
  }
  return change;
}
