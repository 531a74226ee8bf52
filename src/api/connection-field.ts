import { type GraphQLFieldConfigArgumentMap, GraphQLInt, type GraphQLResolveInfo, GraphQLString } from "graphql";
import type { RowList, ViewReader } from "../view/view-reader.ts";
import { Connection } from "./connection.ts";
import type { CursorScope } from "./cursor.ts";
import { type ApiLimits, listFields } from "./limits.ts";
import { getObjectCost } from "./object-cost.ts";
import type { OperationContext } from "./operation-context.ts";
import { makeRowPage, type PageArguments } from "./page-arguments.ts";

/** The arguments of every connection. */
export function createPageArguments({ defaultPageSize, maxPageSize }: ApiLimits): GraphQLFieldConfigArgumentMap {
  return {
    first: {
      type: GraphQLInt,
      description: `The first so many of the list, at most ${maxPageSize}; ${defaultPageSize} if neither \`first\` nor \`last\` is given.`,
    },
    after: { type: GraphQLString, description: "Only what comes after the entity with this cursor." },
    last: {
      type: GraphQLInt,
      description: `The last so many of the list, at most ${maxPageSize}; not with \`first\`.`,
    },
    before: { type: GraphQLString, description: "Only what comes before the entity with this cursor." },
  };
}

export interface ConnectedRows {
  readonly reader: ViewReader;
  readonly rows: RowList;
  readonly scope: CursorScope;
}

/** The page of a list that a connection field's arguments ask for. Reads no row yet. */
export function openConnection(
  { reader, rows, scope }: ConnectedRows,
  args: PageArguments,
  { context, info }: { readonly context: OperationContext; readonly info: GraphQLResolveInfo },
): Connection {
  const page = makeRowPage(args, scope, context.limits);
  context.budget.takeFields(listFields);
  context.budget.takeObjects(1, getObjectCost(info));
  return new Connection({ reader, rows, page, scope, budget: context.budget });
}
