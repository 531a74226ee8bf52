import type { FieldNode } from "graphql";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { RowList } from "../../view/view-reader.ts";
import { makeCursorScope } from "../cursor.ts";
import { listFields } from "../limits.ts";
import { makeRowPage, type PageArguments } from "../page-arguments.ts";
import { checkArguments, makeArgumentReader } from "./argument-reader.ts";
import type { Variables } from "./collect-fields.ts";
import { type CompileScope, findField } from "./compile-scope.ts";
import { type ConnectionPlan, planConnection } from "./connection-plan.ts";
import type { OpenPage } from "./open-page.ts";
import { type Binding, ReaderPlan, type Run, type Write } from "./run.ts";

/** A field of the schema that is a connection, as one place of an operation asks for it. */
export interface ConnectionPlace {
  readonly typeName: string;
  readonly fieldName: string;
  readonly nodes: readonly FieldNode[];
}

/** The list that a connection is a page of, and its view. */
export interface ConnectedRows {
  readonly binding: Binding<Write<OpenPage>>;
  readonly rows: RowList;
}

/** How a connection is written that stands at one place of an operation. */
export interface ConnectionFieldPlan {
  readonly plan: ReaderPlan<Write<OpenPage>>;
  readonly connection: ConnectionPlan;
  /** The page's arguments. Throws `GraphQLError`. */
  argumentsOf(variables: Variables): PageArguments;
  /** Throws for arguments that do not hold. */
  write(rows: ConnectedRows, run: Run): void;
}

const pageArguments = ["first", "after", "last", "before"] as const;

/** Plans a connection of this view's entities, with its arguments. */
export function planConnectionField(
  definition: ViewDefinition,
  { typeName, fieldName, nodes }: ConnectionPlace,
  scope: CompileScope,
): ConnectionFieldPlan {
  const cursors = makeCursorScope(definition.name, "key");
  const connection = planConnection(definition, { nodes, cursors }, scope);
  const plan = new ReaderPlan(definition.name, scope.takeSlot(), connection.bind);
  const argumentsOf = planPageArguments({ typeName, fieldName, nodes }, scope);
  const write = ({ binding: { reader, bound }, rows: list }: ConnectedRows, run: Run): void => {
    const page = makeRowPage(argumentsOf(run.variables), cursors, run.context.limits);
    run.tally.takeFields(listFields);
    run.tally.takeObjects(1, connection.cost);
    const rows = connection.timesRead === 0 || page.limit === 0 ? [] : list.page(page);
    run.tally.takeEntities(connection.timesRead * rows.length);
    bound({ reader, list, page, rows }, run);
  };
  return { plan, connection, argumentsOf, write };
}

function planPageArguments(
  { typeName, fieldName, nodes }: ConnectionPlace,
  scope: CompileScope,
): (variables: Variables) => PageArguments {
  const field = findField(typeName, fieldName, scope);
  const [node] = nodes;
  if (field === undefined || node === undefined) return () => ({});
  checkArguments({ field, node }, pageArguments, scope);
  const [first, after, last, before] = pageArguments.map((name) => makeArgumentReader({ field, node }, name));
  // Coerced by the schema: `first` and `last` are Int, `after` and `before` String.
  return (variables) =>
    ({
      first: first?.(variables),
      after: after?.(variables),
      last: last?.(variables),
      before: before?.(variables),
    }) as PageArguments;
}
