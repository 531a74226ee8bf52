import type { FieldNode } from "graphql";
import type { EmbeddedValue, FieldValue } from "../../decode/row-batch.ts";
import type { EmbeddedDefinition, FieldType } from "../../mapping/view-definition.ts";
import type { FieldColumn, Row } from "../../view/view-reader.ts";
import type { ObjectCost } from "../object-cost.ts";
import { countEmbedded } from "../value-bytes.ts";
import { makeNullWriter } from "./cell-writers.ts";
import { type CompileScope, readSelection, type StoredPlan } from "./compile-scope.ts";
import { makeTextProjection, type TextSelection } from "./embedded-text.ts";
import { type Member, makeObjectWriter, writeList } from "./object-writer.ts";
import { boundList, boundNullable, boundObject, type RawBound } from "./raw-bound.ts";
import type { Write } from "./run.ts";
import { makeJsonCellWriter, makeRawTextWriter } from "./text-cells.ts";

export interface EmbeddedPlace {
  /** The embedded type, or a list of it, however deep. */
  readonly type: FieldType;
  readonly definition: EmbeddedDefinition;
  readonly nodes: readonly FieldNode[];
}

/** Plans an embedded value, or a list of them. */
export function planEmbedded({ type, definition, nodes }: EmbeddedPlace, scope: CompileScope): StoredPlan {
  const members = readMembers(definition, nodes, scope);
  const raw = boundEmbedded(type, members.raw);
  const write = makeDecodedWriter(type, makeObjectWriter(members.selected.map(readFromValue)));
  const writeText = raw === undefined ? makeTextProjection(type, members) : makeRawTextWriter(raw);
  return {
    bindColumn: (column) =>
      column.kind === "embedded"
        ? makeFlatWriter(type, column, members)
        : makeJsonCellWriter(type, column, { writeText, nullBytes: 0 }),
    writeValue: (value, run) => {
      // All at once, as graphql's resolvers take them.
      run.tally.takeObjects(countEmbedded(value), members.cost);
      write(value, run);
    },
    writeText,
    raw,
  };
}

type SelectedMember = TextSelection["selected"][number];

/** What is selected of an embedded type. */
interface SelectedMembers extends TextSelection {
  /** As `StoredPlan.raw`, of one embedded value. */
  readonly raw: RawBound | undefined;
}

function readMembers(
  definition: EmbeddedDefinition,
  nodes: readonly FieldNode[],
  scope: CompileScope,
): SelectedMembers {
  const { cost, fields } = readSelection(nodes, definition.name, scope);
  const selected = fields.map(({ responseName: name, fieldName, nodes: memberNodes }): SelectedMember => {
    if (fieldName === "__typename") return { name, json: JSON.stringify(definition.name) };
    const at = definition.fields.findIndex((field) => field.name === fieldName);
    const field = definition.fields[at];
    if (field !== undefined) return { name, at, plan: scope.planStored(field.type, memberNodes) };
    scope.refuse(`${definition.name}.${fieldName}`);
    return { name, json: "null" };
  });
  const declared = definition.fields.map(({ name }) => name);
  return { cost, declared, selected, raw: boundMembers(definition, cost, selected) };
}

/** Only where all members are selected, by their own names, in the order of their declaration. */
function boundMembers(
  { fields }: EmbeddedDefinition,
  cost: ObjectCost,
  selected: readonly SelectedMember[],
): RawBound | undefined {
  const bounds = selected.flatMap((member, place) => {
    if (!("plan" in member) || member.at !== place || member.name !== fields[place]?.name) return [];
    return member.plan.raw === undefined ? [] : [{ name: member.name, bound: member.plan.raw }];
  });
  return bounds.length === fields.length && selected.length === fields.length ? boundObject(cost, bounds) : undefined;
}

function boundEmbedded(type: FieldType, raw: RawBound | undefined): RawBound | undefined {
  const bound = type.kind === "list" ? boundElements(boundEmbedded(type.element, raw)) : raw;
  return bound && boundNullable(type, bound);
}

function boundElements(element: RawBound | undefined): RawBound | undefined {
  return element && boundList(element);
}

/** Writes decoded values. The casts are true by `FieldValue`'s contract: a value has the form that its type says. */
function makeDecodedWriter(type: FieldType, writeObject: Write<EmbeddedValue>): Write<FieldValue> {
  const onNull = makeNullWriter(type);
  if (type.kind !== "list") {
    return (value, run) => {
      if (value === null) onNull(run);
      else writeObject(value as EmbeddedValue, run);
    };
  }
  const writeElement = makeDecodedWriter(type.element, writeObject);
  return (value, run) => {
    if (value === null) onNull(run);
    else writeList(value as readonly FieldValue[], writeElement, run);
  };
}

function readFromValue(member: SelectedMember): Member<EmbeddedValue> {
  if ("json" in member) return member;
  const { name, at, plan } = member;
  return { name, write: ({ values }, run) => plan.writeValue(values[at] ?? null, run) };
}

/** Writes a flattened value from the columns of its members. */
function makeFlatWriter(
  type: FieldType,
  column: Extract<FieldColumn, { readonly kind: "embedded" }>,
  { cost, selected }: SelectedMembers,
): Write<Row> {
  const onNull = makeNullWriter(type);
  const writeObject = makeObjectWriter(
    selected.map((member): Member<Row> => {
      if ("json" in member) return member;
      // Columns have a member for each of the declaration.
      return { name: member.name, write: member.plan.bindColumn(column.members[member.at] as FieldColumn) };
    }),
  );
  return (row, run) => {
    if (!column.isPresent(row)) {
      onNull(run);
      return;
    }
    run.tally.takeObjects(1, cost);
    writeObject(row, run);
  };
}
