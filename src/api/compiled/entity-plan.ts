import type { FieldNode } from "graphql";
import type { JoinDefinition, ViewDefinition } from "../../mapping/view-definition.ts";
import type { Row, ViewReader } from "../../view/view-reader.ts";
import { type CompileScope, type EntityPlan, readSelection } from "./compile-scope.ts";
import { type JoinPlan, planToMany, planToOne } from "./join-plan.ts";
import { type Member, makeObjectWriter } from "./object-writer.ts";

/** Plans the entities of a view as these nodes select them. */
export function planEntity(definition: ViewDefinition, nodes: readonly FieldNode[], scope: CompileScope): EntityPlan {
  const { cost, fields } = readSelection(nodes, definition.name, scope);
  const members = fields.map(({ responseName, fieldName, nodes: memberNodes }): MemberPlan => {
    if (fieldName === "__typename") return makeConstant(responseName, JSON.stringify(definition.name));
    const stored = definition.fields.find(({ name }) => name === fieldName);
    if (stored !== undefined) {
      const plan = scope.planStored(stored.type, memberNodes);
      return {
        live: (reader) => ({ name: responseName, write: plan.bindColumn(reader.column(fieldName)) }),
        image: (reader) => {
          const read = reader.field(fieldName);
          return { name: responseName, write: (row, run) => plan.writeValue(read(row), run) };
        },
      };
    }
    const join = definition.joins.find(({ name }) => name === fieldName);
    if (join !== undefined) {
      const { bindLive, bindImage } = planJoin(definition, join, memberNodes, scope);
      return {
        live: (reader) => ({ name: responseName, write: bindLive(reader) }),
        image: (reader) => ({ name: responseName, write: bindImage(reader) }),
      };
    }
    scope.refuse(`${definition.name}.${fieldName}`);
    return makeConstant(responseName, "null");
  });
  return {
    cost,
    bindLive: (reader) => makeObjectWriter(members.map(({ live }) => live(reader))),
    bindImage: (reader) => makeObjectWriter(members.map(({ image }) => image(reader))),
  };
}

interface MemberPlan {
  live(reader: ViewReader): Member<Row>;
  image(reader: ViewReader): Member<Row>;
}

function makeConstant(name: string, json: string): MemberPlan {
  const member = () => ({ name, json });
  return { live: member, image: member };
}

function planJoin(
  owner: ViewDefinition,
  join: JoinDefinition,
  nodes: readonly FieldNode[],
  scope: CompileScope,
): JoinPlan {
  return join.kind === "toOne" ? planToOne(owner, join, nodes, scope) : planToMany(owner, join, nodes, scope);
}
