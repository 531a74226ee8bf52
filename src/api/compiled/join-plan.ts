import type { FieldNode } from "graphql";
import type { JoinDefinition, ViewDefinition } from "../../mapping/view-definition.ts";
import type { Row, RowList, ViewReader } from "../../view/view-reader.ts";
import { makeJoinKeyOf, makeJoinValueOf } from "../entity-keys.ts";
import type { CompileScope } from "./compile-scope.ts";
import { planConnectionField } from "./connection-field-plan.ts";
import { writeFound } from "./find-row.ts";
import { writeNull } from "./object-writer.ts";
import { ReaderPlan, type Write } from "./run.ts";

type Join<Kind> = Extract<JoinDefinition, { readonly kind: Kind }>;

/** Plans a look-up of one entity in another view, by a field of the own one. */
export function planToOne(
  owner: ViewDefinition,
  { target, localField }: Join<"toOne">,
  nodes: readonly FieldNode[],
  scope: CompileScope,
): (reader: ViewReader) => Write<Row> {
  const entity = scope.planEntity(scope.definitionOf(target), nodes);
  const targets = new ReaderPlan(target, scope.takeSlot(), entity.bindLive);
  const keyOf = makeJoinKeyOf(owner, localField);
  return (reader) => {
    const localOf = reader.field(localField);
    return (row, run) => {
      const local = localOf(row);
      if (local === null) writeNull(run);
      else writeFound(keyOf(local), { plan: targets, cost: entity.cost }, run);
    };
  };
}

/** Plans the list of another view's entities that name this one. */
export function planToMany(
  owner: ViewDefinition,
  { name, target, foreignField }: Join<"toMany">,
  nodes: readonly FieldNode[],
  scope: CompileScope,
): (reader: ViewReader) => Write<Row> {
  const definition = scope.definitionOf(target);
  const field = planConnectionField(definition, { typeName: owner.name, fieldName: name, nodes }, scope);
  const joinValueOf = makeJoinValueOf(definition, foreignField);
  return (reader) => (row, run) => {
    const binding = field.plan.at(run);
    const value = joinValueOf(reader.keyOf(row));
    field.write({ binding, rows: value === undefined ? noRows : binding.reader.matching(foreignField, value) }, run);
  };
}

/** No row of the target can have a value that its type does not know. */
const noRows: RowList = { size: 0, page: () => [] };
