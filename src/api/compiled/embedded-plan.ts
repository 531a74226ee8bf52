import type { FieldNode } from "graphql";
import type { EmbeddedValue, FieldValue } from "../../decode/row-batch.ts";
import type { EmbeddedDefinition, FieldType } from "../../mapping/view-definition.ts";
import type { FieldColumn, Row } from "../../view/view-reader.ts";
import type { ObjectCost } from "../object-cost.ts";
import { countEmbedded } from "../value-bytes.ts";
import { makeNullWriter } from "./cell-writers.ts";
import { type CompileScope, readSelection, type StoredPlan } from "./compile-scope.ts";
import { type Member, makeObjectWriter, writeList } from "./object-writer.ts";
import { boundList, boundNullable, boundObject, type RawBound } from "./raw-bound.ts";
import type { Write } from "./run.ts";
import { makeParsingWriter, makeRawWriter } from "./text-cells.ts";

export interface EmbeddedPlace {
  /** The embedded type, or a list of it, however deep. */
  readonly type: FieldType;
  readonly definition: EmbeddedDefinition;
  readonly nodes: readonly FieldNode[];
}

/** Plans an embedded value, or a list of them. All its objects count at once, as graphql's resolvers count them. */
export function planEmbedded({ type, definition, nodes }: EmbeddedPlace, scope: CompileScope): StoredPlan {
  const members = readMembers(definition, nodes, scope);
  const raw = boundEmbedded(type, members.raw);
  const write = makeDecodedWriter(type, makeObjectWriter(members.selected.map(readFromValue)));
  const writeValue: Write<FieldValue> = (value, run) => {
    run.tally.takeObjects(countEmbedded(value), members.cost);
    write(value, run);
  };
  return {
    bindColumn: (column) => {
      if (column.kind === "embedded") return makeFlatWriter(type, column, members);
      if (raw !== undefined) return makeRawWriter(type, column, { bound: raw, nullBytes: 0 });
      return makeParsingWriter(type, column, writeValue);
    },
    writeValue,
    raw,
  };
}

type SelectedMember =
  | { readonly name: string; readonly json: string }
  /** `at` is its place in the declaration. */
  | { readonly name: string; readonly at: number; readonly plan: StoredPlan };

interface Members {
  readonly cost: ObjectCost;
  readonly selected: readonly SelectedMember[];
  /** Of one embedded value. */
  readonly raw: RawBound | undefined;
}

function readMembers(definition: EmbeddedDefinition, nodes: readonly FieldNode[], scope: CompileScope): Members {
  const { cost, fields } = readSelection(nodes, definition.name, scope);
  const selected = fields.map(({ responseName: name, fieldName, nodes: memberNodes }): SelectedMember => {
    if (fieldName === "__typename") return { name, json: JSON.stringify(definition.name) };
    const at = definition.fields.findIndex((field) => field.name === fieldName);
    const field = definition.fields[at];
    if (field !== undefined) return { name, at, plan: scope.planStored(field.type, memberNodes) };
    scope.refuse(`${definition.name}.${fieldName}`);
    return { name, json: "null" };
  });
  return { cost, selected, raw: boundMembers(definition, cost, selected) };
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
  const bound = type.kind === "list" ? mapBound(boundEmbedded(type.element, raw), boundList) : raw;
  return mapBound(bound, (known) => boundNullable(type, known));
}

function mapBound(bound: RawBound | undefined, change: (bound: RawBound) => RawBound): RawBound | undefined {
  return bound === undefined ? undefined : change(bound);
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
  { cost, selected }: Members,
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
