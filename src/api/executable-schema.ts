import { GraphQLSchema } from "graphql";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import { type ApiLimits, defaultApiLimits } from "./limits.ts";
import { createQueryType } from "./query-type.ts";
import { createSubscriptionType } from "./subscription-type.ts";
import { TypeRegistry } from "./type-registry.ts";

/** What the schema's descriptions say of limits; those that hold are the operation context's. */
export interface ApiOptions {
  /** Default: `defaultApiLimits`. */
  readonly limits?: ApiLimits | undefined;
}

/**
 * The API of these views: queries and subscriptions with resolvers compiled for each field. Needs no running views; an
 * operation reads them through its context (`createOperationContext`). All resolvers of queries are synchronous, so
 * `execute` gives a plain value and the response sees one cut (G1). Throws `GeneratedNameError` if two generated
 * things have one name.
 */
export function createExecutableSchema(
  definitions: readonly ViewDefinition[],
  { limits = defaultApiLimits }: ApiOptions,
): GraphQLSchema {
  const registry = new TypeRegistry(definitions, limits);
  return new GraphQLSchema({
    description: "Entities kept from compacted logs: read them, and follow every change.",
    query: createQueryType(definitions, registry),
    subscription: createSubscriptionType(definitions, registry),
  });
}
