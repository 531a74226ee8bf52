import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import type { ViewCatalog } from "../view/readable-view.ts";
import { adminViewType } from "./admin-view-type.ts";
import { type ObservedView, observeView } from "./observed-view.ts";

/**
 * The admin API: every view's health, partitions and quarantine, as they are now. For operators: it knows topics,
 * offsets and what records hold. Needs no context value.
 */
export function createAdminSchema(views: ViewCatalog): GraphQLSchema {
  return new GraphQLSchema({
    description: "For operators: how the views stand. Not for clients.",
    query: new GraphQLObjectType<unknown, unknown>({
      name: "Query",
      description: "The views of this gateway, as they stand now.",
      fields: {
        views: {
          type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(adminViewType))),
          description: "Every view, in the order of the schema.",
          resolve: (): ObservedView[] => [...views.values()].map(observeView),
        },
        view: {
          type: adminViewType,
          description: "One view; null if there is none of this name.",
          args: { name: { type: new GraphQLNonNull(GraphQLString), description: "Name of the `@view` type." } },
          resolve: (_root, { name }: { name: string }): ObservedView | null => {
            const view = views.get(name);
            return view === undefined ? null : observeView(view);
          },
        },
      },
    }),
  });
}
