import type { FieldNode, OperationDefinitionNode } from "graphql";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { makeCanonicalKeyOf } from "../entity-keys.ts";
import { BadUserInputError } from "../input-errors.ts";
import { checkArguments, makeArgumentReader, type ReadArgument } from "./argument-reader.ts";
import { collectFields } from "./collect-fields.ts";
import { type CompileScope, findField } from "./compile-scope.ts";
import { planConnectionField } from "./connection-field-plan.ts";
import { writeFound } from "./find-row.ts";
import { type ForeseenList, foresee } from "./foresee.ts";
import { type Member, makeObjectWriter, writeList } from "./object-writer.ts";
import { ReaderPlan, type Write } from "./run.ts";

type Root = undefined;

/** Plans what a query writes as `data`. */
export function planQuery(
  operation: OperationDefinitionNode,
  definitions: readonly ViewDefinition[],
  scope: CompileScope,
): Write<Root> {
  const lists: ForeseenList[] = [];
  const members = collectFields([operation], "Query", scope).map(
    ({ responseName: name, fieldName, nodes }): Member<Root> => {
      if (fieldName === "__typename") return { name, json: '"Query"' };
      for (const definition of definitions) {
        const place = { fieldName, nodes };
        if (fieldName === definition.singular) return { name, write: planEntityField(definition, place, scope) };
        if (fieldName === `${definition.plural}ByIds`) return { name, write: planByIdsField(definition, place, scope) };
        if (fieldName === definition.plural) return { name, write: planListField(definition, place, { scope, lists }) };
      }
      scope.refuse(`Query.${fieldName}`);
      return { name, json: "null" };
    },
  );
  const write = makeObjectWriter(members);
  // One list that is put out once counts all of itself before any of it is written.
  if (lists.length < 2 && lists.every(({ field }) => field.connection.timesRead < 2)) return write;
  return (root, run) => {
    foresee(lists, run);
    write(root, run);
  };
}

interface Place {
  readonly fieldName: string;
  readonly nodes: readonly FieldNode[];
}

function planEntityField(definition: ViewDefinition, place: Place, scope: CompileScope): Write<Root> {
  const entity = scope.planEntity(definition, place.nodes);
  const plan = new ReaderPlan(definition.name, scope.takeSlot(), entity.bindLive);
  const canonicalKeyOf = makeCanonicalKeyOf(definition);
  const readId = planArgument("id", place, scope);
  const found = { plan, cost: entity.cost };
  return (_root, run) => writeFound(canonicalKeyOf(readId(run.variables) as string), found, run); // `ID!`
}

function planByIdsField(definition: ViewDefinition, place: Place, scope: CompileScope): Write<Root> {
  const entity = scope.planEntity(definition, place.nodes);
  const plan = new ReaderPlan(definition.name, scope.takeSlot(), entity.bindLive);
  const canonicalKeyOf = makeCanonicalKeyOf(definition);
  const readIds = planArgument("ids", place, scope);
  const found = { plan, cost: entity.cost };
  const writeId: Write<string> = (id, run) => writeFound(canonicalKeyOf(id), found, run);
  return (_root, run) => {
    const ids = readIds(run.variables) as readonly string[]; // `[ID!]!`
    if (ids.length > run.context.limits.maxIds) throw new BadUserInputError("more `ids` than allowed");
    plan.at(run);
    writeList(ids, writeId, run);
  };
}

function planListField(
  definition: ViewDefinition,
  { fieldName, nodes }: Place,
  { scope, lists }: { readonly scope: CompileScope; readonly lists: ForeseenList[] },
): Write<Root> {
  const field = planConnectionField(definition, { typeName: "Query", fieldName, nodes }, scope);
  lists.push({ view: definition.name, field });
  return (_root, run) => {
    const binding = field.plan.at(run);
    field.write({ binding, rows: binding.reader.all() }, run);
  };
}

function planArgument(name: string, { fieldName, nodes }: Place, scope: CompileScope): ReadArgument {
  const field = findField("Query", fieldName, scope);
  const [node] = nodes;
  if (field === undefined || node === undefined) return () => undefined;
  checkArguments({ field, node }, [name], scope);
  return makeArgumentReader({ field, node }, name);
}
