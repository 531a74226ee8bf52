import {
  type FieldNode,
  type GraphQLDirective,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import type { ApiLimits } from "./limits.ts";
import { makeObjectCost } from "./object-cost.ts";
import type { OutputForecast } from "./output-budget.ts";

type Operation = Pick<GraphQLResolveInfo, "operation" | "fragments" | "variableValues">;

export interface ListForecastOptions {
  /** Name of the root field that is the list. */
  readonly fieldName: string;
  /** How many entities the list has now. */
  readonly size: number;
  readonly limits: ApiLimits;
}

/**
 * What every use of one root list in an operation will certainly put out, before a page of it is read: hundreds of
 * aliases are refused at the first. Never more than will be counted; pages behind or before a cursor, joins and
 * `pageInfo` are left to the counting.
 */
export function forecastList({ fieldName, size, limits }: ListForecastOptions, operation: Operation): OutputForecast {
  let entities = 0;
  let fields = 0;
  for (const nodes of collectFields([operation.operation], operation).values()) {
    const [node] = nodes;
    if (node?.name.value !== fieldName) continue;
    const page = forecastPage(nodes, operation);
    const length = Math.min(size, getCertainLength(node, limits, operation));
    entities += length * page.entities;
    fields += length * page.fields;
  }
  return { entities, fields };
}

/** For each entity of a connection's page: how often it is put out, and with how many fields. */
function forecastPage(connection: readonly FieldNode[], operation: Operation): OutputForecast {
  let entities = 0;
  let fields = 0;
  const fieldsOf = (nodes: readonly FieldNode[]) => makeObjectCost(nodes, operation.fragments, "").fields;
  for (const nodes of collectFields(connection, operation).values()) {
    const name = nodes[0]?.name.value;
    if (name !== "nodes" && name !== "edges") continue;
    entities += 1;
    fields += fieldsOf(nodes);
    if (name === "nodes") continue;
    for (const inner of collectFields(nodes, operation).values()) {
      if (inner[0]?.name.value === "node") fields += fieldsOf(inner);
    }
  }
  return { entities, fields };
}

/** Entities that a page of a long list has for certain; 0 where only reading it, or refusing it, can tell. */
function getCertainLength(field: FieldNode, limits: ApiLimits, { variableValues }: Operation): number {
  const args = new Map(
    field.arguments?.map(({ name, value }) => [name.value, valueFromASTUntyped(value, variableValues)]),
  );
  if (isGiven(args.get("after")) || isGiven(args.get("before"))) return 0;
  const length = args.get("first") ?? args.get("last") ?? limits.defaultPageSize;
  return typeof length === "number" && length >= 0 && length <= limits.maxPageSize ? length : 0;
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Response name → its fields, fragments expanded, without what `@skip` and `@include` leave out. */
function collectFields(
  parents: ReadonlyArray<{ readonly selectionSet?: SelectionSetNode | undefined }>,
  operation: Operation,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const collect = (selectionSet: SelectionSetNode | undefined): void => {
    for (const selection of selectionSet?.selections ?? []) {
      if (!isIncluded(selection, operation)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        fields.set(name, [...(fields.get(name) ?? []), selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        collect(operation.fragments[selection.name.value]?.selectionSet);
      }
    }
  };
  for (const { selectionSet } of parents) collect(selectionSet);
  return fields;
}

function isIncluded(selection: SelectionNode, { variableValues }: Operation): boolean {
  const ifOf = (directive: GraphQLDirective) => getDirectiveValues(directive, selection, variableValues)?.["if"];
  return ifOf(GraphQLSkipDirective) !== true && ifOf(GraphQLIncludeDirective) !== false;
}
