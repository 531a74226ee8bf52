import type { FieldNode } from "graphql";
import type { JoinDefinition, ViewDefinition } from "../../mapping/view-definition.ts";
import type { FieldColumn, Row, RowList, ViewReader } from "../../view/view-reader.ts";
import { makeJoinKeyOf, makeJoinValueOf } from "../entity-keys.ts";
import type { CompileScope } from "./compile-scope.ts";
import { planConnectionField } from "./connection-field-plan.ts";
import { writeFound, writeFoundAtSpan } from "./find-row.ts";
import { writeNull } from "./object-writer.ts";
import { ReaderPlan, type Run, type Write } from "./run.ts";

type Join<Kind> = Extract<JoinDefinition, { readonly kind: Kind }>;

/** How a join is written, from live rows of a reader and from any. */
export interface JoinPlan {
  bindLive(reader: ViewReader): Write<Row>;
  bindImage(reader: ViewReader): Write<Row>;
}

/** Plans a look-up of one entity in another view, by a field of the own one. */
export function planToOne(
  owner: ViewDefinition,
  { target, localField }: Join<"toOne">,
  nodes: readonly FieldNode[],
  scope: CompileScope,
): JoinPlan {
  const entity = scope.planEntity(scope.definitionOf(target), nodes);
  const targets = new ReaderPlan(target, scope.takeSlot(), entity.bindLive);
  const keyOf = makeJoinKeyOf(owner, localField);
  const found = { plan: targets, cost: entity.cost };
  const bindImage = (reader: ViewReader): Write<Row> => {
    const localOf = reader.field(localField);
    return (row, run) => {
      const local = localOf(row);
      if (local === null) writeNull(run);
      else writeFound(keyOf(local), found, run);
    };
  };
  const bindLive = (reader: ViewReader): Write<Row> => {
    const column = reader.column(localField);
    if (!isKeyText(column)) return bindImage(reader);
    return (row, run) => {
      if (column.locate(row, run.span)) writeFoundAtSpan(found, run);
      else writeNull(run);
    };
  };
  return { bindLive, bindImage };
}

/** True if the column's texts are key texts as they stand there: these need not become strings. */
function isKeyText(column: FieldColumn): column is Extract<FieldColumn, { readonly kind: "text" }> {
  return (
    column.kind === "text" &&
    column.type.kind === "scalar" &&
    (column.type.scalar === "ID" || column.type.scalar === "String")
  );
}

/** Plans the list of another view's entities that name this one. */
export function planToMany(
  owner: ViewDefinition,
  { name, target, foreignField }: Join<"toMany">,
  nodes: readonly FieldNode[],
  scope: CompileScope,
): JoinPlan {
  const definition = scope.definitionOf(target);
  const field = planConnectionField(definition, { typeName: owner.name, fieldName: name, nodes }, scope);
  const joinValueOf = makeJoinValueOf(definition, foreignField);
  const bind = (reader: ViewReader) => (row: Row, run: Run) => {
    const binding = field.plan.at(run);
    const value = joinValueOf(reader.keyOf(row));
    field.write({ binding, rows: value === undefined ? noRows : binding.reader.matching(foreignField, value) }, run);
  };
  return { bindLive: bind, bindImage: bind };
}

/** No row of the target can have a value that its type does not know. */
const noRows: RowList = { size: 0, page: () => [] };
