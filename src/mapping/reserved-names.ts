import type { FieldDefinitionNode, NameNode } from "graphql";
import type { Problems } from "./problems.ts";
import { scalarNames } from "./scalar-names.ts";
import type { SdlDocument } from "./sdl-document.ts";
import type { JoinDefinition } from "./view-definition.ts";

/*
 * Names that the generated API uses, or will use for filters, orders and aggregates: they are kept free from the
 * beginning, so that no schema that is right today becomes wrong when the API grows.
 */

const apiTypes: readonly string[] = ["PageInfo", "ChangeKind", "StartFrom", "Position", "SortOrder"];

/** What the API appends to the name of every type that can be filtered by. */
const valueSuffixes: readonly string[] = ["Filter", "ListFilter"];

/** What it appends to a view's name. */
const viewSuffixes: readonly string[] = [
  ...["Connection", "Edge", "Change", "ChangeSet", "Filter", "OrderBy"],
  ...["GroupBy", "GroupKeys", "Aggregate", "Sum", "Avg", "Min", "Max", "CountDistinct"],
];

/** Members that the filter of every type has beside its fields. */
const filterMembers: readonly string[] = ["and", "or", "not"];

/** What no value of an enum can be called; fields to group by are such values. */
const noEnumValues: readonly string[] = ["true", "false", "null"];

/** Reports declared types whose names the generated API needs, or that would make it need one name twice. */
export function reportTakenTypeNames(document: SdlDocument, problems: Problems): void {
  const { views, declared } = document;
  const makers = new Map(apiTypes.map((name) => [name, "a type of every generated API"]));
  for (const scalar of scalarNames)
    for (const suffix of valueSuffixes) makers.set(`${scalar}${suffix}`, `a type made for the scalar ${scalar}`);
  for (const [name, node] of declared) {
    const isView = views.has(name);
    for (const suffix of isView ? viewSuffixes : valueSuffixes) {
      const made = `${name}${suffix}`;
      const maker = makers.get(made);
      if (maker !== undefined)
        problems.report(
          node.name,
          `expected a type name that is free with what is made for it, found ${name}, for which ${made} is made: ${maker}; rename the type`,
        );
      makers.set(made, maker ?? `a type made for the ${isView ? "view" : "type"} ${name}`);
    }
  }
  for (const [name, node] of declared) {
    const maker = makers.get(name);
    if (maker !== undefined)
      problems.report(node.name, `expected a type name that is free, found ${name}, ${maker}; rename the type`);
    if (name.startsWith("__"))
      problems.report(node.name, `expected a name that does not begin with __, found ${name}; rename the type`);
  }
}

/** Reports fields whose names the filter of their type, or the list of fields to group by, needs for itself. */
export function reportTakenFieldNames(
  { views, embedded }: SdlDocument,
  joins: ReadonlyMap<string, readonly JoinDefinition[]>,
  problems: Problems,
): void {
  for (const [name, { fields = [] }] of views) {
    const taken = new Map(filterMembers.map((member) => [member, memberOf(name)]));
    for (const value of noEnumValues) taken.set(value, "which no value of an enum can be called");
    for (const join of joins.get(name) ?? []) {
      if (join.kind === "toOne")
        taken.set(makeHasName(join.name), `which the filter of ${name} has for the join ${join.name}`);
    }
    reportTaken(fields, taken, problems);
  }
  for (const [name, { fields = [] }] of embedded) {
    reportTaken(fields, new Map([...filterMembers, "isNull"].map((member) => [member, memberOf(name)])), problems);
  }
}

/** `customer` → `hasCustomer`: asks whether a join to one finds something. */
function makeHasName(join: string): string {
  return `has${join.slice(0, 1).toUpperCase()}${join.slice(1)}`;
}

function memberOf(type: string): string {
  return `which every filter has, that of ${type} too`;
}

function reportTaken(
  fields: readonly FieldDefinitionNode[],
  taken: ReadonlyMap<string, string>,
  problems: Problems,
): void {
  for (const { name } of fields) {
    const why = taken.get(name.value);
    if (why !== undefined) problems.report(name, makeFieldMessage(name, why));
  }
}

function makeFieldMessage({ value }: NameNode, why: string): string {
  return `expected a field name that is free, found ${value}, ${why}; rename the field, with @source(path: "${value}") to read the same member`;
}
