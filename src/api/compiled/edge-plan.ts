import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Row, ViewReader } from "../../view/view-reader.ts";
import { type CompileScope, type EntityPlan, readSelection } from "./compile-scope.ts";
import { makeCursorWriter } from "./cursor-writer.ts";
import { type Member, makeObjectWriter } from "./object-writer.ts";
import type { ListPlace } from "./open-page.ts";
import type { Write } from "./run.ts";

/** Plans `OrderEdge` as these nodes select it, written from the row of its entity. */
export function planEdge(
  definition: ViewDefinition,
  { nodes, cursors }: ListPlace,
  scope: CompileScope,
): Pick<EntityPlan, "cost" | "bindLive"> {
  const typeName = `${definition.name}Edge`;
  const { cost, fields } = readSelection(nodes, typeName, scope);
  const members = fields.map(({ responseName: name, fieldName, nodes: memberNodes }): BindMember => {
    switch (fieldName) {
      case "node": {
        const entity = scope.planEntity(definition, memberNodes);
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
  return { cost, bindLive: (reader) => makeObjectWriter(members.map((bind) => bind(reader))) };
}

type BindMember = (reader: ViewReader) => Member<Row>;

function makeNodeWriter({ cost, bindLive }: EntityPlan, reader: ViewReader): Write<Row> {
  const write = bindLive(reader);
  return (row, run) => {
    run.tally.takeObjects(1, cost);
    write(row, run);
  };
}
