import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { ViewReader } from "../../view/view-reader.ts";
import type { CursorScope } from "../cursor.ts";
import type { ObjectCost } from "../object-cost.ts";
import type { CollectedField } from "./collect-fields.ts";
import { type CompileScope, readSelection } from "./compile-scope.ts";
import { type EdgePlan, planEdge } from "./edge-plan.ts";
import { type Member, makeObjectWriter, writeList } from "./object-writer.ts";
import type { ListPlace, OpenPage } from "./open-page.ts";
import { planPageInfo } from "./page-info-plan.ts";
import type { Write } from "./run.ts";

/** How a connection of one view's entities is written that stands at one place of an operation. */
export interface ConnectionPlan {
  readonly cost: ObjectCost;
  /** How often a page's entities count: once for each list of them, once if only `pageInfo` looks at them, 0 if nothing does. */
  readonly timesRead: number;
  /** Fields that are put out for each entity of a page, at least. */
  readonly fieldsOfEntity: number;
  bind(reader: ViewReader): Write<OpenPage>;
}

/** Plans `OrderConnection` as these nodes select it. */
export function planConnection(
  definition: ViewDefinition,
  { nodes, cursors }: ListPlace,
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
      return makeListPart(name, { cost, fields: cost.fields, bindLive });
    }
    case "edges":
      return makeListPart(name, planEdge(definition, { nodes, cursors }, scope));
    case "pageInfo": {
      const { isLookedAt, bind } = planPageInfo(definition, { nodes, cursors }, scope);
      return {
        reads: isLookedAt ? "page" : "nothing",
        fieldsOfEntity: 0,
        bind: (reader) => ({ name, write: bind(reader) }),
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

function makeListPart(name: string, { cost, fields, bindLive }: EdgePlan): Part {
  return {
    reads: "list",
    fieldsOfEntity: fields,
    bind: (reader) => {
      const writeRow = bindLive(reader);
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
