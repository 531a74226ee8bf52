import type { FieldNode } from "graphql";
import { InvariantError } from "../../base/errors.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Change, ChangeSet } from "../../view/change-set.ts";
import type { Row, ViewReader } from "../../view/view-reader.ts";
import { changeKindType } from "../change-types.ts";
import type { ObjectCost } from "../object-cost.ts";
import { type CompileScope, readSelection } from "./compile-scope.ts";
import { encode, type FixedText } from "./fixed-text.ts";
import { type Member, makeObjectWriter, writeList, writeNull } from "./object-writer.ts";
import type { Run, Write } from "./run.ts";

/** How a change, or a change set, is written that stands at one place of a subscription. */
export interface ChangePlan<Source> {
  readonly cost: ObjectCost;
  /** Before-images are put out. */
  readonly needsPrevious: boolean;
  /** The reader's rows are the event's. */
  bind(reader: ViewReader): Write<Source>;
}

/** Plans `OrderChange` as these nodes select it. */
export function planChange(
  definition: ViewDefinition,
  nodes: readonly FieldNode[],
  scope: CompileScope,
): ChangePlan<Change> {
  const typeName = `${definition.name}Change`;
  const { cost, fields } = readSelection(nodes, typeName, scope);
  const members = fields.map(({ responseName: name, fieldName, nodes: memberNodes }): BindMember<Change> => {
    switch (fieldName) {
      case "kind":
        return always({ name, write: writeKind });
      case "id":
        return always({ name, write: writeId });
      case definition.singular: {
        const { cost, bindLive } = scope.planEntity(definition, memberNodes);
        return (reader) => ({ name, write: makeImageWriter(bindLive(reader), cost, ({ after }) => after) });
      }
      case "previous": {
        const { cost, bindImage } = scope.planEntity(definition, memberNodes);
        return (reader) => ({ name, write: makeImageWriter(bindImage(reader), cost, ({ before }) => before) });
      }
      case "merged":
        return always({ name, write: ({ mergedRecords }, { sink }) => sink.putNumber(mergedRecords) });
      case "position":
        return always({ name, write: writePosition });
      case "__typename":
        return always({ name, json: JSON.stringify(typeName) });
      default:
        scope.refuse(`${typeName}.${fieldName}`);
        return always({ name, json: "null" });
    }
  });
  const needsPrevious = fields.some(({ fieldName }) => fieldName === "previous");
  return { cost, needsPrevious, bind: (reader) => makeObjectWriter(members.map((bind) => bind(reader))) };
}

/** Plans `OrderChangeSet` as these nodes select it. */
export function planChangeSet(
  definition: ViewDefinition,
  nodes: readonly FieldNode[],
  scope: CompileScope,
): ChangePlan<ChangeSet> {
  const typeName = `${definition.name}ChangeSet`;
  const { cost, fields } = readSelection(nodes, typeName, scope);
  let needsPrevious = false;
  const members = fields.map(({ responseName: name, fieldName, nodes: memberNodes }): BindMember<ChangeSet> => {
    switch (fieldName) {
      case "reset":
        return always({ name, json: "false" });
      case "complete":
        return always({ name, write: ({ isComplete }, { sink }) => sink.putLatin1(isComplete ? "true" : "false") });
      case "changes": {
        const change = planChange(definition, memberNodes, scope);
        needsPrevious ||= change.needsPrevious;
        return (reader) => ({ name, write: makeChangesWriter(change.bind(reader), change.cost) });
      }
      case "position":
        return always({ name, write: writePosition });
      case "__typename":
        return always({ name, json: JSON.stringify(typeName) });
      default:
        scope.refuse(`${typeName}.${fieldName}`);
        return always({ name, json: "null" });
    }
  });
  return { cost, needsPrevious, bind: (reader) => makeObjectWriter(members.map((bind) => bind(reader))) };
}

type BindMember<Source> = (reader: ViewReader) => Member<Source>;

function always<Source>(member: Member<Source>): BindMember<Source> {
  return () => member;
}

function makeChangesWriter(writeChange: Write<Change>, cost: ObjectCost): Write<ChangeSet> {
  return ({ changes }, run) => {
    run.tally.takeObjects(changes.length, cost);
    writeList(changes, writeChange, run);
  };
}

function makeImageWriter(
  write: Write<Row>,
  cost: ObjectCost,
  imageOf: (change: Change) => Row | undefined,
): Write<Change> {
  return (change, run) => {
    const row = imageOf(change);
    if (row === undefined) {
      writeNull(run);
      return;
    }
    run.tally.takeEntities(1);
    run.tally.takeObjects(1, cost);
    write(row, run);
  };
}

function writeKind({ kind }: Change, { sink }: Run): void {
  sink.putFixed(kindTexts[kind]);
}

function writeId({ key }: Change, { sink, tally }: Run): void {
  tally.takeBytes(Buffer.byteLength(key) + 2);
  sink.putString(key);
}

function writePosition(_source: unknown, run: Run): void {
  const { set, context, sink, tally } = run;
  if (set === undefined) throw new InvariantError("a change is written outside of an event");
  if (!set.isComplete) {
    writeNull(run);
    return;
  }
  const token = context.cut.tokenOf(set.position);
  tally.takeBytes(token.length + 2);
  sink.putString(token);
}

function encodeKind(kind: Change["kind"]): FixedText {
  return encode(JSON.stringify(changeKindType.serialize(kind)));
}

const kindTexts: Readonly<Record<Change["kind"], FixedText>> = {
  INSERT: encodeKind("INSERT"),
  UPDATE: encodeKind("UPDATE"),
  DELETE: encodeKind("DELETE"),
};
