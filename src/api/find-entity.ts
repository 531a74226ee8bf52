import type { GraphQLResolveInfo } from "graphql";
import type { Entity } from "./entity.ts";
import { getObjectCost } from "./object-cost.ts";
import type { OperationContext } from "./operation-context.ts";

/** The entity of one key at the operation's cut, to be put out; null if there is none. Throws VIEW_NOT_READY, VIEW_FAILED, QUERY_TOO_COSTLY. */
export function findEntity(
  view: string,
  key: string,
  { cut, budget }: OperationContext,
  info: GraphQLResolveInfo,
): Entity | null {
  const reader = cut.readerOf(view);
  const row = reader.get(key);
  if (row === undefined) return null;
  budget.takeEntities(1);
  budget.takeObjects(1, getObjectCost(info));
  return { row, reader };
}
