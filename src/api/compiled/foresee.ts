import type { ConnectionFieldPlan } from "./connection-field-plan.ts";
import { OutputTooGreatError } from "./output-tally.ts";
import type { Run } from "./run.ts";

/** A list of all entities of a view, at the root of a query. */
export interface ForeseenList {
  readonly view: string;
  readonly field: ConnectionFieldPlan;
}

/**
 * Throws `OutputTooGreatError` if these lists will certainly put out too much, before any of them is read: what graphql-js
 * refuses without work must not first be worked on here. Registers no view as read; pages beside a cursor are left to
 * the counting.
 */
export function foresee(lists: readonly ForeseenList[], run: Run): void {
  const { limits, cut } = run.context;
  let entities = 0;
  let fields = 0;
  for (const { view, field } of lists) {
    const { first, after, last, before } = field.argumentsOf(run.variables);
    if (isGiven(after) || isGiven(before)) continue;
    const length = Math.min(first ?? last ?? limits.defaultPageSize, cut.viewOf(view).reader().size);
    entities += length * field.connection.timesRead;
    fields += length * field.connection.fieldsOfEntity;
  }
  if (entities > limits.maxOutputEntities) throw new OutputTooGreatError("maxOutputEntities");
  if (fields > limits.maxOutputFields) throw new OutputTooGreatError("maxOutputFields");
}

function isGiven(argument: string | null | undefined): boolean {
  return argument !== null && argument !== undefined;
}
