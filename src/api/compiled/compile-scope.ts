import type { FieldNode, GraphQLField, GraphQLSchema } from "graphql";
import type { FieldValue } from "../../decode/row-batch.ts";
import type { FieldType, ViewDefinition } from "../../mapping/view-definition.ts";
import type { FieldColumn, Row, ViewReader } from "../../view/view-reader.ts";
import type { ObjectCost } from "../object-cost.ts";
import { makeObjectCost } from "../object-cost.ts";
import { type CollectedField, collectFields, type SelectionFacts } from "./collect-fields.ts";
import type { RawBound } from "./raw-bound.ts";
import type { Run, Write } from "./run.ts";

/** How the entities of a view are written that stand at one place of an operation. */
export interface EntityPlan {
  /** Of one entity. */
  readonly cost: ObjectCost;
  /** For live rows of this reader. */
  bindLive(reader: ViewReader): Write<Row>;
  /** For any row of this reader, before-images too. */
  bindImage(reader: ViewReader): Write<Row>;
}

/** Writes a value from its text in the form in which text columns hold lists and embedded values: `bytes[start..end)`. */
export type WriteText = (bytes: Uint8Array, start: number, end: number, run: Run) => void;

/** How a stored value is written that stands at one place of an operation. */
export interface StoredPlan {
  /** From a column of live rows. Throws `InvariantError` if the column is not of the plan's type. */
  bindColumn(column: FieldColumn): Write<Row>;
  /** From a decoded value. */
  readonly writeValue: Write<FieldValue>;
  /** From its JSON text within that of a list or an embedded value. */
  readonly writeText: WriteText;
  /** What that text counts for, if all of it is selected just as it stands there. */
  readonly raw: RawBound | undefined;
}

/** Where plans come from and what they are made with, in one compilation. */
export interface CompileScope extends SelectionFacts {
  readonly schema: GraphQLSchema;
  /** Throws `InvariantError` if there is no such view. */
  definitionOf(view: string): ViewDefinition;
  /** Plans refer to each other through this, as types do. */
  planEntity(definition: ViewDefinition, nodes: readonly FieldNode[]): EntityPlan;
  /** `nodes` select from embedded values. */
  planStored(type: FieldType, nodes: readonly FieldNode[]): StoredPlan;
  /** A number that no other `ReaderPlan` of this compilation has. */
  takeSlot(): number;
  /** Says that something is left to graphql-js, and so the whole operation. */
  refuse(reason: string): void;
  /** Counts what was planned. */
  notePlanned(members: number): void;
}

/** An object's members and cost, as its field nodes select them. */
export interface Selection {
  readonly cost: ObjectCost;
  readonly fields: readonly CollectedField[];
}

/** What the nodes of one field select of an object of `typeName`. */
export function readSelection(nodes: readonly FieldNode[], typeName: string, scope: CompileScope): Selection {
  const fields = collectFields(nodes, typeName, scope);
  scope.notePlanned(fields.length);
  return { cost: makeObjectCost(nodes, scope.fragments, typeName), fields };
}

/** The schema's field that a member asks for; undefined, and refused, if the schema has none. */
export function findField(
  typeName: string,
  fieldName: string,
  scope: CompileScope,
): GraphQLField<unknown, unknown> | undefined {
  const type = scope.schema.getType(typeName);
  const field = type !== undefined && "getFields" in type ? type.getFields()[fieldName] : undefined;
  if (field !== undefined && "args" in field) return field;
  scope.refuse(`${typeName} has no field ${fieldName}`);
  return undefined;
}
