import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Row, ViewReader } from "../../view/view-reader.ts";
import { type CompileScope, type EntityPlan, readSelection } from "./compile-scope.ts";
import { makeCursorWriter } from "./cursor-writer.ts";
import { type Member, makeObjectWriter } from "./object-writer.ts";
import type { ListPlace } from "./open-page.ts";
import type { Write } from "./run.ts";

/** How an edge is written that stands at one place of an operation. */
export interface EdgePlan extends Pick<EntityPlan, "cost" | "bindLive"> {
  /** Fields of one edge, those of its node included. */
  readonly fields: number;
}

/** Plans `OrderEdge` as these nodes select it, written from the row of its entity. */
export function planEdge(definition: ViewDefinition, { nodes, cursors }: ListPlace, scope: CompileScope): EdgePlan {
  const typeName = `${definition.name}Edge`;
  const { cost, fields } = readSelection(nodes, typeName, scope);
  let nodeFields = 0;
  const members = fields.map(({ responseName: name, fieldName, nodes: memberNodes }): BindMember => {
    switch (fieldName) {
      case "node": {
        const entity = scope.planEntity(definition, memberNodes);
        nodeFields += entity.cost.fields;
        return (reader) => ({ name, write: makeNodeWriter(entity, reader) });
      }
      case "cursor":
        return (reader) => ({ name, write: makeCursorWriter(cursors, reader.column(definition.keyField)) });
      case "__typename":
        return () => ({ name, json: JSON.stringify(typeName) });
      default:
        scope.refuse(`${typeName}.${fieldName}`);
        return () => ({ name, json: "null" });
    }
  });
  const bindLive = (reader: ViewReader) => makeObjectWriter(members.map((bind) => bind(reader)));
  return { cost, fields: cost.fields + nodeFields, bindLive };
}

type BindMember = (reader: ViewReader) => Member<Row>;

function makeNodeWriter({ cost, bindLive }: EntityPlan, reader: ViewReader): Write<Row> {
  const write = bindLive(reader);
  return (row, run) => {
    run.tally.takeObjects(1, cost);
    write(row, run);
  };
}
