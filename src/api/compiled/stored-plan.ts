import type { FieldNode } from "graphql";
import { InvariantError } from "../../base/errors.ts";
import type { FieldValue } from "../../decode/row-batch.ts";
import type { EmbeddedDefinition, FieldType } from "../../mapping/view-definition.ts";
import { makeBytesOf } from "../value-bytes.ts";
import { makeLeafWriter, makeNullWriter } from "./cell-writers.ts";
import type { CompileScope, StoredPlan } from "./compile-scope.ts";
import { planEmbedded } from "./embedded-plan.ts";
import { boundLeaf, boundList, boundNullable, type RawBound } from "./raw-bound.ts";
import type { Write } from "./run.ts";
import { makeJsonCellWriter, makeRawTextWriter } from "./text-cells.ts";
import { makePutValue } from "./value-writers.ts";

/** Plans a stored field of this type; `nodes` select from embedded values. */
export function planStored(type: FieldType, nodes: readonly FieldNode[], scope: CompileScope): StoredPlan {
  const definition = getEmbedded(type);
  return definition === undefined ? planPlain(type) : planEmbedded({ type, definition, nodes }, scope);
}

/** A scalar, an enum, or a list of them, however deep: nothing of it can be left out. */
function planPlain(type: FieldType): StoredPlan {
  const raw = boundPlain(type);
  const writeText = makeRawTextWriter(raw);
  const isLeaf = type.kind === "enum" || (type.kind === "scalar" && type.scalar !== "JSON");
  return {
    bindColumn: (column) =>
      isLeaf ? makeLeafWriter(type, column) : makeJsonCellWriter(type, column, { writeText, nullBytes }),
    writeValue: makePlainWriter(type),
    writeText,
    raw,
  };
}

function makePlainWriter(type: FieldType): Write<FieldValue> {
  const bytesOf = makeBytesOf(type);
  const put = makePutValue(type);
  const onNull = makeNullWriter(type);
  return (value, run) => {
    run.tally.takeBytes(bytesOf(value));
    if (value === null) onNull(run);
    else put(value, run.sink);
  };
}

function boundPlain(type: FieldType): RawBound {
  switch (type.kind) {
    case "list":
      return boundNullable(type, boundList(boundPlain(type.element)));
    case "embedded":
      throw new InvariantError("a list of embedded values is no list of scalars");
    default:
      return boundLeaf(type);
  }
}

function getEmbedded(type: FieldType): EmbeddedDefinition | undefined {
  if (type.kind === "list") return getEmbedded(type.element);
  return type.kind === "embedded" ? type.definition : undefined;
}

/** What JSON or a list that is null counts for, as in value-bytes.ts. */
const nullBytes = 4;
