import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLResolveInfo,
} from "graphql";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import type { Change, ChangeSet } from "../view/change-set.ts";
import type { Row, ViewReader } from "../view/view-reader.ts";
import type { Entity } from "./entity.ts";
import { mergeFields } from "./merge-fields.ts";
import { getObjectCost } from "./object-cost.ts";
import type { OperationContext } from "./operation-context.ts";
import { positionScalar } from "./scalars.ts";

/** A change set on its way through graphql, with the reader of its rows. */
export interface ChangeSetEvent {
  readonly set: ChangeSet;
  readonly reader: ViewReader;
}

/** One change of such an event. */
export interface ChangeEvent extends ChangeSetEvent {
  readonly change: Change;
}

/** By what happened to the key. */
export const changeKindType = new GraphQLEnumType({
  name: "ChangeKind",
  description: "What happened to an entity of the list.",
  values: {
    ENTERED: { value: "INSERT", description: "It is in the list now: it came into being." },
    UPDATED: { value: "UPDATE", description: "It was in the list and is another now." },
    LEFT: { value: "DELETE", description: "It is no longer in the list: it was deleted." },
  },
});

type ChangeField = GraphQLFieldConfig<ChangeEvent, OperationContext>;

/** `OrderChange`, resolved from a `ChangeEvent`. */
export function createChangeType({ name, singular }: ViewDefinition, entity: GraphQLObjectType): GraphQLObjectType {
  return new GraphQLObjectType<ChangeEvent, OperationContext>({
    name: `${name}Change`,
    description: `What happened to one ${name}.`,
    fields: () =>
      mergeFields<ChangeEvent, OperationContext>(`${name}Change`, [
        ["kind", kindField],
        ["id", idField],
        [singular, createImageField(entity, `The ${name} as it is now; null when LEFT.`, ({ after }) => after)],
        [
          "previous",
          createImageField(
            entity,
            "Its own fields as this subscription last showed them, joins as they are now; null when ENTERED or unknown.",
            ({ before }) => before,
          ),
        ],
        ["merged", mergedField],
        ["position", createPositionField("Position of the change set that this is part of.")],
      ]),
  });
}

/** `OrderChangeSet`, resolved from a `ChangeSetEvent`. */
export function createChangeSetType({ name }: ViewDefinition, change: GraphQLObjectType): GraphQLObjectType {
  return new GraphQLObjectType<ChangeSetEvent, OperationContext>({
    name: `${name}ChangeSet`,
    description:
      "What one or more log records did to a list, as one consistent step. Apply all changes, then keep `position`.",
    fields: {
      reset: {
        type: new GraphQLNonNull(GraphQLBoolean),
        description: "Forget what you hold: a snapshot begins here.",
        resolve: () => false,
      },
      complete: {
        type: new GraphQLNonNull(GraphQLBoolean),
        description: "False while more messages of the same step follow.",
        resolve: ({ set }) => set.isComplete,
      },
      changes: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(change))),
        description: "The changes, at most one for each key.",
        resolve: (event, _args, context, info) => {
          context.budget.takeObjects(event.set.changes.length, getObjectCost(info));
          return context.budget.putOut(event.set.changes.map((change): ChangeEvent => ({ ...event, change })));
        },
      },
      position: createPositionField("Where the list's view stands after this step; null until the step is complete."),
    },
  });
}

const kindField: ChangeField = {
  type: new GraphQLNonNull(changeKindType),
  description: "What happened.",
  resolve: ({ change }) => change.kind,
};

const idField: ChangeField = {
  type: new GraphQLNonNull(GraphQLID),
  description: "Id of the entity.",
  resolve: ({ change }, _args, context) => {
    context.budget.takeBytes(Buffer.byteLength(change.key) + 2);
    return change.key;
  },
};

const mergedField: ChangeField = {
  type: new GraphQLNonNull(GraphQLInt),
  description: "How many log records this change stands for; 1 when none was merged.",
  resolve: ({ change }) => change.mergedRecords,
};

function createImageField(
  entity: GraphQLObjectType,
  description: string,
  imageOf: (change: Change) => Row | undefined,
): ChangeField {
  return {
    type: entity,
    description,
    resolve: ({ change, reader }, _args, context, info) => takeImage(imageOf(change), reader, { context, info }),
  };
}

function takeImage(
  row: Row | undefined,
  reader: ViewReader,
  { context, info }: { readonly context: OperationContext; readonly info: GraphQLResolveInfo },
): Entity | null {
  if (row === undefined) return null;
  context.budget.takeEntities(1);
  context.budget.takeObjects(1, getObjectCost(info));
  return { row, reader };
}

function createPositionField<Source extends ChangeSetEvent>(
  description: string,
): GraphQLFieldConfig<Source, OperationContext> {
  return {
    type: positionScalar,
    description,
    resolve: ({ set }, _args, context) => {
      if (!set.isComplete) return null;
      const token = context.cut.tokenOf(set.position);
      context.budget.takeBytes(token.length + 2);
      return token;
    },
  };
}
