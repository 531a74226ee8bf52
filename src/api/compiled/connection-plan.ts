import type { FieldNode } from "graphql";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Row, RowList, RowPage, ViewReader } from "../../view/view-reader.ts";
import { type CursorScope, encodeCursor } from "../cursor.ts";
import type { ObjectCost } from "../object-cost.ts";
import { hasRowsAfter, hasRowsBefore, type PageOfRows } from "../page-neighbours.ts";
import type { CollectedField } from "./collect-fields.ts";
import { type CompileScope, readSelection } from "./compile-scope.ts";
import { encode, type Member, makeObjectWriter, writeList, writeNull } from "./object-writer.ts";
import type { Run, Write } from "./run.ts";

/** One page of a list, open to be written. */
export interface OpenPage {
  readonly reader: ViewReader;
  readonly list: RowList;
  readonly page: RowPage;
  /** The page's rows; none if the plan does not read the page. */
  readonly rows: readonly Row[];
}

/** How a connection of one view's entities is written that stands at one place of an operation. */
export interface ConnectionPlan {
  readonly cost: ObjectCost;
  /** How often a page's entities count: once for each list of them, once if only `pageInfo` looks at them, 0 if nothing does. */
  readonly timesRead: number;
  /** Fields that are put out for each entity of a page, at least. */
  readonly fieldsOfEntity: number;
  bind(reader: ViewReader): Write<OpenPage>;
}

export interface ConnectionOptions {
  readonly nodes: readonly FieldNode[];
  readonly cursors: CursorScope;
}

/** Plans `OrderConnection` as these nodes select it. */
export function planConnection(
  definition: ViewDefinition,
  { nodes, cursors }: ConnectionOptions,
  scope: CompileScope,
): ConnectionPlan {
  const typeName = `${definition.name}Connection`;
  const { cost, fields } = readSelection(nodes, typeName, scope);
  const parts = fields.map((field) => planPart(field, { definition, cursors, typeName }, scope));
  const lists = parts.filter(({ reads }) => reads === "list");
  const isLookedAt = parts.some(({ reads }) => reads !== "nothing");
  return {
    cost,
    timesRead: Math.max(lists.length, isLookedAt ? 1 : 0),
    fieldsOfEntity: lists.reduce((sum, { fieldsOfEntity }) => sum + fieldsOfEntity, 0),
    bind: (reader) => makeObjectWriter(parts.map(({ bind }) => bind(reader))),
  };
}

interface Part {
  /** Does it put the page's entities out, or look at the page? */
  readonly reads: "list" | "page" | "nothing";
  readonly fieldsOfEntity: number;
  bind(reader: ViewReader): Member<OpenPage>;
}

interface PartFacts {
  readonly definition: ViewDefinition;
  readonly cursors: CursorScope;
  readonly typeName: string;
}

function planPart(
  { responseName: name, fieldName, nodes }: CollectedField,
  { definition, cursors, typeName }: PartFacts,
  scope: CompileScope,
): Part {
  switch (fieldName) {
    case "nodes": {
      const { cost, bindLive } = scope.planEntity(definition, nodes);
      return makeListPart(name, cost, bindLive);
    }
    case "edges":
      return planEdges(name, nodes, { definition, cursors }, scope);
    case "pageInfo": {
      const write = planPageInfo(nodes, cursors, scope);
      return {
        reads: write.isLookedAt ? "page" : "nothing",
        fieldsOfEntity: 0,
        bind: () => ({ name, write: write.of }),
      };
    }
    case "totalCount":
      return { ...unread, bind: () => ({ name, write: ({ list }, { sink }) => sink.putNumber(list.size) }) };
    case "__typename":
      return { ...unread, bind: () => ({ name, json: JSON.stringify(typeName) }) };
    default:
      scope.refuse(`${typeName}.${fieldName}`);
      return { ...unread, bind: () => ({ name, json: "null" }) };
  }
}

const unread = { reads: "nothing", fieldsOfEntity: 0 } as const;

function makeListPart(name: string, cost: ObjectCost, bindRow: (reader: ViewReader) => Write<Row>): Part {
  return {
    reads: "list",
    fieldsOfEntity: cost.fields,
    bind: (reader) => {
      const writeRow = bindRow(reader);
      return {
        name,
        write: ({ rows }, run) => {
          run.tally.takeObjects(rows.length, cost);
          writeList(rows, writeRow, run);
        },
      };
    },
  };
}

function planEdges(
  name: string,
  nodes: readonly FieldNode[],
  { definition, cursors }: Omit<PartFacts, "typeName">,
  scope: CompileScope,
): Part {
  const typeName = `${definition.name}Edge`;
  const { cost, fields } = readSelection(nodes, typeName, scope);
  const members = fields.map(
    ({ responseName, fieldName, nodes: memberNodes }): ((reader: ViewReader) => Member<Row>) => {
      switch (fieldName) {
        case "node": {
          const entity = scope.planEntity(definition, memberNodes);
          return (reader) => {
            const writeEntity = entity.bindLive(reader);
            const write: Write<Row> = (row, run) => {
              run.tally.takeObjects(1, entity.cost);
              writeEntity(row, run);
            };
            return { name: responseName, write };
          };
        }
        case "cursor":
          return (reader) => ({
            name: responseName,
            write: (row, run) => writeCursor(encodeCursor(cursors, reader.keyOf(row)), run),
          });
        case "__typename":
          return () => ({ name: responseName, json: JSON.stringify(typeName) });
        default:
          scope.refuse(`${typeName}.${fieldName}`);
          return () => ({ name: responseName, json: "null" });
      }
    },
  );
  return makeListPart(name, cost, (reader) => makeObjectWriter(members.map((bind) => bind(reader))));
}

function planPageInfo(
  nodes: readonly FieldNode[],
  cursors: CursorScope,
  scope: CompileScope,
): { readonly isLookedAt: boolean; readonly of: Write<OpenPage> } {
  const { cost, fields } = readSelection(nodes, "PageInfo", scope);
  const members = fields.map(({ responseName: name, fieldName }): Member<OpenPage> => {
    switch (fieldName) {
      case "hasNextPage":
        return { name, write: (open, run) => writeBoolean(hasRowsAfter(describePage(open)), run) };
      case "hasPreviousPage":
        return { name, write: (open, run) => writeBoolean(hasRowsBefore(describePage(open)), run) };
      case "startCursor":
        return { name, write: ({ reader, rows: [first] }, run) => writeCursorOf(first, { reader, cursors }, run) };
      case "endCursor":
        return { name, write: ({ reader, rows }, run) => writeCursorOf(rows.at(-1), { reader, cursors }, run) };
      case "__typename":
        return { name, json: '"PageInfo"' };
      default:
        scope.refuse(`PageInfo.${fieldName}`);
        return { name, json: "null" };
    }
  });
  const writeObject = makeObjectWriter(members);
  return {
    isLookedAt: members.some((member) => "write" in member),
    of: (open, run) => {
      run.tally.takeObjects(1, cost);
      writeObject(open, run);
    },
  };
}

function describePage({ reader, list, page, rows }: OpenPage): PageOfRows {
  const keyOf = (row: Row | undefined) => row && reader.keyOf(row);
  return {
    rows: list,
    page,
    startKey: keyOf(rows[0]),
    endKey: keyOf(rows.at(-1)),
    keyOf: (row) => reader.keyOf(row),
  };
}

function writeCursorOf(
  row: Row | undefined,
  { reader, cursors }: { readonly reader: ViewReader; readonly cursors: CursorScope },
  run: Run,
): void {
  if (row === undefined) writeNull(run);
  else writeCursor(encodeCursor(cursors, reader.keyOf(row)), run);
}

function writeCursor(cursor: string, { tally, sink }: Run): void {
  tally.takeBytes(cursor.length + 2);
  sink.putString(cursor);
}

function writeBoolean(value: boolean, { sink }: Run): void {
  sink.putBytes(value ? trueText : falseText);
}

const trueText = encode("true");
const falseText = encode("false");
