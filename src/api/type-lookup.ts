import type { GraphQLObjectType, GraphQLOutputType } from "graphql";
import type { FieldType, ViewDefinition } from "../mapping/view-definition.ts";
import type { CursorScope } from "./cursor.ts";
import type { ApiLimits } from "./limits.ts";

/** The GraphQL types of one view, and what its lists' cursors are called. */
export interface ViewTypes {
  readonly definition: ViewDefinition;
  readonly entity: GraphQLObjectType;
  readonly connection: GraphQLObjectType;
  readonly cursorScope: CursorScope;
}

/** The types of one schema, for those that refer to each other. To be used inside thunks of fields only. */
export interface TypeLookup {
  readonly limits: ApiLimits;
  /** Throws `InvariantError` if there is no such view. */
  viewTypes(name: string): ViewTypes;
  /** The output type of a stored value. */
  outputType(type: FieldType): GraphQLOutputType;
}
