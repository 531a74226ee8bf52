import {
  GraphQLBoolean,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLString,
} from "graphql";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import type { Connection } from "./connection.ts";
import { type CursorScope, encodeCursor } from "./cursor.ts";
import type { Entity } from "./entity.ts";
import { getObjectCost } from "./object-cost.ts";
import type { OperationContext } from "./operation-context.ts";

export interface ConnectionTypeOptions {
  readonly entity: GraphQLObjectType;
  readonly cursorScope: CursorScope;
}

/** Where a page lies in its list. Resolved from any object with these members. */
export const pageInfoType = new GraphQLObjectType<unknown, unknown>({
  name: "PageInfo",
  description: "Where a page lies in its list.",
  fields: {
    hasNextPage: { type: new GraphQLNonNull(GraphQLBoolean), description: "There are more after `endCursor`." },
    hasPreviousPage: { type: new GraphQLNonNull(GraphQLBoolean), description: "There are more before `startCursor`." },
    startCursor: { type: GraphQLString, description: "Cursor of the page's first; null if the page is empty." },
    endCursor: { type: GraphQLString, description: "Cursor of the page's last; null if the page is empty." },
  },
});

/** `OrderConnection` with its `OrderEdge`. */
export function createConnectionType(
  { name }: ViewDefinition,
  { entity, cursorScope }: ConnectionTypeOptions,
): GraphQLObjectType {
  const edge = createEdgeType(name, { entity, cursorScope });
  return new GraphQLObjectType<Connection, OperationContext>({
    name: `${name}Connection`,
    description: `A page of a list of ${name}.`,
    fields: {
      edges: {
        type: makeListType(edge),
        description: "The page's entities with their cursors, in the list's order.",
        resolve: (connection, _args, context, info) => takeObjects(connection, context, info),
      },
      nodes: {
        type: makeListType(entity),
        description: "The page's entities, in the list's order.",
        resolve: (connection, _args, context, info) => takeObjects(connection, context, info),
      },
      pageInfo: {
        type: new GraphQLNonNull(pageInfoType),
        description: "Where this page lies in its list.",
        resolve: (connection, _args, context, info) => {
          context.budget.takeObjects(1, getObjectCost(info));
          return connection;
        },
      },
      totalCount: {
        type: new GraphQLNonNull(GraphQLInt),
        description: "How many the whole list has, whatever the page.",
      },
    },
  });
}

function createEdgeType(name: string, { entity, cursorScope }: ConnectionTypeOptions): GraphQLObjectType {
  return new GraphQLObjectType<Entity, OperationContext>({
    name: `${name}Edge`,
    description: `An entity at its place in a list of ${name}.`,
    fields: {
      node: {
        type: new GraphQLNonNull(entity),
        description: "The entity.",
        resolve: (entityOnPage, _args, context, info) => {
          context.budget.takeObjects(1, getObjectCost(info));
          return entityOnPage;
        },
      },
      cursor: {
        type: new GraphQLNonNull(GraphQLString),
        description: "Its place in the list: opaque, for `after` and `before`.",
        resolve: ({ row, reader }, _args, context) => {
          const cursor = encodeCursor(cursorScope, reader.keyOf(row));
          context.budget.takeBytes(cursor.length + 2);
          return cursor;
        },
      },
    },
  });
}

function makeListType(type: GraphQLObjectType): GraphQLNonNull<GraphQLList<GraphQLNonNull<GraphQLObjectType>>> {
  return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));
}

function takeObjects(connection: Connection, { budget }: OperationContext, info: GraphQLResolveInfo): Iterable<Entity> {
  const entities = connection.takeEntities();
  budget.takeObjects(entities.length, getObjectCost(info));
  return budget.putOut(entities);
}
